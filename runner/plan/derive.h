/* The values of a config's expressions for a point: those of `derive`, which determine its factors
 * and names, and conditions. Errors begin with the place in the config, "FILE:LINE:COLUMN: ", and
 * end with the point. */
#ifndef QUARTET_RUNNER_PLAN_DERIVE_H
#define QUARTET_RUNNER_PLAN_DERIVE_H

#include "common/error.h"
#include "runner/plan/point.h"

/* Evaluates `derive` in its order for a point whose factors are those of the axes and whose cores
 * are shared out. A factor that the kernel fixes for itself stays as it is. The values of new names
 * go to point->derived, which is the caller's to free. EXIT_USAGE if an expression has no value
 * there, or one that the factor cannot take; the names' values are then lost. */
int derive_point(struct point *point, const struct config *config, struct error *error);

/* Evaluates a condition for a point that is settled. `at` is its place. */
int point_holds(const struct point *point, struct expression *condition,
                const struct config *config, const struct located *at, bool *holds,
                struct error *error);

#endif
