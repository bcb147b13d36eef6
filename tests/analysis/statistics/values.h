/* Numbers without ties that tests and the R commands in their comments both make. */
#ifndef QUARTET_TESTS_ANALYSIS_STATISTICS_VALUES_H
#define QUARTET_TESTS_ANALYSIS_STATISTICS_VALUES_H

#include <math.h>
#include <stddef.h>

/* R: f <- function(n, k) ((1:n) * k) %% 101 + (1:n) / 1000; values[i] = f(n, k)[i + 1] + shift. */
static inline void scattered(double *values, size_t n, size_t k, double shift) {
  for (size_t i = 1; i <= n; i++)
    values[i - 1] = (double)(i * k % 101) + (double)i / 1000 + shift;
}

static inline int near(double value, double expected, double tolerance) {
  return isnan(expected) ? isnan(value)
                         : fabs(value - expected) <= tolerance * fmax(1, fabs(expected));
}

#endif
