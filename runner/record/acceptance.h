/* Acceptance tests: results checked against the references of the config. */
#ifndef QUARTET_RUNNER_RECORD_ACCEPTANCE_H
#define QUARTET_RUNNER_RECORD_ACCEPTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/config/config.h"
#include "runner/launch/schedule.h"
#include "runner/plan/plan.h"

/* A point's result, checked against a reference that applies to it. */
struct acceptance_verdict {
  const struct reference *reference;
  const struct point *point; /* NULL: the reference applies to no point, which is not accepted */
  double measured;           /* in the metric's unit; NaN: the point has no result: not accepted */
  double lower, upper;       /* bounds in the metric's unit; NaN: no bound */
  char unit[WORK_UNIT_TEXT + 2]; /* "s", "B/s", "flop/s"; "1/s" where the operation is not known */
  bool accepted;
};

struct acceptance {
  struct acceptance_verdict *items; /* by reference, then in the plan's order */
  size_t count, refused;
};

/* Checks the median of every point against the references that apply to it. Refers to the config
 * and the plan. To be freed. */
void acceptance_check(struct acceptance *acceptance, const struct config *config,
                      const struct plan *plan, const struct launch_schedule *schedule);
void acceptance_free(struct acceptance *acceptance);

/* Prints each on standard output; quiet: only those not accepted, on standard error. */
void acceptance_print(const struct acceptance *acceptance, const struct config *config, bool quiet);

#endif
