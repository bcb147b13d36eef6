/* N. Cliff's measure of the separation of two samples, Psychological Bulletin 114 (1993). */
#ifndef QUARTET_ANALYSIS_STATISTICS_CLIFFS_DELTA_H
#define QUARTET_ANALYSIS_STATISTICS_CLIFFS_DELTA_H

#include <stddef.h>

/* P(a < b) - P(a > b) over all pairs of the sorted samples, -1 .. 1; NaN if one has no value. */
double cliffs_delta(const double *a, size_t count_a, const double *b, size_t count_b);

#endif
