/* The exact distributions of rank statistics when there is no difference, by counting: every
 * assignment of signs (signed-rank) or of labels (rank sum) to the same ranks is equally likely.
 *
 * Ranks are integers here. Without ties they are 1, 2, ..., and the distributions depend on the
 * sizes only; they are computed once and kept, so that a table of thousands of comparisons does not
 * repeat them. With ties the doubled midranks are given (analysis/statistics/ranks.h). Not for
 * concurrent calls.
 *
 * Sources: F. Wilcoxon, Biometrics Bulletin 1 (1945); H. Mann and D. Whitney, Ann. Math. Stat. 18
 * (1947); the counting with ties is the shift algorithm of B. Streitberg and J. Roehmel,
 * Statistical Software Newsletter 12 (1986). */
#ifndef QUARTET_ANALYSIS_STATISTICS_NULL_DISTRIBUTION_H
#define QUARTET_ANALYSIS_STATISTICS_NULL_DISTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>

/* at_most[s] = P(statistic <= s) and at_least[s] = P(statistic >= s) for s = 0 .. size - 1. Both
 * are summed from their own end, so that the smallest tails are exact on either side. */
struct null_distribution {
  double *at_most, *at_least;
  size_t size;
};

/* P(statistic <= s) and P(statistic >= s), for any s. */
double null_at_most(const struct null_distribution *null, long s);
double null_at_least(const struct null_distribution *null, long s);

/* Up to which sizes the exact distributions are used: 60 pairs, 64 launches of both together. */
bool null_signed_rank_is_exact(size_t pairs);
bool null_rank_sum_is_exact(size_t count_a, size_t count_b);

/* Without ties: of W, the sum of the ranks of the positive differences among `pairs`; of U, the
 * number of (a, b) with a > b. Only for exact sizes; kept until the program ends, not to be freed.
 */
const struct null_distribution *null_signed_rank(size_t pairs);
const struct null_distribution *null_rank_sum(size_t count_a, size_t count_b);

/* With ties: of the sum of those of `ranks` (ascending, >= 0) whose sign is positive; of the sum of
 * `chosen` of the `count` ranks. To be freed by null_free. */
struct null_distribution null_signed_rank_tied(const long *ranks, size_t count);
struct null_distribution null_rank_sum_tied(const long *ranks, size_t count, size_t chosen);
void null_free(struct null_distribution *null);

/* The critical value without ties: the largest k with P(statistic <= k - 1) <= tail, and that
 * probability in *reached; 0 if there is none. Beyond the exact sizes by the normal approximation
 * with continuity correction. */
size_t null_signed_rank_critical(size_t pairs, double tail, double *reached);
size_t null_rank_sum_critical(size_t count_a, size_t count_b, double tail, double *reached);

#endif
