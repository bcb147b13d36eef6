/* The power of rank tests: the smallest difference that a test finds, and how many launches a
 * difference needs. Approximations: a shift in units of its standard error is treated as in a t
 * test with as many degrees of freedom, at the level that the discrete test really reaches. That a
 * rank test is a little less (normal noise: 3/pi = 0.955) or much more (long tails) efficient than
 * the t test is already in the standard error, which is taken from the rank test's interval (E.
 * Lehmann, "Nonparametrics", 1975, 2.5 and 4.4). tests/analysis/statistics checks both by
 * simulation. */
#ifndef QUARTET_ANALYSIS_STATISTICS_POWER_H
#define QUARTET_ANALYSIS_STATISTICS_POWER_H

#include <stdbool.h>
#include <stddef.h>

/* A rank test and its numbers of launches. */
struct rank_design {
  bool paired;             /* signed-rank test on count_a pairs (count_b is not used) */
  size_t count_a, count_b; /* Mann-Whitney otherwise */
};

/* The largest p value <= alpha that the test can have; 0 if none. */
double power_reachable_level(const struct rank_design *design, double alpha);

/* The degrees of freedom of the corresponding t test; 0 or less: the spread is not known. */
double power_degrees_of_freedom(const struct rank_design *design);

/* From an interval with a real `level`: half its width over the t quantile; NaN if it is NaN. */
double power_standard_error(const struct rank_design *design, double low, double high,
                            double level);

/* The smallest shift that is found at `alpha` with probability `power`; NaN if the test cannot
 * reach alpha or the standard error is unknown. */
double power_smallest_shift(const struct rank_design *design, double standard_error, double alpha,
                            double power);

/* The probability that a test at `alpha` finds `shift`. */
double power_of_difference(const struct rank_design *design, double standard_error, double shift,
                           double alpha);

/* The probability that the two-sided interval of `level` lies within -margin .. margin. */
double power_of_equivalence(const struct rank_design *design, double standard_error, double shift,
                            double margin, double level);

#endif
