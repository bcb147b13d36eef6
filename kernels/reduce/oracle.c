/* reduce's oracle: the vectors, and what their sum must be, by value and by bits. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "kernels/blocks/random.h"
#include "kernels/reduce/reduce.h"

enum { COLUMN = REDUCE_COLUMN };

static int64_t column_of(int64_t begin, int64_t end) {
  return min_of(end - begin, COLUMN);
}

/* Below 1 and with all the bits that this leaves: sums of these are rounded. */
ALWAYS_INLINE double fraction(int64_t element) {
  return (double)(int64_t)(random_at((uint64_t)element) >> 12) * 0x1p-52;
}

/* In pass k element j of vector v is (v + 1) * (k + fraction(j)). */
static void fill_factors(int64_t pass, int64_t element, int64_t count, double *restrict factor) {
  for (int64_t i = 0; i < count; i++)
    factor[i] = (double)pass + fraction(element + i);
}

void reduce_fill(const struct reduce_state *s, int64_t pass, int64_t begin, int64_t end) {
  double factor[COLUMN];
  for (int64_t count; begin < end; begin += count) {
    count = column_of(begin, end);
    fill_factors(pass, begin, count, factor);
    for (int64_t v = s->begin; v < s->end; v++) {
      double *restrict x = reduce_vector(s, v, begin);
      for (int64_t i = 0; i < count; i++)
        x[i] = (double)(v + 1) * factor[i];
    }
  }
}

/* Adds up the vectors in another way, which comes to the same tree: blocks of rising numbers of
 * vectors wait on a stack, and as soon as there are two of the same size they become one. */
static void add_again(int64_t vectors, const double *factor, int64_t count, double *to) {
  double stack[18][COLUMN];
  int top = -1;
  for (int64_t v = 0; v < vectors; v++) {
    top++;
    for (int64_t i = 0; i < count; i++)
      stack[top][i] = (double)(v + 1) * factor[i];
    for (int64_t pairs = v; pairs % 2 == 1; pairs /= 2, top--)
      for (int64_t i = 0; i < count; i++)
        stack[top - 1][i] += stack[top][i];
  }
  for (; top > 0; top--)
    for (int64_t i = 0; i < count; i++)
      stack[top - 1][i] += stack[top][i];
  for (int64_t i = 0; i < count; i++)
    to[i] = stack[0][i];
}

/* 1 + 2 + ... + vectors. */
static double sum_of_numbers(int64_t vectors) {
  return (double)vectors * (double)(vectors + 1) / 2;
}

static void check_column(const struct reduce_state *s, int64_t element, int64_t count,
                         const double *result, struct reduce_checked *found) {
  double factor[COLUMN], again[COLUMN];
  const double numbers = sum_of_numbers(s->vectors);
  fill_factors(s->passes, element, count, factor);
  add_again(s->vectors, factor, count, again);
  for (int64_t i = 0; i < count; i++) {
    double pass = result[i] / numbers - fraction(element + i);
    minmax_add(&found->pass, pass);
    found->wrong += !(result[i] == again[i]);
  }
}

/* Which elements result[i] and those that follow it are: they lie in the order of the rounds. */
void reduce_check(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct reduce_state *s = opaque;
  struct reduce_checked found = {.pass = MINMAX_NONE};
  for (int64_t i = begin, count; i < end; i += count) {
    int64_t element = i;
    count = column_of(i, end);
    if (!s->collects) {
      struct reduce_round r = reduce_round_at(s->n, s->slice, s->parts, i / s->slice);
      int64_t rest = s->slice - i % s->slice;
      element = reduce_slice_begin(&r, s->part) + i % s->slice;
      count = count < rest ? count : rest;
    }
    check_column(s, element, count, s->result + i, &found);
  }
  *(struct reduce_checked *)partial = found;
}

int64_t reduce_check_extent(const void *opaque) {
  const struct reduce_state *s = opaque;
  return s->collects && s->part != 0 ? 0 : s->result_count;
}

void reduce_check_combine(void *into, const void *from) {
  struct reduce_checked *all = into;
  const struct reduce_checked *more = from;
  minmax_combine(&all->pass, &more->pass);
  all->wrong += more->wrong;
}

int reduce_check_then(void *opaque, const void *total) {
  ((struct reduce_state *)opaque)->checked =
      total ? *(const struct reduce_checked *)total : (struct reduce_checked){0};
  return PHASE_END;
}

/* Each vector's element is rounded twice when it is made and once on each level of the tree; the
 * sum of the numbers is exact, and the two operations here round once each. All terms are positive,
 * so each rounding is relative to what pass + 1 bounds. */
struct verdict reduce_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct reduce_checked *found = &((const struct reduce_state *)opaque)->checked;
  double levels = ceil(log2((double)problem->value[REDUCE_VECTORS])), expected = (double)passes;
  struct verdict verdict = {.tolerance = (levels + 4) * DBL_EPSILON};
  /* without an element there is nothing to say the pass */
  const double furthest = problem->n == 0 ? expected : minmax_furthest(&found->pass, expected);
  snprintf(verdict.value, sizeof verdict.value, "%.17g", furthest);
  snprintf(verdict.expected, sizeof verdict.expected, "%.17g", expected);
  verdict.error = fabs(furthest - expected) / (expected + 1);
  verdict.error += (double)imaxabs(problem->n - found->pass.count) + (double)found->wrong;
  return verdict;
}
