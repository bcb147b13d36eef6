/* The noise floor: the difference between medians of one and the same point, over rounds. */
#ifndef QUARTET_ANALYSIS_STATISTICS_NOISE_FLOOR_H
#define QUARTET_ANALYSIS_STATISTICS_NOISE_FLOOR_H

#include <stddef.h>

#include "analysis/statistics/comparison.h"

/* The launches of each point are split into two halves as if they were two points measured in
 * rounds: of every two launches that follow each other a coin (mt19937, fixed seed) decides which
 * belongs to which half. d = |log(median of one half / median of the other)| is multiplied by
 * sqrt(launches in a half / launches), since the error of a median of that many independent
 * launches falls with the square root of their number. This is repeated, about 20,000 times over
 * all points, and all d of all points together have the 95 % quantile q. Returned is exp(q) - 1,
 * 0.012 say: two equal points, measured in rounds with the same number of launches, have medians
 * that differ by more than 1.2 % once in 20 times.
 *
 * `launches`: of each of the two; 0: each point's own number. Points with fewer than 6 launches, or
 * with a time that is not a positive number, are not used. Slow changes of the machine, which
 * neighbouring launches share, are not part of it; differences between one build or one day and
 * another are not either. NaN if no point can be used. */
double noise_floor(const struct population *points, size_t count, size_t launches);

/* The noise floor of the typical point: of each point alone, with its own number of launches, and
 * the median of these. A few noisy points among many do not raise it. */
double noise_floor_typical(const struct population *points, size_t count);

#endif
