/* A repetition during which the process is stopped is reported and run again: each stop and its end
 * are made by a child of this test within the pass, so that nothing depends on the time. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/suspension.h"
#include "engine/measure.h"
#include "tests/check.h"

enum { REPS = 3, PASSES = 40 };

extern const struct kernel kernel_sumsq;

struct suspension_trial {
  int pass;
  bool stops[PASSES]; /* whether the process is stopped in each pass */
  int reported, suspended, wrong;
  int64_t indices[PASSES]; /* of the repetitions that count, as they were reported */
};

static bool is_stopped(pid_t process) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)process);
  FILE *file = fopen(path, "r");
  bool stopped = file && fgets(line, sizeof line, file) && strstr(line, ") T ");
  if (file)
    fclose(file);
  return stopped;
}

static void stop_and_continue(void) {
  pid_t self = getpid(), child = fork();
  if (child == 0) {
    kill(self, SIGSTOP);
    while (!is_stopped(self))
      ;
    kill(self, SIGCONT);
    _exit(0);
  }
  CHECK(child > 0 && waitpid(child, NULL, 0) == child);
}

static int pass(void *context, struct session *session, struct error *error) {
  struct suspension_trial *trial = context;
  if (trial->stops[trial->pass++])
    stop_and_continue();
  return session_run(session, STAGE_TIMED, error);
}

static int report(void *context, const struct repetition *repetition, struct error *error) {
  struct suspension_trial *trial = context;
  (void)error;
  trial->wrong += !repetition->right;
  trial->suspended += repetition->suspended;
  if (!repetition->suspended)
    trial->indices[trial->reported++] = repetition->index;
  return 0;
}

static int run(struct suspension_trial *trial, struct error *error) {
  struct comm self;
  CHECK(comm_local_open(&self, 1, error) == 0, "%s", error->message);
  struct session session = {.kernel = &kernel_sumsq,
                            .problem = {.n = 1000},
                            .policy = {.overlap = true},
                            .comm = &self,
                            .team = &team_serial,
                            .jobs = 1};
  const struct measurement measurement = {.session = &session,
                                          .reps = REPS,
                                          .warmup = 1,
                                          .pass = pass,
                                          .pass_context = trial,
                                          .report = report,
                                          .report_context = trial};
  CHECK(session_open(&session, error) == 0, "%s", error->message);
  int code = measure(&measurement, error);
  session_close(&session);
  self.close(&self);
  return code;
}

int main(void) {
  struct error error = {0};
  /* the warm-up, then repetition 0, 1 (in two passes) and 2 */
  struct suspension_trial trial = {.stops = {[0] = true, [3] = true, [4] = true}};
  suspension_watch();
  CHECK(run(&trial, &error) == 0, "%s", error.message);
  CHECK(trial.reported == 1 + REPS && trial.suspended == 3 && trial.wrong == 0,
        "%d reported, %d suspended", trial.reported, trial.suspended);
  CHECK(trial.pass == 1 + REPS + 3, "%d passes", trial.pass);
  for (int i = 1; i <= REPS; i++)
    CHECK(trial.indices[i] == i - 1, "repetition %d: index %ld", i, trial.indices[i]);

  /* one that is stopped each time is an error, and never a figure */
  trial = (struct suspension_trial){0};
  for (int i = 1; i < PASSES; i++)
    trial.stops[i] = true;
  CHECK(run(&trial, &error) == EXIT_MACHINE, "%s", error.message);
  CHECK(trial.reported == 1 && trial.suspended == SUSPENSIONS_MAX, "%d reported, %d suspended",
        trial.reported, trial.suspended);
  return test_result();
}
