/* dgemm: the elements of the matrices, and the check of C: each row of what C has grown by in a
 * pass, times a vector, must be that row of A times (B times the vector), in whole numbers modulo
 * 2^64 (R. Freivalds, 1977). All that is computed from the formulas of the matrices, not from what
 * lies in memory. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/random.h"
#include "kernels/dgemm/dgemm.h"

/* -- The elements: whole numbers so small that every sum is exact, in whatever order ----------- */

/* The narrow elements of A and B are below `modulus`, the minimum of n and sqrt(2^33 / n). Those of
 * every other column of A and, where A is narrow, of B's rows, are WIDE times as much: single
 * precision holds neither matrix, and what a pass adds to an element of C is still below 2^52. */
enum { WIDE = (1 << 18) + 1 };

struct elements {
  uint32_t n, modulus;
  uint64_t inverse; /* 2^32 / modulus, rounded up: v * inverse / 2^32 is v / modulus, since v *
                       modulus < 2^32 */
};

static struct elements elements_of(int64_t n) {
  n = max_of(n, 1);
  uint32_t modulus = (uint32_t)min_of(n, (int64_t)sqrt(0x1p33 / (double)n));
  return (struct elements){(uint32_t)n, modulus, (uint64_t)quotient_up(INT64_C(1) << 32, modulus)};
}

/* By how much column k of A (matrix 0), or row k of B (1), is rotated. */
static inline uint32_t rotation(const struct elements *e, uint32_t k, uint32_t matrix) {
  return (uint32_t)((random_at(2 * (uint64_t)k + matrix) >> 32) * e->n >> 32);
}

/* The numbers 0 .. n-1 modulo `modulus`, rotated. */
static inline uint32_t element(const struct elements *e, uint32_t index, uint32_t rotated) {
  uint32_t v = index + rotated;
  v -= v >= e->n ? e->n : 0;
  return v - (uint32_t)(v * e->inverse >> 32) * e->modulus;
}

/* What the elements of column k of A, or row k of B, are multiplied with. */
static inline uint32_t width_of_a(uint32_t k) {
  return k % 2 == 1 ? WIDE : 1;
}

static inline uint32_t width_of_b(uint32_t k) {
  return k % 2 == 0 ? WIDE : 1;
}

/* What all elements of row i of C are before a pass. */
static inline uint64_t start_of(uint64_t i, int64_t pass) {
  return random_mix(random_at((uint64_t)pass) + i) >> 40;
}

void dgemm_fill_a(int64_t n, int64_t i, double *restrict row) {
  const struct elements e = elements_of(n);
  for (uint32_t k = 0; k < n; k++)
    row[k] = element(&e, (uint32_t)i, rotation(&e, k, 0)) * width_of_a(k);
}

void dgemm_fill_b(int64_t n, int64_t k, double *restrict row) {
  const struct elements e = elements_of(n);
  const uint32_t rotated = rotation(&e, (uint32_t)k, 1);
  for (uint32_t j = 0; j < n; j++)
    row[j] = element(&e, j, rotated) * width_of_b((uint32_t)k);
}

void dgemm_fill_c(int64_t n, int64_t i, int64_t pass, double *restrict row) {
  for (int64_t j = 0; j < n; j++)
    row[j] = (double)start_of((uint64_t)i, pass);
}

/* -- What they add up to ---------------------------------------------------------------------- */

/* The vector of the check: odd, so that no single wrong element vanishes modulo 2^64. */
static inline uint64_t factor(uint32_t j) {
  return random_mix(~(uint64_t)j) | 1;
}

/* The sum of the check's vector. */
static uint64_t factors(uint32_t n) {
  uint64_t sum = 0;
  for (uint32_t j = 0; j < n; j++)
    sum += factor(j);
  return sum;
}

/* Row k of B in the last pass times the vector of the check; modulo 2^64. */
void dgemm_product_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct dgemm_state *s = opaque;
  const struct elements e = elements_of(s->n);
  const uint64_t advanced = (uint64_t)((s->passes - 1) % DGEMM_CYCLE) * factors(e.n);
  (void)partial;
  for (int64_t k = begin; k < end; k++) {
    const uint32_t rotated = rotation(&e, (uint32_t)k, 1);
    uint64_t sum = 0;
    for (uint32_t j = 0; j < e.n; j++)
      sum += element(&e, j, rotated) * factor(j);
    s->product[k] = sum * width_of_b((uint32_t)k) + (k % s->width == 0 ? advanced : 0);
  }
}

void dgemm_compare_request(void *opaque, struct request *request) {
  request->kind = REQUEST_GATHER;
  request->as.gather = (struct gather){((struct dgemm_state *)opaque)->product, sizeof(uint64_t)};
}

/* Row i of A times the product of B: what row i of C must be times the vector of the check. */
static uint64_t expected_row(const struct dgemm_state *s, uint32_t i) {
  const struct elements e = elements_of(s->n);
  const uint64_t *restrict product = s->product;
  uint64_t sum = 0;
  for (uint32_t k = 0; k < e.n; k++)
    sum += (uint64_t)element(&e, i, rotation(&e, k, 0)) * width_of_a(k) * product[k];
  return sum;
}

/* -- The check -------------------------------------------------------------------------------- */

/* Adds a row of C to the tally. A whole number in [0, 2^52), added to 2^52, has its bits at the end
 * of the sum's. */
static void add_row(struct dgemm_tally *tally, const double *restrict c, uint32_t n,
                    uint64_t expected) {
  const double shift = 0x1p52;
  uint64_t product = 0, wrong = 0;
  for (uint32_t j = 0; j < n; j++) {
    double shifted = c[j] + shift;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits &= (UINT64_C(1) << 52) - 1;
    wrong += !(shifted - shift == c[j] && c[j] >= 0 && c[j] < shift);
    product += bits * factor(j);
  }
  tally->rows++;
  tally->wrong += wrong > 0 || product != expected;
}

/* Compares, and fills C for the next pass. */
void dgemm_compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct dgemm_state *s = opaque;
  const uint64_t sum = factors((uint32_t)s->n);
  struct dgemm_tally tally = {0};
  for (int64_t i = begin; i < end; i++) {
    double *row = s->c + (i - s->begin) * s->n;
    add_row(&tally, row, (uint32_t)s->n,
            expected_row(s, (uint32_t)i) + sum * start_of((uint64_t)i, s->passes - 1));
    dgemm_fill_c(s->n, i, s->passes, row);
  }
  *(struct dgemm_tally *)partial = tally;
}

void dgemm_compare_combine(void *into, const void *from) {
  struct dgemm_tally *a = into;
  const struct dgemm_tally *b = from;
  a->rows += b->rows;
  a->wrong += b->wrong;
}

int dgemm_compare_then(void *opaque, const void *total) {
  struct dgemm_state *s = opaque;
  s->tally = total ? *(const struct dgemm_tally *)total : (struct dgemm_tally){0};
  return PHASE_END;
}

struct verdict dgemm_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct dgemm_state *s = opaque;
  const struct dgemm_tally *tally = &s->tally;
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%" PRId64 " rows, %" PRId64 " wrong", tally->rows,
           tally->wrong);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRId64 " rows, 0 wrong", problem->n);
  verdict.error =
      (double)(tally->wrong + llabs(problem->n - tally->rows) + llabs(s->passes - passes));
  return verdict;
}
