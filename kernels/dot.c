/* dot: the product of two vectors, with the same bits in whatever order it is summed. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/random.h"
#include "kernels/kernel.h"

__extension__ typedef __int128 wide;

/* Whether a fused multiply-add is an instruction; clang does not say so as the standard has it. */
#if defined FP_FAST_FMA || defined __FMA__
#  define FUSED 1
#else
#  define FUSED 0
#endif

/* Elements of the vectors are whole multiples of UNIT = 2^-FINE, so that their products are
 * multiples of 2^-(2 FINE). Without a fused multiply-add a product must fit the 53 bits of a
 * double, or its rounding would be an error of its own. */
#if FUSED
enum { FINE = 30 };
#else
enum { FINE = 26 };
#endif
static const double UNIT = 1.0 / (1 << FINE);

/* Each product is rounded to a multiple of 2^-HIGH, and what is left to one of 2^-LOW. Sums of such
 * multiples are exact in a double as long as BLOCK of them, each at most 1, stay below 2^(53 -
 * HIGH). */
enum { HIGH = 34, LOW = 68, BLOCK = 1 << 16 };

/* The sum of the rounded products in units of 2^-LOW: whole numbers, so that their order does not
 * matter; and how many there are. */
struct sum {
  wide units;
  uint64_t count, unused; /* no gap: its bytes are compared */
};

struct state {
  int64_t pass;  /* the one that the vectors are of, from 0 */
  int64_t begin; /* the first own element */
  double *x, *y; /* own elements */
  struct sum sum;
};

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t count = part->end - part->begin;
  (void)problem;
  s->begin = part->begin;
  return memory_allocate(&s->x, count, sizeof(double), "the first vector", error) ||
                 memory_allocate(&s->y, count, sizeof(double), "the second vector", error)
             ? error->code
             : 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->x);
  free(s->y);
}

/* A whole number in (-2^FINE, 2^FINE) that follows from i. */
static int64_t random_of(uint64_t i) {
  return (int64_t)(random_at(i) >> (63 - FINE)) - (INT64_C(1) << FINE) + 1;
}

/* The expected sum of a pass is computed from this number, which differs from pass to pass: the
 * result of one pass is wrong in all others. It is small, as the products nearly cancel. */
static int64_t rest_of(int64_t pass) {
  return 1024 + pass % 1024;
}

/* Element i of both vectors in a pass, in units of 2^-FINE. With u units left over, the products of
 * four elements in a row are r s, r (u - s), (u - r) t and (u - r)(u - t), most of which cancels:
 * they add up to r u + (u - r) u = u u, whatever r, s and t are. The sign of r changes from pass to
 * pass. */
static void element(int64_t i, int64_t pass, int64_t *x, int64_t *y) {
  const int64_t u = rest_of(pass);
  int64_t r = random_of((uint64_t)(i / 4) * 3) * (pass % 2 == 0 ? 1 : -1);
  int64_t s = random_of((uint64_t)(i / 4) * 3 + (i % 4 < 2 ? 1 : 2));
  *x = i % 4 < 2 ? r : u - r;
  *y = i % 2 == 0 ? s : u - s;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    int64_t x, y;
    element(i, 0, &x, &y);
    s->x[i - s->begin] = (double)x * UNIT;
    s->y[i - s->begin] = (double)y * UNIT;
  }
}

/* The sums over at most BLOCK products of their multiples of 2^-HIGH and of 2^-LOW. Adding a
 * constant whose last bit is worth 2^-HIGH rounds to a multiple of that, whatever was added before:
 * this is what makes the result independent of the order. With a fused multiply-add the product
 * itself is never rounded; without, it is exact (FINE). */
static void add_block(const double *restrict x, const double *restrict y, int64_t count,
                      double sums[2]) {
  const double high = 0x1.8p52 * 0x1p-34, low = 0x1.8p52 * 0x1p-68;
  double high_sum = 0, low_sum = 0;
#pragma omp simd reduction(+ : high_sum, low_sum)
  for (int64_t i = 0; i < count; i++) {
#if FUSED
    double head = fma(x[i], y[i], high) - high;
    double rest = fma(x[i], y[i], -head);
#else
    double product = x[i] * y[i];
    double head = (product + high) - high;
    double rest = product - head;
#endif
    high_sum += head;
    low_sum += (rest + low) - low;
  }
  sums[0] = high_sum;
  sums[1] = low_sum;
}

static void dot_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct sum sum = {.count = (uint64_t)(end - begin)};
  for (int64_t i = begin; i < end; i += BLOCK) {
    double sums[2];
    add_block(s->x + (i - s->begin), s->y + (i - s->begin), end - i < BLOCK ? end - i : BLOCK,
              sums);
    sum.units += (wide)(int64_t)(sums[0] * 0x1p34) * ((wide)1 << (LOW - HIGH));
    sum.units += (int64_t)(sums[1] * 0x1p68);
  }
  *(struct sum *)partial = sum;
}

/* Unsigned, since a fault that a test plants may leave anything here. */
static void dot_combine(void *into, const void *from) {
  __extension__ typedef unsigned __int128 unsigned_wide;
  struct sum *a = into;
  const struct sum *b = from;
  a->units = (wide)((unsigned_wide)a->units + (unsigned_wide)b->units);
  a->count += b->count;
}

static int dot_then(void *opaque, const void *total) {
  ((struct state *)opaque)->sum = total ? *(const struct sum *)total : (struct sum){0};
  return PHASE_END;
}

/* Changes the vectors into those of the next pass. Exact: all elements are small multiples of
 * 2^-FINE. */
static void advance_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const double u = (double)rest_of(s->pass) * UNIT;
  const double next = (double)rest_of(s->pass + 1) * UNIT;
  const double sum[4] = {0, 0, u + next, u + next}, more[4] = {0, next - u, 0, next - u};
  double *restrict x = s->x + (begin - s->begin), *restrict y = s->y + (begin - s->begin);
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    x[i - begin] = sum[i % 4] - x[i - begin];
    y[i - begin] += more[i % 4];
  }
}

static int advance_then(void *opaque, const void *total) {
  (void)total;
  ((struct state *)opaque)->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    {
        .name = "dot",
        .stage = STAGE_TIMED,
        .body = dot_body,
        .partial_bytes = sizeof(struct sum),
        .combine = dot_combine,
        .then = dot_then,
    },
    {.name = "advance", .stage = STAGE_CHECK, .body = advance_body, .then = advance_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n;
  (void)parts;
  return (struct work){.operations = 2 * n, .bytes = 16 * n, .memory = 16 * n};
}

/* The exact product of a pass in units of 2^-(2 FINE): of each four elements what does not cancel,
 * and the up to three elements at the end. */
static wide expected_units(int64_t n, int64_t pass) {
  wide sum = (wide)(n / 4) * (rest_of(pass) * rest_of(pass));
  for (int64_t i = n / 4 * 4; i < n; i++) {
    int64_t x, y;
    element(i, pass, &x, &y);
    sum += (wide)x * y;
  }
  return sum;
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct sum *sum = &((const struct state *)opaque)->sum;
  wide expected = expected_units(problem->n, passes - 1) * ((wide)1 << (LOW - 2 * FINE));
  wide difference = sum->units - expected;
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%.17g", (double)sum->units * 0x1p-68);
  snprintf(verdict.expected, sizeof verdict.expected, "%.17g", (double)expected * 0x1p-68);
  verdict.error = fabs((double)difference) * 0x1p-68;
  if (sum->count != (uint64_t)problem->n)
    verdict.error += 1;
  return verdict;
}

const struct kernel kernel_dot = {
    .name = "dot",
    .summary = "dot product of two vectors, bitwise reproducible in any order of summation",
    .description =
        "Multiplies two vectors of n doubles element by element and adds the products up. The "
        "result is reproducible: the same bits with any number of threads and processes, any "
        "schedule and any grain, since each product is split into a multiple of 2^-34 and one of "
        "2^-68, whose sums are exact in any order (pre-rounding: S. Rump, T. Ogita, S. Oishi, SIAM "
        "J. Sci. Comput. 31, 2008; J. Demmel, H. D. Nguyen, Parallel Reproducible Summation, IEEE "
        "Trans. Comput. 64, 2015). The elements are below 1 in magnitude, so the positions of the "
        "splits are constant.",
    .counting =
        "As for any dot product: 2 flop and 16 bytes an element, though the reproducible sum takes "
        "7 additions and 2 fused multiply-adds.",
    .oracle =
        "The vectors consist of random numbers such that the products of four consecutive elements "
        "nearly cancel: the exact result is n/4 times u u, plus the products of up to three "
        "elements at the end, where u = (1024 + p mod 1024) 2^-30 in repetition p, so that the "
        "result of one repetition is wrong in the others. The sum must be exact; plain summation "
        "fails by far, since the terms are of size 1. Where the processor has no fused "
        "multiply-add, all elements are multiples of 2^-26 instead of 2^-30, so that no product "
        "is rounded.",
    .exchanged = "Only the sum of each part, 32 bytes.",
    .expectation =
        "Vectors that do not fit the caches are memory-bound: the 9 operations of an element take "
        "less time than its 16 bytes. It scales until the memory bandwidth is saturated.",
    .unit = "element",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 20000000, 0, INT64_C(1) << 40, "element", "elements of a vector"},
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
