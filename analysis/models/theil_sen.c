#include "analysis/models/theil_sen.h"

#include <math.h>
#include <stdlib.h>

#include "common/grow.h"
#include "common/stats.h"

struct slope {
  double value, weight;
};

static int by_value(const void *a, const void *b) {
  double x = ((const struct slope *)a)->value, y = ((const struct slope *)b)->value;
  return (x > y) - (x < y);
}

static double weighted_median(struct slope *slopes, size_t count) {
  double total = 0, sum = 0;
  size_t middle = 0;
  qsort(slopes, count, sizeof *slopes, by_value);
  for (size_t i = 0; i < count; i++)
    total += slopes[i].weight;
  while (middle < count - 1 && (sum += slopes[middle].weight) < total / 2)
    middle++;
  return slopes[middle].value;
}

bool line_fit(const double *x, const double *y, size_t count, double x0, struct fitted_line *line) {
  struct slope *slopes = NULL;
  double *rest = NULL;
  size_t pairs = 0, rests = 0;
  *line = (struct fitted_line){NAN, NAN};
  for (size_t i = 0; i < count; i++)
    for (size_t j = i + 1; j < count; j++)
      if (x[i] != x[j])
        *GROW(slopes, pairs) = (struct slope){(y[j] - y[i]) / (x[j] - x[i]), fabs(x[j] - x[i])};
  if (pairs == 0)
    return false;
  line->slope = weighted_median(slopes, pairs);
  for (size_t i = 0; i < count; i++)
    *GROW(rest, rests) = y[i] - line->slope * (x[i] - x0);
  stats_sort(rest, count);
  line->at_start = stats_median(rest, count);
  free(slopes);
  free(rest);
  return true;
}
