/* Vectors as wide as the processor's, for loops that compilers do not vectorise well: plain
 * arithmetic on them is gcc's and clang's vector extension, which works on every processor. */
#ifndef QUARTET_KERNELS_LANES_H
#define QUARTET_KERNELS_LANES_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#  include <immintrin.h>
#endif

#define ALWAYS_INLINE __attribute__((always_inline)) static inline

/* How many doubles a vector has. LANES_EMULATED: another number, for tests, without instructions
 * that only some processors have. */
#if defined(LANES_EMULATED)
enum { LANES = LANES_EMULATED };
#  pragma GCC diagnostic ignored "-Wpsabi" /* of calls: all are inlined */
#elif defined(__AVX512F__)
#  define LANES_AVX512
enum { LANES = 8 };
#elif defined(__AVX2__) && defined(__FMA__)
#  define LANES_AVX2
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif

typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t whole_lanes __attribute__((vector_size(LANES * sizeof(int64_t))));

/* a * b + c, rounded once if the processor can, and twice if not: alike in every expression that
 * uses it, where a compiler that is free to contract a * b + c may do so here and not there. */
ALWAYS_INLINE double madd(double a, double b, double c) {
#if defined(__FMA__) || defined(__FP_FAST_FMA) || defined(__aarch64__)
  return fma(a, b, c);
#else
  return a * b + c;
#endif
}

/* madd in each lane. */
ALWAYS_INLINE lanes lanes_madd(lanes a, lanes b, lanes c) {
#if defined(LANES_AVX512)
  return (lanes)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(LANES_AVX2)
  return (lanes)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#else
  for (int l = 0; l < LANES; l++)
    a[l] = madd(a[l], b[l], c[l]);
  return a;
#endif
}

ALWAYS_INLINE lanes lanes_load(const double *from) {
  lanes value;
  memcpy(&value, from, sizeof value);
  return value;
}

ALWAYS_INLINE void lanes_store(double *to, lanes value) {
  memcpy(to, &value, sizeof value);
}

ALWAYS_INLINE lanes lanes_all(double value) {
  return value -
         (lanes){0}; /* what compilers see to be the value, unlike value + 0, which is not for -0 */
}

/* Whether all bits of all lanes are set, where each lane has all or none. */
ALWAYS_INLINE bool lanes_true(whole_lanes value) {
#if defined(LANES_AVX512)
  return _mm512_cmpneq_epi64_mask((__m512i)value, _mm512_setzero_si512()) == 0xff;
#elif defined(LANES_AVX2)
  return _mm256_movemask_pd((__m256d)value) == 0xf;
#else
  int64_t all = -1;
  for (int l = 0; l < LANES; l++)
    all &= value[l];
  return all != 0;
#endif
}

#endif
