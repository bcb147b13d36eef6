/* Whether a launch resembles the one before it; see also stats_lag1. Values stand in order of time,
 * without NaNs. */
#ifndef QUARTET_ANALYSIS_STATISTICS_SERIAL_CORRELATION_H
#define QUARTET_ANALYSIS_STATISTICS_SERIAL_CORRELATION_H

#include <stddef.h>

/* The two-sided p value of R. Bartels' rank version of von Neumann's ratio, "The rank version of
 * von Neumann's ratio test for randomness", J. Am. Stat. Assoc. 77 (1982), by his approximation
 * with a beta distribution, which is good from 10 values on. Midranks for ties. NaN for fewer than
 * 10 or equal ones. */
double bartels_test(const double *values, size_t count);

#endif
