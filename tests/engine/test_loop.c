/* Every kernel under the cooperative loop, with few and many tasks, against serial, bit by bit. */
#include "engine/loop.h"

#include "tests/check.h"
#include "tests/engine/models.h"

static void check(void *context, const struct subject *subject) {
  execution_check(context, subject);
}

/* Several concurrent problems on one loop: each is checked by its own oracle. */
static void check_jobs(void *context, const struct subject *subject) {
  struct execution *execution = context;
  struct error error = {0};
  struct session session = {
      .kernel = subject->kernel,
      .problem = subject->problem,
      .policy = {.grain = subject->grain,
                 .overlap = true,
                 .poison = true,
                 .server = subject_server()},
      .comm = execution->comm,
      .team = &team_serial,
      .jobs = 5,
  };
  CHECK(session_open(&session, &error) == 0, "%s", error.message);
  session_run(&session, STAGE_SETUP, &error);
  for (int pass = 1; pass <= 2; pass++) {
    CHECK(loop_pass(execution->context, &session, &error) == 0, "%s", error.message);
    session_run(&session, STAGE_CHECK, &error);
    struct judgement judgement = session_judge(&session, pass);
    CHECK(judgement.right && judgement.count == 5, "%s n=%ld: 5 jobs on one loop: error %g",
          subject->kernel->name, subject->problem.n, judgement.verdict.error);
  }
  session_close(&session);
}

int main(void) {
  /* tasks in each problem, waits in flight: few and many of both */
  static const int64_t limits[][2] = {{0, 0}, {0, 3}, {1, 0}, {2, 1}, {16, 3}, {1000, 0}};
  for (int i = 0; i < 6; i++) {
    const int64_t tasks = limits[i][0], in_flight = limits[i][1];
    struct comm self;
    struct loop *loop;
    struct error error = {0};
    CHECK(comm_local_open(&self, 1, &error) == 0);
    CHECK(loop_open(&loop, tasks, in_flight, &error) == 0, "%s", error.message);
    struct execution execution = {
        .name = "async",
        .comm = &self,
        .team = &team_serial,
        .policy = {.overlap = true, .poison = true},
        .pass = loop_pass,
        .context = loop,
    };
    subjects_each(check, &execution);
    subjects_each(check_jobs, &execution);
    CHECK(tasks == 0 || loop_most_tasks(loop) <= 5 * tasks, "%ld tasks allowed, %ld seen", tasks,
          loop_most_tasks(loop));
    loop_close(loop);
    self.close(&self);
  }
  return test_result();
}
