/* The test that all executions share: the kernel's oracle must accept the result, and the result
 * must be bitwise that of the serial run at the same grain. */
#ifndef QUARTET_TESTS_MODELS_H
#define QUARTET_TESTS_MODELS_H

#include "engine/measure.h"
#include "tests/cases/case.h"

/* A kernel and a problem for it. */
struct subject {
  const struct kernel *kernel;
  struct problem problem;
  int64_t grain;   /* > 0 */
  bool like_tuned; /* the bits must be those of path=tuned (with path=reference) */
};

/* An execution model and its options; zeroed members are the defaults. The caller owns comm and
 * team. */
struct execution {
  const char *name;
  struct comm *comm;
  struct team *team;
  struct policy policy; /* its grain is the subject's */
  int (*pass)(void *context, struct session *session, struct error *error);
  void *context;
};

/* All subjects: every kernel of the list and the probe, with odd sizes and grains; those that
 * have tuned code also with path=reference. Calls
 * visit(context, subject) for each. */
void subjects_each(void (*visit)(void *context, const struct subject *subject), void *context);

/* The URL of the server that with_server.sh has started, or NULL; and whether a kernel can run with
 * what there is. */
const char *subject_server(void);
bool subject_can_run(const struct kernel *kernel);

/* Runs three passes of the subject in this execution and checks its verdict, and its bits against
 * the serial run in one part; with path=reference, against those of the tuned path if the kernel's
 * case permits. */
void execution_check(const struct execution *execution, const struct subject *subject);

/* execution_check of every subject, while the team's workers wait in their region as in drivers. */
void execution_check_all(const struct execution *execution);

/* As execution_check, but only returns whether the oracle accepts the result after `passes`
 * passes. */
bool execution_is_right(const struct execution *execution, const struct subject *subject,
                        int64_t passes);

/* A serial team that takes the indices in an order shuffled by a seed. */
void team_shuffled_open(struct team *team, uint64_t seed);

/* This size, and the options' defaults but for what the settings say (see struct kernel_case). */
struct problem problem_of(const struct kernel *kernel, int64_t n, const char *settings);

#endif
