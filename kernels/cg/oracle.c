/* cg's oracle. In the basis of the eigenvectors A is diagonal and b has the same component in each
 * of its modes, so the method is a matter of as many numbers, whatever the grid. */
#include <math.h>
#include <stdio.h>

#include "kernels/blocks/minmax.h"
#include "kernels/cg/cg.h"

static int64_t points_of(const struct problem *problem) {
  const int64_t n = problem->n; /* at most 2^20 */
  return problem->value[CG_DIMENSIONS] == 3 ? n * n * n : n * n;
}

static long double eigenvalue(const struct problem *problem, int m) {
  long double value = 0;
  for (int axis = 0; axis < problem->value[CG_DIMENSIONS]; axis++) {
    long double half = sinl((long double)M_PI * (long double)cg_wave_number(problem->n, m, axis) /
                            (long double)(2 * (problem->n + 1)));
    value += 4 * half * half;
  }
  return value;
}

/* The square of the residual's norm after all iterations of the modes alone, in long double; `bb`
 * is the square of the norm of b, `first` alpha in the first iteration. */
static double expected_square(const struct problem *problem, double *bb, double *first) {
  const int count = cg_mode_count(problem->n);
  const long double weight =
      powl((long double)(problem->n + 1) / 2, (long double)problem->value[CG_DIMENSIONS]);
  long double value[CG_MODES], r[CG_MODES], p[CG_MODES], rr = count;
  for (int m = 0; m < count; m++) {
    value[m] = eigenvalue(problem, m);
    r[m] = p[m] = 1;
  }
  *bb = (double)(rr * weight);
  for (int64_t i = 0; i < problem->value[CG_ITERATIONS] && rr > 1e-40L; i++) {
    long double pq = 0, next = 0;
    for (int m = 0; m < count; m++)
      pq += value[m] * p[m] * p[m];
    if (i == 0)
      *first = (double)(rr / pq);
    for (int m = 0; m < count; m++) {
      r[m] -= rr / pq * value[m] * p[m];
      next += r[m] * r[m];
    }
    for (int m = 0; m < count; m++)
      p[m] = r[m] + next / rr * p[m];
    rr = next;
  }
  return (double)(rr * weight);
}

/* All as norms, relative to that of b. */
struct verdict cg_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct cg_state *s = opaque;
  const double scale = fabs(cg_scale(passes - 1)), norm = sqrt(s->rr);
  double bb, alpha = 0, expected = sqrt(expected_square(problem, &bb, &alpha)) * scale;
  const double size = sqrt(bb) * scale;
  struct verdict verdict = {.tolerance = 1e-12};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", norm / size);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", expected / size);
  double error = max_or_nan(fabs(norm - expected), fabs(sqrt(s->bb) - size));
  error = max_or_nan(error, fabs(sqrt(s->checked.square) - norm));
  verdict.error = max_or_nan(error, s->checked.largest) / size;
  /* the norm hides this: near its minimum alpha matters little */
  if (problem->value[CG_ITERATIONS] > 0)
    verdict.error = max_or_nan(verdict.error, fabs(s->first_alpha - alpha) / alpha);
  if (s->checked.points != points_of(problem) || s->iteration != problem->value[CG_ITERATIONS])
    verdict.error = max_or_nan(verdict.error, 1);
  return verdict;
}

/* -- The residual ----------------------------------------------------------------------------- */

void cg_residual_request(void *opaque, struct request *request) {
  struct cg_state *s = opaque;
  cg_request_halo(s, s->x, request);
}

void cg_residual_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct cg_state *s = opaque;
  struct cg_checked checked = {0, 0, (end - begin) * s->lines * s->n};
  const double next = cg_scale(s->pass + 1) / cg_scale(s->pass);
  for (int64_t unit = begin; unit < end; unit++)
    for (int64_t line = 0; line < s->lines; line++) {
      const struct cg_lines l = cg_lines_at(s, s->x, unit, line);
      double *b = cg_line(s, s->b, unit, line);
      const double *r = cg_line(s, s->r, unit, line);
      for (int64_t i = 0; i < s->n; i++) {
        double residual = b[i] - cg_laplacian(s, &l, i);
        b[i] *= next;
        checked.square += residual * residual;
        checked.largest = max_or_nan(checked.largest, fabs(residual - r[i]));
      }
    }
  *(struct cg_checked *)partial = checked;
}

void cg_residual_combine(void *into, const void *from) {
  struct cg_checked *a = into;
  const struct cg_checked *b = from;
  a->square += b->square;
  a->points += b->points;
  a->largest = max_or_nan(a->largest, b->largest);
}

int cg_residual_then(void *opaque, const void *total) {
  struct cg_state *s = opaque;
  s->checked = *(const struct cg_checked *)total;
  s->pass++;
  return PHASE_END;
}
