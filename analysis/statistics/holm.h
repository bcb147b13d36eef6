/* S. Holm's adjustment of p values for many tests, "A simple sequentially rejective multiple test
 * procedure", Scand. J. Stat. 6 (1979): the probability of one false rejection or more among all is
 * at most the level at which the adjusted values are compared. */
#ifndef QUARTET_ANALYSIS_STATISTICS_HOLM_H
#define QUARTET_ANALYSIS_STATISTICS_HOLM_H

#include <stddef.h>

/* adjusted[i] of p[i]; NaNs stay NaN and are not counted. The arrays may be the same. Returns how
 * many p values were counted. */
size_t holm_adjust(const double *p, size_t count, double *adjusted);

#endif
