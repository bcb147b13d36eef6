/* cg's memory and work model, and its right-hand side b, a sum of eigenvectors of A. */
#include <math.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/cg/cg.h"

int cg_open(void *opaque, const struct problem *problem, const struct part *part,
            struct error *error) {
  struct cg_state *s = opaque;
  s->n = problem->n;
  s->begin = part->begin;
  s->end = part->end;
  s->dimensions = (int)problem->value[CG_DIMENSIONS];
  s->iterations = problem->value[CG_ITERATIONS];
  s->lines = s->dimensions == 3 ? s->n : 1;
  const int64_t own = part->end - part->begin; /* n is at most 2^20 */
  const size_t bytes = (size_t)(s->lines * s->n) * sizeof(double);
  if (memory_allocate(&s->b, own, bytes, "the right-hand side", error) ||
      memory_allocate(&s->x, own + 2, bytes, "the solution", error) ||
      memory_allocate(&s->r, own, bytes, "the residual", error) ||
      memory_allocate(&s->p, own + 2, bytes, "the direction", error) ||
      memory_allocate(&s->zeros, 1, (size_t)s->n * sizeof(double), "a line of zeros", error) ||
      memory_allocate(&s->sines, CG_MODES, (size_t)s->n * sizeof(double), "the modes", error))
    return error->code;
  return 0;
}

void cg_close(void *opaque) {
  struct cg_state *s = opaque;
  free(s->b);
  free(s->x);
  free(s->r);
  free(s->p);
  free(s->zeros);
  free(s->sines);
}

void cg_request_halo(const struct cg_state *s, double *vector, struct request *request) {
  request->kind = REQUEST_HALO;
  request->as.halo = (struct halo){
      .own = cg_wide_line(s, vector, s->begin, 0),
      .unit_bytes = (size_t)(s->lines * s->n) * sizeof(double),
      .width = 1,
  };
}

struct work cg_work(const struct problem *problem, int parts) {
  const double n = (double)problem->n, d = (double)problem->value[CG_DIMENSIONS];
  const double iterations = (double)problem->value[CG_ITERATIONS];
  const double points = pow(n, d), unit = pow(n, d - 1);
  return (struct work){
      /* 2 d + 1 for A p, 2 for each of two dot products, 2 for each of three vector updates */
      .operations = iterations * (2 * d + 1 + 10) * points,
      /* read p; read p and r, write r; read x, p and r, write x and p; once: read b, write x, r, p
       */
      .bytes = (iterations * 9 + 4) * sizeof(double) * points,
      .messages = iterations * 2 * (parts - 1),
      .memory = sizeof(double) * (4 * points + parts * (4 * unit + (CG_MODES + 1) * n)),
  };
}

/* -- The modes -------------------------------------------------------------------------------- */

int cg_mode_count(int64_t n) {
  return (int)min_of(n, CG_MODES);
}

/* The order differs from axis to axis, since a sum of products of equal waves is next to nothing
 * away from the diagonal. */
int64_t cg_wave_number(int64_t n, int m, int axis) {
  static const int stride[] = {1, 5, 11};
  int count = cg_mode_count(n), place = (m * stride[axis] + 3 * axis) % count;
  return count == 1 ? 1 : 1 + place * (n - 1) / (count - 1);
}

/* Mode m at place i along an axis. */
static double sine(const struct cg_state *s, int m, int axis, int64_t i) {
  return sin(M_PI * (double)cg_wave_number(s->n, m, axis) * (double)(i + 1) / (double)(s->n + 1));
}

static void set_to_zero(double *restrict line, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    line[i] = 0;
}

void cg_tables_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct cg_state *s = opaque;
  (void)begin;
  (void)end;
  (void)partial;
  set_to_zero(s->zeros, s->n);
  for (int m = 0; m < CG_MODES; m++)
    for (int64_t i = 0; i < s->n; i++)
      s->sines[m * s->n + i] = m < cg_mode_count(s->n) ? sine(s, m, 0, i) : 0;
}

/* A line of b: each mode is the product of a wave along every axis. */
static void fill_line(const struct cg_state *s, int64_t unit, int64_t line) {
  double *restrict b = cg_line(s, s->b, unit, line);
  set_to_zero(b, s->n);
  for (int m = 0; m < cg_mode_count(s->n); m++) {
    const double *restrict sines = s->sines + m * s->n;
    double factor = sine(s, m, 1, unit) * (s->dimensions == 3 ? sine(s, m, 2, line) : 1);
    for (int64_t i = 0; i < s->n; i++)
      b[i] += factor * sines[i];
  }
}

double cg_scale(int64_t pass) {
  return ldexp(pass % 2 == 0 ? 1 : -1, (int)(pass % 8));
}

int64_t cg_fill_extent(const void *opaque) {
  const struct cg_state *s = opaque;
  return s->end - s->begin + 2;
}

void cg_fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct cg_state *s = opaque;
  (void)partial;
  for (int64_t place = begin; place < end; place++) {
    const int64_t unit = s->begin + place - 1;
    set_to_zero(cg_wide_line(s, s->x, unit, 0), s->lines * s->n);
    set_to_zero(cg_wide_line(s, s->p, unit, 0), s->lines * s->n);
    if (unit < s->begin || unit >= s->end)
      continue;
    set_to_zero(cg_line(s, s->r, unit, 0), s->lines * s->n);
    for (int64_t line = 0; line < s->lines; line++)
      fill_line(s, unit, line);
  }
}
