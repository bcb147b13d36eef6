/* Ranks of values, with ties. */
#ifndef QUARTET_ANALYSIS_STATISTICS_RANKS_H
#define QUARTET_ANALYSIS_STATISTICS_RANKS_H

#include <stdbool.h>
#include <stddef.h>

/* ranks[i]: twice the midrank of values[i] among all of them, from 2: an integer also where tied
 * values share the mean of their ranks. Returns whether some values are tied. No NaNs. */
bool ranks_doubled(const double *values, size_t count, long *ranks);

/* Sorts ranks ascending. */
void ranks_sort(long *ranks, size_t count);

#endif
