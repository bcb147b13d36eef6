/* transpose's oracle: every element of both matrices has a closed form. */
#include <math.h>
#include <stdio.h>

#include "kernels/transpose/transpose.h"

/* The errors of a row, and the sum of B's elements in it. After T sweeps an element of A has grown
 * by T, and one of B is the sum of what the element of A was before each of them. */
static void compare_row(const struct transpose_state *s, int64_t row,
                        struct transpose_found *found) {
  const double *restrict a = transpose_row(s, s->a, row), *restrict b = transpose_row(s, s->b, row);
  const double sweeps = (double)s->sweep, order = (double)s->n, from_here = (double)row;
  const double grown = sweeps * (sweeps - 1) / 2;
  double errors = 0, sum = 0;
#pragma omp simd reduction(+ : errors, sum)
  for (int32_t i = 0; i < (int32_t)s->n; i++) {
    double column = (double)i;
    errors += fabs(a[i] - (order * from_here + column + sweeps));
    errors += fabs(b[i] - ((order * column + from_here) * sweeps + grown));
    sum += b[i];
  }
  found->errors += errors;
  found->sum += sum;
  found->count += 2 * s->n;
}

void transpose_compare(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct transpose_found found = {0};
  for (int64_t row = begin; row < end; row++)
    compare_row(opaque, row, &found);
  *(struct transpose_found *)partial = found;
}

void transpose_compare_combine(void *into, const void *from) {
  struct transpose_found *a = into;
  const struct transpose_found *b = from;
  a->errors += b->errors;
  a->sum += b->sum;
  a->count += b->count;
}

int transpose_compare_then(void *opaque, const void *total) {
  ((struct transpose_state *)opaque)->found =
      total ? *(const struct transpose_found *)total : (struct transpose_found){0};
  return PHASE_END;
}

/* All values are whole numbers, which doubles hold exactly to 2^53; beyond, each addition to B may
 * round. */
struct verdict transpose_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct transpose_state *s = opaque;
  double order = (double)problem->n, elements = order * order;
  double sweeps = (double)passes * (double)s->iterations;
  double greatest = elements * sweeps + sweeps * (sweeps - 1) / 2;
  double sum = elements * ((elements - 1) / 2 * sweeps + sweeps * (sweeps - 1) / 2);
  struct verdict verdict = {.tolerance = TRANSPOSE_TOLERANCE};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", s->found.sum);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", sum);
  if (greatest > 0x1p53)
    verdict.tolerance = elements * sweeps * greatest * 0x1p-53;
  verdict.error = s->found.errors + fabs((double)s->found.count - 2 * elements) +
                  fabs((double)s->sweep - sweeps);
  return verdict;
}
