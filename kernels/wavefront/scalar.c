/* wavefront's tuned path for processors without AVX: four rows at once, in scalar registers.
 *
 * Every row is one column behind the row before it, so that what it needs of that row was computed
 * in the step before: four independent chains of additions instead of one. avx.c says why nothing
 * special is needed where rows begin and end. */
#ifndef __AVX__
#  include <string.h>

#  include "kernels/blocks/inline.h"
#  include "kernels/wavefront/wavefront.h"

enum { ROWS = 4, LAG = ROWS - 1 };

_Static_assert(LAG + 2 <= WAVEFRONT_PADDING, "what is read after a row before");

/* Up to ROWS rows of a tile; what is computed of rows that do not exist is not used. */
struct band {
  double *before, *right, *out;
  double left[ROWS], left_before;
  int64_t stride, width;
  int rows;
};

/* The last two points of each row. */
struct front {
  double point[ROWS], left[ROWS], before_left;
};

/* One more point of each row. */
ALWAYS_INLINE void step(struct front *f, double before) {
  for (int row = ROWS - 1; row > 0; row--) {
    f->left[row] = f->point[row];
    f->point[row] += f->point[row - 1] - f->left[row - 1];
  }
  f->left[0] = f->point[0];
  f->point[0] += before - f->before_left;
  f->before_left = before;
}

/* Where rows begin or end, or are missing; the first is at column `column`. */
static void store_ragged(const struct band *s, int64_t column, const double *point) {
  for (int row = 0; row < s->rows; row++) {
    int64_t at = column - row;
    if (at < 0 || at >= s->width)
      continue;
    s->out[row * s->stride + at] = point[row];
    if (row == s->rows - 1)
      s->before[at] = point[row];
    if (at == s->width - 1)
      s->right[row] = point[row];
  }
}

static void sweep(const struct band *s) {
  double *before = s->before, *out = s->out;
  const int64_t next = s->stride - 1, width = s->width;
  struct front front = {.before_left = s->left_before};
  int64_t column = 0;
  memcpy(front.point, s->left, sizeof front.point);
  memcpy(front.left, s->left, sizeof front.left);
  for (; column < LAG; column++) {
    step(&front, before[column]);
    store_ragged(s, column, front.point);
  }
  for (; s->rows == ROWS && column + 1 < width; column++) {
    step(&front, before[column]);
    for (int row = 0; row < ROWS; row++)
      out[row * next + column] = front.point[row];
    before[column - LAG] = front.point[ROWS - 1];
  }
  for (; column < width + LAG; column++) {
    step(&front, before[column]);
    store_ragged(s, column, front.point);
  }
}

void wavefront_tuned(const struct wavefront_tile *tile) {
  struct band band = {.before = tile->before, .stride = tile->stride, .width = tile->width};
  for (int64_t row = 0; row < tile->rows; row += ROWS) {
    band.rows = (int)min_of(ROWS, tile->rows - row);
    memcpy(band.left, tile->left + row, (size_t)band.rows * sizeof(double));
    band.left_before = tile->left[row - 1];
    band.right = tile->right + row;
    band.out = tile->out + row * tile->stride;
    sweep(&band);
  }
}
#endif
