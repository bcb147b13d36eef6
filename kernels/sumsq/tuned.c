/* sumsq's tuned path: blocks of numbers in the 64-bit lanes of the vector unit. Three variants do
 * so with different instructions, chosen when the program runs; what they share is the arithmetic
 * that makes 64 bits enough:
 *
 * Take a block of L numbers from b on. Each square is b*b and a rest: (b+k)*(b+k) = b*b + (2*b*k +
 * k*k) with k < L. Where b < 2^32 and L <= 2^15 a rest is below 2^33 * 2^15 + 2^30 < 2^49 and all
 * L of them together below 2^64; where b < 2^40 and L <= 2^11 a rest is below 2^41 * 2^11 + 2^22 <
 * 2^53, and all of them together again below 2^64. So a variant may add the squares modulo 2^64,
 * without a thought for carries: its sum less L*b*b, modulo 2^64, is the sum of the rests itself,
 * and L*b*b is added again in 128 bits. */
#include "kernels/blocks/inline.h"
#include "kernels/sumsq/sumsq.h"

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

/* The vector variants keep several chains of sums, so that no addition waits for the one before,
 * and take one vector of numbers for each chain in a step. The steps end where the range ends. The
 * first one may so begin before the range: the numbers there are replaced by 0, whose square adds
 * nothing. */

#if defined(__x86_64__)
#  include <immintrin.h>
#  define AVX2 __attribute__((target("avx2")))

/* AVX2: vpmuludq multiplies the lower 32 bits of each lane, so the lanes hold `low` as above. Four
 * numbers take a multiplication, an addition to the sum, and one to come to the next numbers. */
typedef uint64_t lanes4 __attribute__((vector_size(32)));

enum { CHAINS4 = 4, STEP4 = CHAINS4 * 4 }; /* chains of four lanes; numbers in a step */

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
  struct chain4 chains[CHAINS4];
  for (int k = 0; k < CHAINS4; k++)
    chains[k] = avx2_first(low + k * 4, begin, wide);
  for (low += STEP4; low < end; low += STEP4)
    for (int k = 0; k < CHAINS4; k++)
      avx2_step(&chains[k], wide);
  lanes4 squares = {0}, lows = {0};
  for (int k = 0; k < CHAINS4; k++) {
    squares += chains[k].squares;
    lows += chains[k].lows;
  }
  uint64_t sum = (squares[0] + squares[1]) + (squares[2] + squares[3]);
  return wide ? sum + twice_high(first) * ((lows[0] + lows[1]) + (lows[2] + lows[3])) : sum;
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

enum { CHAINS8 = 8, STEP8 = CHAINS8 * 8 }; /* chains of eight lanes; numbers in a step */

struct chain8 {
  lanes8 i;         /* the numbers to square next */
  lanes8 low, high; /* what is added up */
};

#  if defined(SUMSQ_EMULATE_IFMA) /* so the tests run this variant's arithmetic on any processor */
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

IFMA ALWAYS_INLINE struct chain8 ifma_first(int64_t i, int64_t begin, bool wide) {
  const lanes8 all = (lanes8){0, 1, 2, 3, 4, 5, 6, 7} + (uint64_t)i;
  struct chain8 c = {.i = all & (lanes8)((signed8)all >= begin)};
  ifma_step(&c, wide);
  c.i = all + STEP8;
  return c;
}

IFMA ALWAYS_INLINE uint64_t ifma(uint64_t first, uint64_t count, bool wide) {
  const int64_t begin = (int64_t)first, end = begin + (int64_t)count;
  int64_t i = end - (int64_t)((count + STEP8 - 1) / STEP8 * STEP8);
  struct chain8 chains[CHAINS8];
  for (int k = 0; k < CHAINS8; k++)
    chains[k] = ifma_first(i + k * 8, begin, wide);
  for (i += STEP8; i < end; i += STEP8)
    for (int k = 0; k < CHAINS8; k++)
      ifma_step(&chains[k], wide);
  lanes8 sum = {0};
  for (int k = 0; k < CHAINS8; k++)
    sum += wide ? chains[k].low + (chains[k].high << 52) : chains[k].low;
  return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

IFMA static uint64_t ifma_squares(uint64_t begin, uint64_t count) {
  return begin + count <= UINT64_C(1) << 26 ? ifma(begin, count, false) : ifma(begin, count, true);
}
#endif

const struct sumsq_variant sumsq_variants[] = {
#if defined(SUMSQ_EMULATE_IFMA) || defined(__x86_64__)
    {"ifma", ifma_supported, ifma_squares},
#endif
#if defined(__x86_64__)
    {"avx2", avx2_supported, avx2_squares},
#endif
    {"portable", portable_supported, portable_squares},
    {NULL, NULL, NULL},
};

/* -- Ranges: blocks, and the fastest variant -------------------------------------------------- */

uint128 sumsq_with(const struct sumsq_variant *variant, int64_t begin, int64_t end) {
  uint128 sum = 0;
  for (uint64_t b = (uint64_t)begin, stop = (uint64_t)end, count; b < stop; b += count) {
    uint64_t to_boundary = low_mask + 1 - (b & low_mask);
    count = b <= low_mask ? UINT64_C(1) << 15 : UINT64_C(1) << 11;
    if (count > to_boundary)
      count = to_boundary;
    if (count > stop - b)
      count = stop - b;
    uint128 least = (uint128)(b * count) * b; /* b * count < 2^51 */
    sum += least + (variant->squares(b, count) - (uint64_t)least);
  }
  return sum;
}

uint128 sumsq_tuned(int64_t begin, int64_t end) {
  const struct sumsq_variant *variant = sumsq_variants;
  while (!variant->supported())
    variant++;
  return sumsq_with(variant, begin, end);
}
