/* Proof of work: a pass that did not do all of its work is not right, whatever the oracle says of
 * the data that an earlier pass left. Every kernel, with teams and passes that do too little. */
#include "engine/measure.h"
#include "tests/check.h"
#include "tests/engine/models.h"

enum { REPS = 3 };

/* What a faulty pass or team does from the second pass on. */
enum fault_kind { HONEST, NO_PASS, SKIPS_ONE, REPEATS_ONE };

static struct {
  enum fault_kind kind;
  int64_t passes;    /* so far */
  int64_t misled;    /* number of tasks that the team omitted or repeated */
  int64_t wrong, ok; /* repetitions by their verdict */
} fault;

static void run_faulty(struct team *team, int64_t count, team_task *task, team_leave *leave,
                       void *context) {
  (void)team;
  (void)leave;
  bool faulty = fault.passes > 1 && count > 1;
  fault.misled += faulty && fault.kind >= SKIPS_ONE;
  for (int64_t i = 0; i < count; i++)
    if (!faulty || i + 1 < count || fault.kind < SKIPS_ONE)
      task(context, i, 0);
    else if (fault.kind == REPEATS_ONE)
      task(context, 0, 0);
}

static int pass(void *context, struct session *session, struct error *error) {
  if (++fault.passes > 1 && fault.kind == NO_PASS)
    return 0;
  return measure_plain_pass(context, session, error);
}

static int count_verdict(void *context, const struct repetition *repetition, struct error *error) {
  (void)context;
  (void)error;
  if (repetition->right)
    fault.ok++;
  else
    fault.wrong++;
  return 0;
}

static void check_kernel(const struct kernel *kernel, int64_t n, const char *settings,
                         enum fault_kind kind) {
  struct comm self;
  struct error error = {0};
  struct team team = team_serial;
  team.run = run_faulty;
  CHECK(comm_local_open(&self, 1, &error) == 0);
  struct session session = {.kernel = kernel,
                            .problem = problem_of(kernel, n, settings),
                            .policy = {.grain = 1, .server = subject_server()},
                            .comm = &self,
                            .team = &team,
                            .jobs = 1};
  fault.kind = kind;
  fault.passes = fault.misled = fault.wrong = fault.ok = 0;
  CHECK(session_open(&session, &error) == 0, "%s", error.message);
  struct measurement measurement = {
      .session = &session, .reps = REPS, .pass = pass, .report = count_verdict};
  CHECK(measure(&measurement, &error) == 0, "%s: %s", kernel->name, error.message);
  bool harmless = kind >= SKIPS_ONE && fault.misled == 0; /* no phase has two ranges */
  int64_t wrong = kind == HONEST || harmless ? 0 : REPS - 1;
  CHECK(fault.wrong == wrong && fault.ok == REPS - wrong,
        "%s with fault %d: %ld of %d repetitions wrong, expected %ld", kernel->name, kind,
        fault.wrong, REPS, wrong);
  session_close(&session);
  self.close(&self);
}

int main(void) {
  for (int i = 0; kernel_list[i]; i++)
    for (int kind = HONEST; kind <= REPEATS_ONE && subject_can_run(kernel_list[i]); kind++)
      check_kernel(kernel_list[i], case_list[i]->fault_size, case_list[i]->fault_settings,
                   (enum fault_kind)kind);
  return test_result();
}
