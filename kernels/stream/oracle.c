/* stream's inputs, and its oracle. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "kernels/blocks/random.h"
#include "kernels/stream/stream.h"

/* In the k-th pass, counted from 1, b is k * B_STEP and c is k * C_STEP, so that the result shows
 * the pass; nstream's result does so by itself, and its b and c stay at NSTREAM_INPUT, as PRK has
 * them. To all of them a fraction is added that depends on the element (fractions), so that what
 * belongs to another one shows. */
enum { B_STEP = 1, C_STEP = 2, NSTREAM_INPUT = 2 };

struct fractions {
  double b, c;
};

/* More bits than single precision has, and so few that nstream's sums are exact for 2^18 passes. */
ALWAYS_INLINE struct fractions fractions(int64_t element) {
  const int32_t mask = fraction_mask(FRACTION_BITS);
  return (struct fractions){fraction_of((uint64_t)element * RANDOM_ROW, mask),
                            fraction_of((uint64_t)element * RANDOM_COLUMN, mask)};
}

void stream_fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct stream_state *s = opaque;
  bool nstream = s->op == STREAM_NSTREAM;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    struct fractions f = fractions(i);
    s->a[i - s->begin] = 0;
    s->b[i - s->begin] = f.b + (nstream ? NSTREAM_INPUT : B_STEP);
    if (s->c)
      s->c[i - s->begin] = f.c + (nstream ? NSTREAM_INPUT : C_STEP);
  }
}

/* The result of an operation is b times one weight plus c times the other, in nstream added to a.
 */
struct weights {
  double b, c;
};

static const struct weights weights[] = {
    [STREAM_COPY] = {1, 0},
    [STREAM_SCALE] = {STREAM_SCALAR, 0},
    [STREAM_ADD] = {1, 1},
    [STREAM_TRIAD] = {1, STREAM_SCALAR},
    [STREAM_NSTREAM] = {1, STREAM_NSTREAM_SCALAR},
};

/* What is left of an element of the result without the fractions; for nstream, how often the inputs
 * have been added. */
ALWAYS_INLINE double base_of(bool nstream, struct weights w, double a, struct fractions f) {
  double fraction = w.b * f.b + w.c * f.c;
  return nstream ? a / (fraction + (w.b + w.c) * NSTREAM_INPUT) : a - fraction;
}

static void advance(struct stream_state *s, int64_t begin, int64_t end) {
  double *restrict b = s->b - s->begin, *restrict c = s->c ? s->c - s->begin : NULL;
  for (int64_t i = begin; i < end; i++)
    b[i] += B_STEP;
  for (int64_t i = begin; c && i < end; i++)
    c[i] += C_STEP;
}

/* Reads the result, then makes the inputs of the next pass from those of this one. */
void stream_check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct stream_state *s = opaque;
  const bool nstream = s->op == STREAM_NSTREAM;
  const struct weights w = weights[s->op];
  const double *restrict a = s->a;
  const int64_t first = s->begin;
  struct minmax base = MINMAX_NONE;
  for (int64_t i = begin; i < end; i++)
    minmax_add(&base, base_of(nstream, w, a[i - first], fractions(i)));
  if (!nstream)
    advance(s, begin, end);
  *(struct minmax *)partial = base;
}

int stream_check_then(void *opaque, const void *total) {
  ((struct stream_state *)opaque)->base =
      total ? *(const struct minmax *)total : (struct minmax){0};
  return PHASE_END;
}

struct verdict stream_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct stream_state *s = opaque;
  const struct minmax *base = &s->base;
  const struct weights w = weights[s->op];
  double expected = (s->op == STREAM_NSTREAM ? 1 : w.b * B_STEP + w.c * C_STEP) * (double)passes;
  struct verdict verdict = {.tolerance = 1e-13 + (double)passes * 0x1p-53};
  if (problem->n == 0)
    expected = 0;
  const double furthest = problem->n == 0 ? 0 : minmax_furthest(base, expected);
  snprintf(verdict.value, sizeof verdict.value, "%.15g", furthest);
  snprintf(verdict.expected, sizeof verdict.expected, "%.15g", expected);
  verdict.error = fabs(furthest - expected) / (expected > 1 ? expected : 1);
  verdict.error += (double)imaxabs(problem->n - base->count) + (double)imaxabs(passes - s->runs);
  return verdict;
}
