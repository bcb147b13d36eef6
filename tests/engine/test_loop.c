/* Every kernel under the cooperative loop, with few and many tasks, against serial, bit by bit. */
#include "engine/loop.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* The loop's thread is bound to one core; the pool that reads files is not. First of all tests, as
 * libuv creates its pool once in a process. */
static void check_pool_is_unbound(void) {
  cpu_set_t whole, one, got;
  struct comm self;
  struct loop *loop;
  struct error error = {0};
  const struct kernel *const *kernel = kernel_list;
  while (*kernel && strcmp((*kernel)->name, "readfile") != 0)
    kernel++;
  if (!*kernel || sched_getaffinity(0, sizeof whole, &whole) != 0 || CPU_COUNT(&whole) < 2)
    return;
  CHECK(comm_local_open(&self, 1, &error) == 0);
  CHECK(loop_open(&loop, 0, 0, &error) == 0, "%s", error.message);
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  if (sched_setaffinity(0, sizeof one, &one) == 0) {
    struct session session = {.kernel = *kernel,
                              .problem = problem_of(*kernel, 8, NULL),
                              .comm = &self,
                              .team = &team_serial,
                              .jobs = 1};
    CHECK(session_open(&session, &error) == 0, "%s", error.message);
    session_run(&session, STAGE_SETUP, &error);
    CHECK(loop_pass(loop, &session, &error) == 0, "%s", error.message);
    session_close(&session);
    int threads = 0;
    DIR *tasks = opendir("/proc/self/task");
    for (const struct dirent *task; tasks && (task = readdir(tasks));) {
      pid_t thread = atoi(task->d_name);
      if (thread <= 0 || thread == getpid())
        continue;
      threads++;
      if (sched_getaffinity(thread, sizeof got, &got) == 0) /* else it has just ended */
        CHECK(CPU_EQUAL(&got, &whole), "a thread of the pool is bound to %d of %d CPUs",
              CPU_COUNT(&got), CPU_COUNT(&whole));
    }
    if (tasks)
      closedir(tasks);
    CHECK(threads > 0);
    CHECK(sched_getaffinity(0, sizeof got, &got) == 0 && CPU_EQUAL(&got, &one));
    sched_setaffinity(0, sizeof whole, &whole);
  }
  loop_close(loop);
  self.close(&self);
}

int main(void) {
  check_pool_is_unbound();
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
