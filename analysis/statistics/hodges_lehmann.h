/* Hodges and Lehmann's estimates of a shift, and intervals by inverting the exact rank tests (J.
 * Hodges and E. Lehmann, Ann. Math. Stat. 34 (1963); M. Hollander, D. Wolfe, E. Chicken,
 * "Nonparametric Statistical Methods", 3rd ed., 3.2 and 4.2). On logarithms of times the shift is
 * the logarithm of a ratio.
 *
 * All arrays are sorted ascending, without NaNs. An estimate takes O(n) memory and time for n
 * launches: the k-th of the n^2 / 2 averages is found by bisection, without forming them. */
#ifndef QUARTET_ANALYSIS_STATISTICS_HODGES_LEHMANN_H
#define QUARTET_ANALYSIS_STATISTICS_HODGES_LEHMANN_H

#include <stddef.h>

/* An interval of a shift. `level`: the confidence level that it has, by the discrete distribution
 * of its test, >= the requested one. All NaN when there are too few values for the level. */
struct shift_interval {
  double low, high, level;
};

/* The center of symmetric differences: the median of the Walsh averages (x_i + x_j) / 2, i <= j.
 * NaN of none. */
double signed_rank_shift(const double *differences, size_t count);
struct shift_interval signed_rank_interval(const double *differences, size_t count, double level);

/* By how much b lies above a: the median of the differences b_j - a_i. NaN if one has no value. */
double rank_sum_shift(const double *a, size_t count_a, const double *b, size_t count_b);
struct shift_interval rank_sum_interval(const double *a, size_t count_a, const double *b,
                                        size_t count_b, double level);

#endif
