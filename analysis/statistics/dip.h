/* The dip test of unimodality: J. A. Hartigan and P. M. Hartigan, Ann. Stat. 13 (1985). The dip is
 * the largest distance between the empirical distribution function and the nearest unimodal one. */
#ifndef QUARTET_ANALYSIS_STATISTICS_DIP_H
#define QUARTET_ANALYSIS_STATISTICS_DIP_H

#include <stddef.h>

/* The dip of sorted values without NaNs, 1 / (2 count) .. 1/4; NaN of none. */
double dip_statistic(const double *sorted, size_t count);

/* P(dip >= `dip`) of `count` values from the uniform distribution, which the authors take as the
 * null hypothesis: of all unimodal distributions it has nearly the largest dips. From a table of
 * quantiles of sqrt(count) * dip (analysis/statistics/dip_table.inc), linear in log(count) and in
 * log(p); beyond p = 1e-5 continued as an exponential, which is too large rather than too small.
 * NaN for fewer than 8 values, which are too few to show two modes. */
double dip_p_value(double dip, size_t count);

#endif
