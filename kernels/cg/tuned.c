/* cg's tuned path: the points at the ends of a line are computed separately, so that the loops over
 * those between are vectorized. Compiled once for each number of dimensions. */
#include "kernels/blocks/inline.h"
#include "kernels/blocks/minmax.h"
#include "kernels/cg/cg.h"

/* Points of a line that are updated and then summed. */
enum { PIECE = 1024 };

/* (A v) at point i, whose neighbors along the line are given. */
ALWAYS_INLINE double apply_at(const struct cg_lines *l, int64_t i, double left, double right,
                              int dimensions) {
  double sum = left + right + l->up[i] + l->down[i];
  if (dimensions == 3)
    sum += l->front[i] + l->back[i];
  return 2 * dimensions * l->v[i] - sum;
}

/* The sum over a line of v times A v. */
ALWAYS_INLINE double apply_line(const struct cg_lines *lines, int64_t n, int dimensions) {
  const struct cg_lines l = *lines;
  if (n == 1)
    return l.v[0] * apply_at(&l, 0, 0, 0, dimensions);
  double sum = l.v[0] * apply_at(&l, 0, 0, l.v[1], dimensions) +
               l.v[n - 1] * apply_at(&l, n - 1, l.v[n - 2], 0, dimensions);
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 1; i < n - 1; i++)
    sum += l.v[i] * apply_at(&l, i, l.v[i - 1], l.v[i + 1], dimensions);
  return sum;
}

static double apply(const struct cg_state *s, int64_t begin, int64_t end) {
  double sum = 0;
  for (int64_t unit = begin; unit < end; unit++)
    for (int64_t line = 0; line < s->lines; line++) {
      const struct cg_lines lines = cg_lines_at(s, s->p, unit, line);
      sum += s->dimensions == 2 ? apply_line(&lines, s->n, 2) : apply_line(&lines, s->n, 3);
    }
  return sum;
}

/* r -= alpha A p along a line; the sum of the squares of the new r. */
ALWAYS_INLINE double update_line(const struct cg_lines *lines, double *restrict r, double alpha,
                                 int64_t n, int dimensions) {
  const struct cg_lines l = *lines;
  const int64_t last = n - 1;
  r[0] -= alpha * apply_at(&l, 0, 0, n > 1 ? l.v[1] : 0, dimensions);
  double sum = r[0] * r[0];
  if (n == 1)
    return sum;
  r[last] -= alpha * apply_at(&l, last, l.v[last - 1], 0, dimensions);
  sum += r[last] * r[last];
  /* a short piece at a time, in two loops of which the second finds r in the nearest cache: clang
   * does not vectorize the two as one */
  for (int64_t begin = 1; begin < last; begin += PIECE) {
    const int64_t end = min_of(begin + PIECE, last);
    for (int64_t i = begin; i < end; i++)
      r[i] -= alpha * apply_at(&l, i, l.v[i - 1], l.v[i + 1], dimensions);
#pragma omp simd reduction(+ : sum)
    for (int64_t i = begin; i < end; i++)
      sum += r[i] * r[i];
  }
  return sum;
}

static double update(const struct cg_state *s, int64_t begin, int64_t end) {
  double sum = 0;
  for (int64_t unit = begin; unit < end; unit++)
    for (int64_t line = 0; line < s->lines; line++) {
      const struct cg_lines lines = cg_lines_at(s, s->p, unit, line);
      double *r = cg_line(s, s->r, unit, line);
      sum += s->dimensions == 2 ? update_line(&lines, r, s->alpha, s->n, 2)
                                : update_line(&lines, r, s->alpha, s->n, 3);
    }
  return sum;
}

const struct cg_path cg_tuned = {apply, update};
