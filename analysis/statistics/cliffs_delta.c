#include "analysis/statistics/cliffs_delta.h"

#include <math.h>

double cliffs_delta(const double *a, size_t count_a, const double *b, size_t count_b) {
  double difference = 0;
  for (size_t i = 0, below = 0, up_to = 0; i < count_a; i++) {
    while (below < count_b && b[below] < a[i])
      below++;
    while (up_to < count_b && b[up_to] <= a[i])
      up_to++;
    difference += (double)(count_b - up_to) - (double)below;
  }
  return difference / ((double)count_a * (double)count_b); /* 0 / 0 of no values */
}
