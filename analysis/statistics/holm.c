#include "analysis/statistics/holm.h"

#include <math.h>
#include <stdlib.h>

#include "common/grow.h"

struct ordered_p {
  double p;
  size_t index;
};

static int by_p(const void *left, const void *right) {
  double a = ((const struct ordered_p *)left)->p, b = ((const struct ordered_p *)right)->p;
  return (a > b) - (a < b);
}

size_t holm_adjust(const double *p, size_t count, double *adjusted) {
  struct ordered_p *order = grow_zeroed(count, sizeof *order);
  size_t tested = 0;
  for (size_t i = 0; i < count; i++) {
    if (isnan(p[i]))
      adjusted[i] = NAN;
    else
      order[tested++] = (struct ordered_p){p[i], i};
  }
  if (tested > 1)
    qsort(order, tested, sizeof *order, by_p);
  double largest = 0;
  for (size_t i = 0; i < tested; i++) {
    largest = fmax(largest, fmin(1, order[i].p * (double)(tested - i)));
    adjusted[order[i].index] = largest;
  }
  free(order);
  return tested;
}
