#include "analysis/statistics/ranks.h"

#include <stdlib.h>

#include "common/grow.h"

struct ordered_value {
  double value;
  size_t index;
};

static int by_value(const void *left, const void *right) {
  double a = ((const struct ordered_value *)left)->value,
         b = ((const struct ordered_value *)right)->value;
  return (a > b) - (a < b);
}

bool ranks_doubled(const double *values, size_t count, long *ranks) {
  struct ordered_value *order = grow_zeroed(count, sizeof *order);
  for (size_t i = 0; i < count; i++)
    order[i] = (struct ordered_value){values[i], i};
  qsort(order, count, sizeof *order, by_value);
  bool tied = false;
  for (size_t first = 0, end; first < count; first = end) {
    for (end = first + 1; end < count && order[end].value == order[first].value; end++)
      tied = true;
    for (size_t i = first; i < end; i++) /* ranks first + 1 .. end */
      ranks[order[i].index] = (long)(first + 1 + end);
  }
  free(order);
  return tied;
}

static int by_rank(const void *left, const void *right) {
  long a = *(const long *)left, b = *(const long *)right;
  return (a > b) - (a < b);
}

void ranks_sort(long *ranks, size_t count) {
  if (count > 1)
    qsort(ranks, count, sizeof *ranks, by_rank);
}
