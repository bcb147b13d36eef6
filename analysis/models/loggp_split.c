#include <math.h>

#include "analysis/models/loggp_table.h"
#include "analysis/models/theil_sen.h"

/* Residuals below this are rounding, whatever the split. */
static const double negligible = 1e-6;

/* Few sizes leave a criterion of information much freedom to split noise. So one line must also be
 * off by so much somewhere, and two must be off by this share of it in the mean at most. */
static const double off_min = 0.10, remaining_max = 0.5;

/* The sum of relative residuals of a line through points [first, end), and the largest. */
static double residuals_of(const double *sizes, const double *y, size_t first, size_t end,
                           double *largest) {
  struct fitted_line line;
  double sum = 0;
  *largest = 0;
  if (!line_fit(sizes + first, y + first, end - first, 1, &line))
    return INFINITY;
  for (size_t i = first; i < end; i++) {
    double off = fabs(line.at_start + line.slope * (sizes[i] - 1) - y[i]) / y[i];
    sum += fmax(off, negligible);
    *largest = fmax(*largest, off);
  }
  return sum;
}

/* Of residuals with a Laplace distribution, whose log-likelihood is -count log(mean |residual|). */
static double criterion(double residuals, size_t count, double parameters) {
  return 2 * (double)count * log(residuals / (double)count) + parameters * log((double)count);
}

size_t loggp_find_split(const double *sizes, const double *y, size_t count) {
  enum { OF_LINE = 2, OF_SPLIT = 2 * OF_LINE + 1 };
  double off, ignored, all = residuals_of(sizes, y, 0, count, &off);
  double best = criterion(all, count, OF_LINE);
  size_t split = 0;
  if (off < off_min)
    return 0;
  for (size_t at = LOGGP_SIZES_MIN; at + LOGGP_SIZES_MIN <= count; at++) {
    double residuals =
        residuals_of(sizes, y, 0, at, &ignored) + residuals_of(sizes, y, at, count, &ignored);
    double value = criterion(residuals, count, OF_SPLIT);
    if (value < best && residuals <= remaining_max * all) {
      best = value;
      split = at;
    }
  }
  return split;
}
