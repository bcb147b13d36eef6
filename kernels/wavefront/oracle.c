/* wavefront's oracle: all points exceed the sum of what is given in their row and column by the
 * same. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "kernels/wavefront/wavefront.h"

/* Adds the points of a row that begins at column `column`. */
static void check_row(struct minmax *excess, const double *restrict points, int64_t row,
                      int64_t column, int64_t width) {
  const double side = wavefront_side(row);
  struct minmax found = *excess;
  for (int64_t i = 0; i < width; i++)
    minmax_add(&found, points[i] - (side + wavefront_top(column + i)));
  *excess = found;
}

void wavefront_check(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct wavefront_grid *grid = &((struct wavefront_state *)opaque)->grid;
  const struct wavefront_cut *cut = &grid->cut;
  struct wavefront_checked checked = {.excess = MINMAX_NONE};
  for (int64_t u = begin; u < end; u++) {
    const int64_t width = wavefront_width(cut, u);
    for (int64_t row = 1; row < cut->n; row++)
      check_row(&checked.excess, wavefront_row(grid, u, row), row, 1 + u * cut->columns, width);
    if (u == 0)
      checked.origin = *wavefront_left(grid, 0);
    if (u == cut->tile_columns - 1)
      checked.corner = wavefront_row(grid, u, cut->n - 1)[width - 1];
  }
  *(struct wavefront_checked *)partial = checked;
}

void wavefront_check_combine(void *into, const void *from) {
  struct wavefront_checked *all = into;
  const struct wavefront_checked *more = from;
  minmax_combine(&all->excess, &more->excess);
  all->origin += more->origin;
  all->corner += more->corner;
}

int wavefront_check_then(void *opaque, const void *total) {
  ((struct wavefront_state *)opaque)->checked =
      total ? *(const struct wavefront_checked *)total : (struct wavefront_checked){0};
  return PHASE_END;
}

/* point(i, j) = point(i, 0) + point(0, j) - point(0, 0) follows from row 0 and column 0; point(0,
 * 0) is 0 in the first pass and what the pass before has fed back in the others. All of that is
 * exact for about 2^19 passes. */
struct verdict wavefront_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct wavefront_checked *checked = &((const struct wavefront_state *)opaque)->checked;
  const int64_t n = problem->n;
  double fed = wavefront_growth(n), expected = (double)passes * fed, excess = expected - fed;
  double scale = n > 1 ? expected : 1;
  struct verdict verdict = {.tolerance = WAVEFRONT_TOLERANCE};
  snprintf(verdict.value, sizeof verdict.value, "%.17g", checked->corner);
  snprintf(verdict.expected, sizeof verdict.expected, "%.17g", expected);
  verdict.error = fabs(checked->corner - expected);
  if (n > 1) {
    verdict.error += fabs(checked->origin + expected);
    verdict.error = max_or_nan(verdict.error, fabs(checked->excess.min - excess));
    verdict.error = max_or_nan(verdict.error, fabs(checked->excess.max - excess));
  }
  verdict.error =
      verdict.error / scale + (double)imaxabs(checked->excess.count - (n - 1) * (n - 1));
  return verdict;
}
