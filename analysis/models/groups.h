/* Launches grouped by where they were measured: the medians that curves are fitted to. */
#ifndef QUARTET_ANALYSIS_MODELS_GROUPS_H
#define QUARTET_ANALYSIS_MODELS_GROUPS_H

#include <stddef.h>

#include "analysis/models/estimate.h"

/* All launches at one x (and z, for models of two parameters). */
struct launch_group {
  double x, z;
  size_t first, count; /* its values are groups.values[first .. first + count), rising */
  double median;
  double weight; /* of the median in a fit: its inverse relative variance; 1 on average */
};

struct groups {
  struct launch_group *items; /* by x, then z */
  size_t count;
  double *values;
  size_t value_count;
  size_t launches; /* of the group with the fewest */
};

/* Groups measurements y at x (z: NULL or the second parameter). The order of the arrays does not
 * matter. FIT_BAD_DATA if there are none or if one is not finite and positive. To be freed in all
 * cases. */
enum fit_status groups_make(struct groups *groups, const double *x, const double *z,
                            const double *y, size_t count);
void groups_free(struct groups *groups);

/* How many different x (z with `second`) there are. */
size_t groups_different(const struct groups *groups, int second);

/* `count` zeros, to be freed; ends the program if there is no memory, as GROW does. */
double *groups_zeros(size_t count);

#endif
