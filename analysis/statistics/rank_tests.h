/* Two-sided rank tests. A p value is twice the smaller tail, at most 1; exact for the sizes of
 * analysis/statistics/null_distribution.h, also with ties (then conditional on them), otherwise
 * by the normal approximation with tie and continuity correction. Values have no NaNs. */
#ifndef QUARTET_ANALYSIS_STATISTICS_RANK_TESTS_H
#define QUARTET_ANALYSIS_STATISTICS_RANK_TESTS_H

#include <stddef.h>

/* Wilcoxon's signed-rank test that differences are symmetric about 0. Differences of 0 are ranked
 * with the others and then ignored (J. Pratt, J. Am. Stat. Assoc. 54 (1959)): dropping them before
 * ranking, as R does, can make a result more significant when a difference moves to the other side.
 * 1 if all are 0; NaN of none. */
double signed_rank_test(const double *differences, size_t count);

/* Mann and Whitney's test (Wilcoxon's rank sum) that a and b come from the same distribution. NaN
 * if one of them has no value. */
double mann_whitney_test(const double *a, size_t count_a, const double *b, size_t count_b);

/* The smallest p value that this number of launches can have without ties: 2 / 2^pairs; 2 / (a + b
 * over a). At most 1. */
double signed_rank_smallest_p(size_t pairs);
double mann_whitney_smallest_p(size_t count_a, size_t count_b);

#endif
