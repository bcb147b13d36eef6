#include "analysis/models/selection.h"

#include <math.h>
#include <stdbool.h>

double selection_mean(const double *values, size_t count) {
  double sum = 0;
  for (size_t i = 0; i < count; i++)
    sum += values[i];
  return sum / (double)count;
}

/* Errors that differ by less are rounding. */
static const double negligible = 1e-9;

static bool is_worse(const double *simple, const double *best, size_t rows) {
  double squares = 0, average = selection_mean(simple, rows) - selection_mean(best, rows);
  for (size_t i = 0; i < rows; i++) {
    double off = simple[i] - best[i] - average;
    squares += off * off;
  }
  return average > fmax(negligible, sqrt(squares / (double)(rows - 1) / (double)rows));
}

size_t selection_choose(double *const *errors, size_t models, size_t rows) {
  size_t best = SELECTION_NONE;
  for (size_t m = 0; m < models; m++)
    if (errors[m] != NULL && (best == SELECTION_NONE ||
                              selection_mean(errors[m], rows) < selection_mean(errors[best], rows)))
      best = m;
  for (size_t m = 0; best != SELECTION_NONE && m < best; m++)
    if (errors[m] != NULL && !is_worse(errors[m], errors[best], rows))
      return m;
  return best;
}
