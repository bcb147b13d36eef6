#include "tests/engine/models.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/options.h"
#include "kernels/blocks/path.h"
#include "tests/check.h"
#include "tests/engine/probe.h"

enum { PASSES = 3, MOST_BYTES = 256 };

/* Sets what a case's settings say, parted by blanks; NULL: nothing. */
static void set_all(const struct kernel *kernel, const char *settings, struct problem *problem) {
  char word[128];
  struct error error = {0};
  for (int length; settings && sscanf(settings, " %127s%n", word, &length) == 1; settings += length)
    CHECK(options_set(kernel, word, problem, &error) == 0, "%s: %s", kernel->name, error.message);
}

struct problem problem_of(const struct kernel *kernel, int64_t n, const char *settings) {
  struct problem problem = {.n = n};
  options_default(kernel, &problem);
  set_all(kernel, settings, &problem);
  return problem;
}

const char *subject_server(void) {
  return getenv("QUARTET_TEST_SERVER");
}

bool subject_can_run(const struct kernel *kernel) {
  struct problem problem = problem_of(kernel, kernel->size.initial, NULL);
  return !kernel->needs || !kernel->needs(&problem).fetches || subject_server();
}

enum { ALL_GRAINS = 3 };

/* The sizes of a case with these settings, in the first `count` of the grains. */
static void each_size(const struct kernel *kernel, const struct kernel_case *kernel_case,
                      const char *settings, int count, bool like_tuned,
                      void (*visit)(void *, const struct subject *), void *context) {
  static const int64_t grains[ALL_GRAINS] = {3, 1, 64};
  for (const int64_t *n = kernel_case->sizes; *n >= 0; n++)
    for (int g = 0; g < count; g++) {
      struct subject subject = {kernel, problem_of(kernel, *n, settings), grains[g], like_tuned};
      visit(context, &subject);
    }
}

static int index_of_path(const struct kernel *kernel) {
  for (int i = 0; kernel->options && kernel->options[i].name; i++)
    if (strcmp(kernel->options[i].name, "path") == 0)
      return i;
  return -1;
}

static void each_of(const struct kernel *kernel, const struct kernel_case *kernel_case,
                    void (*visit)(void *, const struct subject *), void *context) {
  static const char *const defaults[] = {"", NULL};
  const char *const *settings = kernel_case->settings ? kernel_case->settings : defaults;
  char reference[256];
  for (; *settings; settings++) {
    each_size(kernel, kernel_case, *settings, ALL_GRAINS, false, visit, context);
    if (index_of_path(kernel) < 0)
      continue;
    snprintf(reference, sizeof reference, "%s path=reference", *settings);
    each_size(kernel, kernel_case, reference, 1, !kernel_case->paths_round, visit, context);
  }
}

void subjects_each(void (*visit)(void *context, const struct subject *subject), void *context) {
  for (int i = 0; kernel_list[i]; i++)
    if (subject_can_run(kernel_list[i]))
      each_of(kernel_list[i], case_list[i], visit, context);
  each_of(&kernel_probe, &case_probe, visit, context);
  each_of(&kernel_moves, &case_moves, visit, context);
}

/* What a run leaves: the oracle's word, and the bits of the last combined results. */
struct subject_outcome {
  bool right;
  struct verdict verdict;
  size_t bytes;
  unsigned char total[MOST_BYTES];
};

/* A kernel with a result to compare ends its TIMED or its CHECK stage with a phase that combines
 * it. A result that is too large to be kept here is a vector, which CHECK compares. */
static void keep_total(struct subject_outcome *outcome, const struct interpreter *interpreter) {
  const size_t bytes = interpreter->total ? interpreter->partial_bytes : 0;
  if (bytes == 0 || bytes > MOST_BYTES - outcome->bytes)
    return;
  memcpy(outcome->total + outcome->bytes, interpreter->total, bytes);
  outcome->bytes += bytes;
}

static struct subject_outcome run(const struct execution *execution, const struct subject *subject,
                                  int64_t passes) {
  struct subject_outcome outcome = {.right = false};
  struct error error = {0};
  struct session session = {
      .kernel = subject->kernel,
      .problem = subject->problem,
      .policy = execution->policy,
      .comm = execution->comm,
      .team = execution->team,
      .jobs = 1,
  };
  session.policy.grain = subject->grain;
  session.policy.server = subject_server();
  session_open(&session, &error);
  CHECK(error.code == 0, "%s", error.message);
  session_run(&session, STAGE_SETUP, &error);
  for (int64_t pass = 1; pass <= passes && !error.code; pass++) {
    if (execution->pass)
      execution->pass(execution->context, &session, &error);
    else
      session_run(&session, STAGE_TIMED, &error);
    outcome.bytes = 0;
    if (!error.code)
      keep_total(&outcome, session.interpreters);
    if (!error.code)
      session_run(&session, STAGE_CHECK, &error);
  }
  CHECK(error.code == 0, "%s", error.message);
  if (!error.code) {
    struct judgement judgement = session_judge(&session, passes);
    outcome.right = judgement.right;
    outcome.verdict = judgement.verdict;
    keep_total(&outcome, session.interpreters);
  }
  session_close(&session);
  return outcome;
}

bool execution_is_right(const struct execution *execution, const struct subject *subject,
                        int64_t passes) {
  return run(execution, subject, passes).right;
}

static bool same_subject(const struct subject *a, const struct subject *b) {
  return a->kernel == b->kernel && a->grain == b->grain && a->like_tuned == b->like_tuned &&
         memcmp(&a->problem, &b->problem, sizeof a->problem) == 0;
}

/* The serial run of a subject, kept from the first time. */
static struct subject_outcome reference(const struct subject *subject) {
  enum { MOST = 4000 };
  static struct subject subjects[MOST];
  static struct subject_outcome outcomes[MOST];
  static int count, last; /* subjects come in the same order every time: the next one is behind */
  struct comm self;
  struct error error = {0};
  for (int i = 0; i < count; i++) {
    last = (last + 1) % count;
    if (same_subject(&subjects[last], subject))
      return outcomes[last];
  }
  CHECK(comm_local_open(&self, 1, &error) == 0);
  struct execution serial = {"serial", &self, &team_serial, {.overlap = true}, NULL, NULL};
  struct subject_outcome outcome = run(&serial, subject, PASSES);
  self.close(&self);
  CHECK(outcome.right, "%s n=%ld serial: error %g", subject->kernel->name, subject->problem.n,
        outcome.verdict.error);
  if (count < MOST) {
    subjects[count] = *subject;
    outcomes[count++] = outcome;
  }
  return outcome;
}

/* What the subject must give: the outcome of its own serial run, or of the tuned one. */
static struct subject_outcome expectation(const struct subject *subject) {
  struct subject expected = *subject;
  if (subject->like_tuned) {
    expected.problem.value[index_of_path(subject->kernel)] = PATH_TUNED;
    expected.like_tuned = false;
  }
  return reference(&expected);
}

void execution_check(const struct execution *execution, const struct subject *subject) {
  const struct kernel *kernel = subject->kernel;
  struct subject_outcome expected = expectation(subject), got = run(execution, subject, PASSES);
  CHECK(got.right, "%s n=%ld grain=%ld %s, %d parts: got %s, expected %s, error %g", kernel->name,
        subject->problem.n, subject->grain, execution->name, execution->comm->parts,
        got.verdict.value, got.verdict.expected, got.verdict.error);
  CHECK(got.bytes == expected.bytes && memcmp(got.total, expected.total, got.bytes) == 0 &&
            strcmp(got.verdict.value, expected.verdict.value) == 0,
        "%s n=%ld grain=%ld %s, %d parts: not the same bits as serial (%s, %s)", kernel->name,
        subject->problem.n, subject->grain, execution->name, execution->comm->parts,
        got.verdict.value, expected.verdict.value);
}

static void check_subject(void *context, const struct subject *subject) {
  execution_check(context, subject);
}

static int check_subjects(void *context) {
  subjects_each(check_subject, context);
  return 0;
}

void execution_check_all(const struct execution *execution) {
  struct execution copy = *execution;
  execution->team->within(execution->team, check_subjects, &copy);
}

static uint64_t shuffle_state;

static void run_shuffled(struct team *team, int64_t count, team_task *task, team_leave *leave,
                         void *context) {
  int64_t *order = malloc((size_t)count * sizeof *order + 1);
  (void)team;
  if (!order)
    abort();
  for (int64_t i = 0; i < count; i++) {
    shuffle_state = shuffle_state * 6364136223846793005u + 1442695040888963407u;
    int64_t k = (int64_t)(shuffle_state >> 33) % (i + 1);
    order[i] = order[k];
    order[k] = i;
  }
  for (int64_t i = 0; i < count; i++)
    task(context, order[i], 0);
  if (leave)
    leave(context, 0);
  free(order);
}

static int within(struct team *team, team_body *body, void *context) {
  (void)team;
  return body(context);
}

void team_shuffled_open(struct team *team, uint64_t seed) {
  shuffle_state = seed;
  *team = (struct team){.workers = 3, .run = run_shuffled, .within = within};
}
