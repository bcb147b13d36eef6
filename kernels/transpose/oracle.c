/* transpose's oracle: every element of both matrices has a closed form. */
#include <math.h>
#include <stdio.h>

#include "kernels/blocks/random.h"
#include "kernels/transpose/transpose.h"

/* What belongs to an element (i, j) of A and B before pass `pass`, counted from 0, as fraction_of
 * takes it. */
struct start {
  uint64_t a, b;
};

static struct start start_of(int64_t pass) {
  return (struct start){random_at(2 * (uint64_t)pass), random_at(2 * (uint64_t)pass + 1)};
}

static uint64_t place_of(int64_t row, int64_t column) {
  return (uint64_t)row * RANDOM_ROW + (uint64_t)column * RANDOM_COLUMN;
}

/* So few bits that all sums of a pass are exact: the elements of B stay below 1 + T + T (T-1) / 2,
 * those of A below T + 1. */
int32_t transpose_mask(int64_t iterations) {
  const double sweeps = (double)iterations;
  return fraction_mask(fraction_bits((sweeps + 1) * (sweeps + 1)));
}

void transpose_fill(const struct transpose_state *s, int64_t begin, int64_t end) {
  const struct start start = start_of(s->sweep / s->iterations);
  const int32_t mask = s->mask;
  for (int64_t row = begin; row < end; row++) {
    double *restrict a = transpose_row(s, s->a, row), *restrict b = transpose_row(s, s->b, row);
    for (int64_t i = 0; i < s->n; i++) {
      a[i] = fraction_of(start.a + place_of(row, i), mask);
      b[i] = fraction_of(start.b + place_of(row, i), mask);
    }
  }
}

/* The errors of a row, and the sum of B's elements in it. After T sweeps an element of A has grown
 * by T, and one of B by the sum of what the element of A was before each of them. */
static void compare_row(const struct transpose_state *s, int64_t row,
                        struct transpose_found *found) {
  const double *restrict a = transpose_row(s, s->a, row), *restrict b = transpose_row(s, s->b, row);
  const struct start start = start_of((s->sweep - 1) / s->iterations);
  const double sweeps = (double)s->iterations, grown = sweeps * (sweeps - 1) / 2;
  const int32_t mask = s->mask;
  double errors = 0, sum = 0, expected = 0;
#pragma omp simd reduction(+ : errors, sum, expected)
  for (int64_t i = 0; i < s->n; i++) {
    const double right = fraction_of(start.b + place_of(row, i), mask) +
                         fraction_of(start.a + place_of(i, row), mask) * sweeps + grown;
    errors += fabs(a[i] - (fraction_of(start.a + place_of(row, i), mask) + sweeps));
    errors += fabs(b[i] - right);
    sum += b[i];
    expected += right;
  }
  found->errors += errors;
  found->sum += sum;
  found->expected += expected;
  found->count += 2 * s->n;
}

void transpose_compare(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct transpose_found found = {0};
  for (int64_t row = begin; row < end; row++)
    compare_row(opaque, row, &found);
  transpose_fill(opaque, begin, end);
  *(struct transpose_found *)partial = found;
}

void transpose_compare_combine(void *into, const void *from) {
  struct transpose_found *a = into;
  const struct transpose_found *b = from;
  a->errors += b->errors;
  a->sum += b->sum;
  a->expected += b->expected;
  a->count += b->count;
}

int transpose_compare_then(void *opaque, const void *total) {
  ((struct transpose_state *)opaque)->found =
      total ? *(const struct transpose_found *)total : (struct transpose_found){0};
  return PHASE_END;
}

struct verdict transpose_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct transpose_state *s = opaque;
  const double order = (double)problem->n;
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", s->found.sum);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", s->found.expected);
  verdict.error = s->found.errors + fabs((double)s->found.count - 2 * order * order) +
                  fabs((double)s->sweep - (double)passes * (double)s->iterations);
  return verdict;
}
