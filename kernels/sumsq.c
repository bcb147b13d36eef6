/* sumsq: the sum of i*i for i in [0, n), exact in 128 bits.
 *
 * Every number is really multiplied by itself and every square really added, by the vector unit
 * where there is one: the closed form is the oracle's alone. Three paths do so with different
 * instructions, chosen when the program runs; what they share is the arithmetic that makes 64-bit
 * lanes enough:
 *
 * Take a block of L numbers from b on. Each square is b*b and a rest: (b+k)*(b+k) = b*b + (2*b*k +
 * k*k) with k < L. Where b < 2^32 and L <= 2^15 a rest is below 2^33 * 2^15 + 2^30 < 2^49 and all L
 * of them together below 2^64; where b < 2^40 and L <= 2^11 a rest is below 2^41 * 2^11 + 2^22 <
 * 2^53, and all of them together again below 2^64. So a path may add the squares modulo 2^64,
 * without a thought for carries: its sum less L*b*b, modulo 2^64, is the sum of the rests itself,
 * and L*b*b is added again in 128 bits. */
#include "kernels/sumsq_paths.h"

#include "kernels/blocks/inline.h"
#include "kernels/kernel.h"

enum { LOW_BITS = 32 }; /* of a number: its square fits 64 bits when it has no others */
static const uint64_t low_mask = (UINT64_C(1) << LOW_BITS) - 1;

/* With i = high * 2^32 + low the square modulo 2^64 is low*low + twice_high(i) * low. The numbers
 * of a block have the same high, so that the factor is taken out of the sum. */
static uint64_t twice_high(uint64_t i) {
  return i >> LOW_BITS << (LOW_BITS + 1);
}

/* -- Any processor ---------------------------------------------------------------------------- */

/* As far as a compiler can see, the 32-bit `low` may wrap: so none finds a closed form here. */
ALWAYS_INLINE uint64_t portable(uint64_t begin, uint64_t count, bool wide) {
  uint32_t first = (uint32_t)begin;
  uint64_t squares = 0, lows = 0;
#pragma omp simd reduction(+ : squares, lows)
  for (uint32_t k = 0; k < (uint32_t)count; k++) {
    uint32_t low = first + k;
    squares += (uint64_t)low * low;
    if (wide)
      lows += low;
  }
  return squares + twice_high(begin) * lows;
}

static uint64_t portable_squares(uint64_t begin, uint64_t count) {
  return begin <= low_mask ? portable(begin, count, false) : portable(begin, count, true);
}

static bool portable_supported(void) {
  return true;
}

/* -- x86-64 ----------------------------------------------------------------------------------- */

/* The vector paths keep several chains of sums, so that no addition waits for the one before, and
 * take one vector of numbers for each chain in a step. The steps end where the range ends. The
 * first one may so begin before the range: the numbers there are replaced by 0, whose square adds
 * nothing. */

#if defined(__x86_64__)
#  include <immintrin.h>
#  define AVX2 __attribute__((target("avx2")))

/* AVX2: vpmuludq multiplies the lower 32 bits of each lane, so the lanes hold `low` as above. Four
 * numbers take a multiplication, an addition to the sum, and one to come to the next numbers. */
typedef uint64_t lanes4 __attribute__((vector_size(32)));

enum { STEP4 = 4 * 4 }; /* numbers in a step: four chains of four lanes */

struct chain4 {
  lanes4 low;           /* the numbers to square next */
  lanes4 squares, lows; /* what is added up */
};

AVX2 ALWAYS_INLINE void avx2_step(struct chain4 *c, bool wide) {
  c->squares += (lanes4)_mm256_mul_epu32((__m256i)c->low, (__m256i)c->low);
  if (wide)
    c->lows += c->low;
  c->low += STEP4;
}

AVX2 ALWAYS_INLINE struct chain4 avx2_first(int64_t low, int64_t begin, bool wide) {
  const lanes4 all = (lanes4){0, 1, 2, 3} + (uint64_t)low;
  struct chain4 c = {
      .low = all & (lanes4)_mm256_cmpgt_epi64((__m256i)all, _mm256_set1_epi64x(begin - 1))};
  avx2_step(&c, wide);
  c.low = all + STEP4;
  return c;
}

AVX2 ALWAYS_INLINE uint64_t avx2(uint64_t first, uint64_t count, bool wide) {
  const int64_t begin = (int64_t)(first & low_mask), end = begin + (int64_t)count;
  int64_t low = end - (int64_t)((count + STEP4 - 1) / STEP4 * STEP4);
  struct chain4 a = avx2_first(low, begin, wide), b = avx2_first(low + 4, begin, wide);
  struct chain4 c = avx2_first(low + 8, begin, wide), d = avx2_first(low + 12, begin, wide);
  for (low += STEP4; low < end; low += STEP4) {
    avx2_step(&a, wide);
    avx2_step(&b, wide);
    avx2_step(&c, wide);
    avx2_step(&d, wide);
  }
  lanes4 squares = (a.squares + b.squares) + (c.squares + d.squares);
  uint64_t sum = (squares[0] + squares[1]) + (squares[2] + squares[3]);
  if (wide) {
    lanes4 lows = (a.lows + b.lows) + (c.lows + d.lows);
    sum += twice_high(first) * ((lows[0] + lows[1]) + (lows[2] + lows[3]));
  }
  return sum;
}

AVX2 static uint64_t avx2_squares(uint64_t begin, uint64_t count) {
  return begin <= low_mask ? avx2(begin, count, false) : avx2(begin, count, true);
}

static bool avx2_supported(void) {
  return __builtin_cpu_supports("avx2");
}
#endif

/* -- x86-64 with AVX-512 IFMA ----------------------------------------------------------------- */

/* vpmadd52luq and vpmadd52huq multiply the lower 52 bits of each lane and add the lower or the
 * upper 52 bits of the product to a sum. Eight numbers take one of each and an addition to come to
 * the next numbers; below 2^26 a square has no upper bits, and the one is enough. They wait four
 * cycles or more for the sum before, and two start in a cycle: hence eight chains. */

#if defined(SUMSQ_EMULATE_IFMA) || defined(__x86_64__)
typedef uint64_t lanes8 __attribute__((vector_size(64)));
typedef int64_t signed8 __attribute__((vector_size(64)));

enum { STEP8 = 8 * 8 }; /* numbers in a step: eight chains of eight lanes */

struct chain8 {
  lanes8 i;         /* the numbers to square next */
  lanes8 low, high; /* what is added up */
};

struct four8 {
  struct chain8 a, b, c, d;
};

#  if defined(SUMSQ_EMULATE_IFMA) /* so the tests run this path's arithmetic on any processor */
#    define IFMA
ALWAYS_INLINE void add_low52(struct chain8 *c) {
  c->low += (c->i * c->i) & ((UINT64_C(1) << 52) - 1);
}
ALWAYS_INLINE void add_high52(struct chain8 *c) {
  for (int lane = 0; lane < 8; lane++)
    c->high[lane] += (uint64_t)((uint128)c->i[lane] * c->i[lane] >> 52);
}
static bool ifma_supported(void) {
  return true;
}
#  else
#    define IFMA __attribute__((target("avx512f,avx512ifma")))
IFMA ALWAYS_INLINE void add_low52(struct chain8 *c) {
  c->low = (lanes8)_mm512_madd52lo_epu64((__m512i)c->low, (__m512i)c->i, (__m512i)c->i);
}
IFMA ALWAYS_INLINE void add_high52(struct chain8 *c) {
  c->high = (lanes8)_mm512_madd52hi_epu64((__m512i)c->high, (__m512i)c->i, (__m512i)c->i);
}
static bool ifma_supported(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512ifma");
}
#  endif

IFMA ALWAYS_INLINE void ifma_step(struct chain8 *c, bool wide) {
  add_low52(c);
  if (wide)
    add_high52(c);
  c->i += STEP8;
}

IFMA ALWAYS_INLINE void ifma_step4(struct four8 *f, bool wide) {
  ifma_step(&f->a, wide);
  ifma_step(&f->b, wide);
  ifma_step(&f->c, wide);
  ifma_step(&f->d, wide);
}

IFMA ALWAYS_INLINE struct chain8 ifma_first(int64_t i, int64_t begin, bool wide) {
  const lanes8 all = (lanes8){0, 1, 2, 3, 4, 5, 6, 7} + (uint64_t)i;
  struct chain8 c = {.i = all & (lanes8)((signed8)all >= begin)};
  ifma_step(&c, wide);
  c.i = all + STEP8;
  return c;
}

IFMA ALWAYS_INLINE struct four8 ifma_first4(int64_t i, int64_t begin, bool wide) {
  return (struct four8){ifma_first(i, begin, wide), ifma_first(i + 8, begin, wide),
                        ifma_first(i + 16, begin, wide), ifma_first(i + 24, begin, wide)};
}

IFMA ALWAYS_INLINE uint64_t ifma(uint64_t first, uint64_t count, bool wide) {
  const int64_t begin = (int64_t)first, end = begin + (int64_t)count;
  int64_t i = end - (int64_t)((count + STEP8 - 1) / STEP8 * STEP8);
  struct four8 f = ifma_first4(i, begin, wide), g = ifma_first4(i + STEP8 / 2, begin, wide);
  for (i += STEP8; i < end; i += STEP8) {
    ifma_step4(&f, wide);
    ifma_step4(&g, wide);
  }
  lanes8 sum = (f.a.low + f.b.low) + (f.c.low + f.d.low);
  sum += (g.a.low + g.b.low) + (g.c.low + g.d.low);
  if (wide) {
    lanes8 high = (f.a.high + f.b.high) + (f.c.high + f.d.high);
    high += (g.a.high + g.b.high) + (g.c.high + g.d.high);
    sum += high << 52;
  }
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

IFMA static uint64_t ifma_squares(uint64_t begin, uint64_t count) {
  return begin + count <= UINT64_C(1) << 26 ? ifma(begin, count, false) : ifma(begin, count, true);
}
#endif

const struct sumsq_path sumsq_paths[] = {
#if defined(SUMSQ_EMULATE_IFMA) || defined(__x86_64__)
    {"ifma", ifma_supported, ifma_squares},
#endif
#if defined(__x86_64__)
    {"avx2", avx2_supported, avx2_squares},
#endif
    {"portable", portable_supported, portable_squares},
    {NULL, NULL, NULL},
};

/* -- Ranges: blocks, and the best path -------------------------------------------------------- */

uint128 sumsq_range(const struct sumsq_path *path, int64_t begin, int64_t end) {
  uint128 sum = 0;
  for (uint64_t b = (uint64_t)begin, stop = (uint64_t)end, count; b < stop; b += count) {
    uint64_t to_boundary = low_mask + 1 - (b & low_mask);
    count = b <= low_mask ? UINT64_C(1) << 15 : UINT64_C(1) << 11;
    if (count > to_boundary)
      count = to_boundary;
    if (count > stop - b)
      count = stop - b;
    uint128 least = (uint128)(b * count) * b; /* b * count < 2^51 */
    sum += least + (path->squares(b, count) - (uint64_t)least);
  }
  return sum;
}

/* -- The kernel ------------------------------------------------------------------------------- */

struct sumsq {
  uint128 last;   /* the sum, by the last pass */
  uint128 passes; /* the sums of all passes added, modulo 2^128: a pass that did nothing shows */
};

static int64_t units(const struct problem *problem) {
  return problem->n;
}

static void body(void *state, int64_t begin, int64_t end, void *partial) {
  (void)state;
  const struct sumsq_path *path = sumsq_paths;
  while (!path->supported())
    path++;
  *(uint128 *)partial = sumsq_range(path, begin, end);
}

static void combine(void *into, const void *from) {
  *(uint128 *)into += *(const uint128 *)from;
}

static int then(void *state, const void *total) {
  struct sumsq *s = state;
  s->last = total ? *(const uint128 *)total : 0;
  s->passes += s->last;
  return PHASE_END;
}

/* That each part knows the sum takes at least 2 * (parts - 1) messages: to one part and back. */
static struct work work(const struct problem *problem, int parts) {
  (void)parts; /* their partial results are all that they exchange */
  return (struct work){.operations = (double)problem->n};
}

/* Writes a number in decimal; 2^128 has 39 digits. */
static void print_decimal(uint128 value, char text[48]) {
  char reversed[48];
  int digits = 0;
  do
    reversed[digits++] = (char)('0' + (int)(value % 10));
  while ((value /= 10) != 0);
  for (int d = 0; d < digits; d++)
    text[d] = reversed[digits - 1 - d];
  text[digits] = '\0';
}

static double distance(uint128 a, uint128 b) {
  return (double)(a > b ? a - b : b - a);
}

/* The product is below 2 * 10^36 for n <= 10^12, and 2^128 is above 3.4 * 10^38. */
static struct verdict verify(const void *state, const struct problem *problem, int64_t passes) {
  const struct sumsq *s = state;
  uint128 n = (uint128)problem->n;
  uint128 expected = n == 0 ? 0 : n * (n - 1) * (2 * n - 1) / 6;
  struct verdict verdict = {.tolerance = 0};
  print_decimal(s->last, verdict.value);
  print_decimal(expected, verdict.expected);
  verdict.error = distance(s->last, expected) + distance(s->passes, (uint128)passes * expected);
  return verdict;
}

static const struct phase phases[] = {{
    .name = "sum",
    .stage = STAGE_TIMED,
    .body = body,
    .partial_bytes = sizeof(uint128),
    .combine = combine,
    .movable = true,
    .then = then,
}};

const struct kernel kernel_sumsq = {
    .name = "sumsq",
    .summary = "sum of i*i for i in 0..n-1, exact in 128 bits",
    .description =
        "Multiplies each of the numbers 0..n-1 by itself and adds the squares: the loop of most "
        "tutorials on multiprocessing, sum(i*i for i in range(n)), with 128-bit integers in place "
        "of Python's unbounded ones. The sum passes 2^64 at n = 3810778.",
    .counting = "An operation is one number squared and added. No bytes: no data is moved.",
    .oracle = "n(n-1)(2n-1)/6, the sum of the first squares (Archimedes, On Spirals, prop. 10), in "
              "128-bit integers. The error is the difference and must be 0.",
    .exchanged = "Nothing but the sum of each part, 16 bytes.",
    .expectation =
        "The vector unit alone limits it, and it should scale with the cores. A lock or a single "
        "cooperative thread gains nothing.",
    .unit = "number",
    .operation = "elements",
    .bound = BOUND_COMPUTE,
    .size = {.name = "size",
             .type = OPTION_COUNT,
             .initial = 10000000,
             .min = 0,
             .max = 1000000000000,
             .unit = "number",
             .help = "how many numbers to square and add"},
    .state_bytes = sizeof(struct sumsq),
    .units = units,
    .phases = phases,
    .phase_count = 1,
    .work = work,
    .verify = verify,
};
