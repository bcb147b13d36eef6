/* The engine's own cost of a step: what it is a measure of, without a quiet machine. */
#include "engine/step_cost.h"

#include <errno.h>
#include <math.h>
#include <time.h>

#include "common/clock.h"
#include "kernels/kernel.h"
#include "tests/check.h"
#include "tests/engine/models.h"

enum { SLEEP_NS = 1000000 };

static int64_t slow_calls;

/* A team that sleeps for at least a millisecond before each phase. */
static void run_slowly(struct team *team, int64_t count, team_task *task, team_leave *leave,
                       void *context) {
  struct timespec left = {0, SLEEP_NS};
  while (nanosleep(&left, &left) != 0 && errno == EINTR)
    continue;
  slow_calls++;
  team_serial.run(team, count, task, leave, context);
}

/* The cost with this kernel at its default options, on the team; *elapsed_s: how long that took. */
static double cost_of(const char *name, struct team *team, int64_t jobs, double *elapsed_s) {
  struct comm comm;
  struct error error = {0};
  double step_s = -1;
  for (const struct kernel *const *k = kernel_list; *k; k++) {
    if (strcmp((*k)->name, name) != 0)
      continue;
    struct session session = {.kernel = *k,
                              .problem = problem_of(*k, (*k)->size.min, NULL),
                              .comm = &comm,
                              .team = team,
                              .jobs = jobs};
    comm_local_open(&comm, 1, &error);
    CHECK(session_open(&session, &error) == 0 && session_run(&session, STAGE_SETUP, &error) == 0,
          "%s: %s", name, error.message);
    int64_t start_ns = clock_now_ns();
    step_s = step_cost_s(&session);
    *elapsed_s = (double)(clock_now_ns() - start_ns) * 1e-9;
    session_close(&session);
    comm.close(&comm);
  }
  return step_s;
}

/* A step takes some time, and less than all steps together. */
static void test_known(const char *name) {
  double elapsed_s = 0, step_s = cost_of(name, &team_serial, 1, &elapsed_s);
  CHECK(step_s > 0 && step_s < elapsed_s, "%s: %g s of %g s", name, step_s, elapsed_s);
}

/* A step is one call of the team: it includes what the team does, exactly once. */
static void test_team_is_measured(void) {
  struct team slow = team_serial;
  double elapsed_s = 0;
  slow.run = run_slowly;
  double step_s = cost_of("dot", &slow, 1, &elapsed_s);
  CHECK(step_s >= SLEEP_NS * 1e-9, "%g s", step_s);
  CHECK(slow_calls >= 2 && step_s <= elapsed_s - SLEEP_NS * 1e-9, "%lld calls, %g s of %g s",
        (long long)slow_calls, step_s, elapsed_s);
}

/* A job runs on one worker, and so without the team. */
static void test_jobs(void) {
  struct team slow = team_serial;
  double elapsed_s = 0;
  slow.run = run_slowly;
  slow_calls = 0;
  cost_of("dot", &slow, 2, &elapsed_s);
  int64_t of_setup = slow_calls;
  CHECK(of_setup <= 2, "%lld calls", (long long)of_setup);
}

int main(void) {
  double elapsed_s = 0;
  test_known("dot");
  test_known("barrier");
  test_known("allreduce");
  test_known("pingpong");
  CHECK(isnan(cost_of("wait", &team_serial, 1, &elapsed_s)));
  test_team_is_measured();
  test_jobs();
  return test_result();
}
