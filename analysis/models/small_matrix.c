#include "analysis/models/small_matrix.h"

#include <math.h>

enum { COLUMNS = 2 * TERMS_MAX };

static const double pivot_min = 1e-13;

/* Swaps the row with the largest entry of the column into its place. False if that is too small. */
static bool find_pivot(double rows[TERMS_MAX][COLUMNS], size_t size, size_t column) {
  size_t best = column;
  for (size_t r = column + 1; r < size; r++)
    if (fabs(rows[r][column]) > fabs(rows[best][column]))
      best = r;
  for (size_t k = 0; best != column && k < 2 * size; k++) {
    double other = rows[column][k];
    rows[column][k] = rows[best][k];
    rows[best][k] = other;
  }
  return fabs(rows[column][column]) > pivot_min;
}

bool matrix_invert(const double matrix[TERMS_MAX][TERMS_MAX], size_t size,
                   double inverse[TERMS_MAX][TERMS_MAX]) {
  double rows[TERMS_MAX][COLUMNS];
  for (size_t r = 0; r < size; r++)
    for (size_t c = 0; c < size; c++) {
      rows[r][c] = matrix[r][c];
      rows[r][size + c] = r == c;
    }
  for (size_t c = 0; c < size; c++) {
    if (!find_pivot(rows, size, c))
      return false;
    const double by = 1 / rows[c][c];
    for (size_t k = 0; k < 2 * size; k++)
      rows[c][k] *= by;
    for (size_t r = 0; r < size; r++) {
      const double share = rows[r][c];
      for (size_t k = 0; r != c && k < 2 * size; k++)
        rows[r][k] -= share * rows[c][k];
    }
  }
  for (size_t r = 0; r < size; r++)
    for (size_t c = 0; c < size; c++)
      inverse[r][c] = rows[r][size + c];
  return true;
}
