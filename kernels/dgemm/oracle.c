/* dgemm: the elements of A and B, and the check of C: each row of C, times a vector, must be that
 * row of A times (B times the vector), in whole numbers modulo 2^64 (R. Freivalds, 1977). The sum
 * of all elements must be what the sums of the columns of A and of the rows of B make it. All that
 * is computed from the formulas of A and B, not from what lies in memory. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/random.h"
#include "kernels/dgemm/dgemm.h"

/* -- The elements: whole numbers so small that every sum is exact, in whatever order ----------- */

/* The elements of A and B are below `modulus`, the minimum of n and sqrt(2^33 / n): an element of C
 * grows by less than 2^33 a pass, and a double holds it exactly for 2^19 passes. */
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

void dgemm_fill_a(int64_t n, int64_t i, double *restrict row) {
  const struct elements e = elements_of(n);
  for (uint32_t k = 0; k < n; k++)
    row[k] = element(&e, (uint32_t)i, rotation(&e, k, 0));
}

void dgemm_fill_b(int64_t n, int64_t k, double *restrict row) {
  const struct elements e = elements_of(n);
  const uint32_t rotated = rotation(&e, (uint32_t)k, 1);
  for (uint32_t j = 0; j < n; j++)
    row[j] = element(&e, j, rotated);
}

/* -- What they add up to ---------------------------------------------------------------------- */

/* The vector of the check: odd, so that no single wrong element vanishes modulo 2^64. */
static inline uint64_t factor(uint32_t j) {
  return random_mix(~(uint64_t)j) | 1;
}

/* The sum of a column of A, or of a row of B before any pass. */
static uint64_t line_sum(const struct elements *e) {
  return e->n / e->modulus * sum_below(e->modulus) + sum_below(e->n % e->modulus);
}

/* 0 + 1 + ... over the passes, in cycles: what the advanced rows have been more, in all. */
static uint64_t advances(uint64_t passes) {
  return passes / DGEMM_CYCLE * sum_below(DGEMM_CYCLE) + sum_below(passes % DGEMM_CYCLE);
}

/* Row k of B, added up over the passes, times the vector of the check; modulo 2^64. */
void dgemm_product_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct dgemm_state *s = opaque;
  const struct elements e = elements_of(s->n);
  uint64_t factors = 0;
  (void)partial;
  for (uint32_t j = 0; j < e.n; j++)
    factors += factor(j);
  for (int64_t k = begin; k < end; k++) {
    const uint32_t rotated = rotation(&e, (uint32_t)k, 1);
    uint64_t sum = 0;
    for (uint32_t j = 0; j < e.n; j++)
      sum += element(&e, j, rotated) * factor(j);
    s->product[k] = sum * (uint64_t)s->passes;
    if (k % s->width == 0)
      s->product[k] += factors * advances((uint64_t)s->passes);
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
    sum += element(&e, i, rotation(&e, k, 0)) * product[k];
  return sum;
}

/* -- The check -------------------------------------------------------------------------------- */

/* Adds a row of C to the tally. A whole number in [0, 2^52), added to 2^52, has its bits at the end
 * of the sum's. */
static void add_row(struct dgemm_tally *tally, const double *restrict c, uint32_t n,
                    uint64_t expected) {
  const double shift = 0x1p52;
  uint64_t product = 0, low = 0, high = 0, wrong = 0; /* sums of upper and lower bits */
  for (uint32_t j = 0; j < n; j++) {
    double shifted = c[j] + shift;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits &= (UINT64_C(1) << 52) - 1;
    wrong += !(shifted - shift == c[j] && c[j] >= 0 && c[j] < shift);
    product += bits * factor(j);
    low += (uint32_t)bits;
    high += bits >> 32;
  }
  tally->rows++;
  tally->wrong += wrong > 0 || product != expected;
  tally->sum += ((dgemm_uint128)high << 32) + low;
}

void dgemm_compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct dgemm_state *s = opaque;
  struct dgemm_tally tally = {0};
  for (int64_t i = begin; i < end; i++)
    add_row(&tally, s->c + (i - s->begin) * s->n, (uint32_t)s->n, expected_row(s, (uint32_t)i));
  *(struct dgemm_tally *)partial = tally;
}

void dgemm_compare_combine(void *into, const void *from) {
  struct dgemm_tally *a = into;
  const struct dgemm_tally *b = from;
  a->sum += b->sum;
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
  const struct elements e = elements_of(problem->n);
  const uint64_t n = (uint64_t)problem->n, line = line_sum(&e);
  dgemm_uint128 expected =
      (dgemm_uint128)(line * line) * n * (uint64_t)passes +
      (dgemm_uint128)(line * n) * (uint64_t)s->panels * advances((uint64_t)passes);
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%.17g", (double)tally->sum);
  snprintf(verdict.expected, sizeof verdict.expected, "%.17g", (double)expected);
  verdict.error = (double)(tally->sum > expected ? tally->sum - expected : expected - tally->sum) +
                  (double)(tally->wrong + llabs(problem->n - tally->rows)) +
                  (double)(s->passes != passes);
  return verdict;
}
