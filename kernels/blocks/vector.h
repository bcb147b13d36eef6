/* Vectors of doubles, for loops that compilers do not vectorize well. Built on the vector extension
 * of gcc and clang: the operators + - * / and comparisons work on vectors, also with a double on
 * one side, and compile for every processor. Only what the extension cannot express is written with
 * instructions of a processor. */
#ifndef QUARTET_BLOCKS_VECTOR_H
#define QUARTET_BLOCKS_VECTOR_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "kernels/blocks/inline.h"
#include "kernels/blocks/lines.h"

#if defined(__x86_64__)
#  include <immintrin.h>
#endif

/* LANES is how many doubles a vector of the processor has. LANES_EMULATED: another number, for
 * tests, without instructions that only some processors have. */
#if defined(LANES_EMULATED)
enum { LANES = LANES_EMULATED };
#elif defined(__AVX512F__)
#  define VECTOR_AVX512
enum { LANES = 8 };
#elif defined(__AVX2__) && defined(__FMA__)
#  define VECTOR_AVX2
enum { LANES = 4 };
#else
enum { LANES = 2 };
#endif
#if defined(__GNUC__) && !defined(__clang__)
#  pragma GCC diagnostic ignored "-Wpsabi" /* on how vectors are passed: all calls are inlined */
#endif

typedef double vector __attribute__((vector_size(LANES * sizeof(double))));
typedef int64_t vector_int __attribute__((vector_size(LANES * sizeof(int64_t))));

/* x[i] .. x[i + LANES - 1], at any address that a double may have. */
ALWAYS_INLINE vector vector_load(const double *x, int64_t i) {
  vector value;
  memcpy(&value, x + i, sizeof value);
  return value;
}

ALWAYS_INLINE void vector_store(double *x, int64_t i, vector value) {
  memcpy(x + i, &value, sizeof value);
}

/* The value in each lane. (Not value + (vector){0}, which compilers must compute, for -0.) */
ALWAYS_INLINE vector vector_all(double value) {
  return value - (vector){0};
}

/* a * b + c, rounded once if the processor can, and twice if not: the same in every expression that
 * uses it, where a compiler that is free to contract a * b + c may do so here and not there. */
ALWAYS_INLINE double madd(double a, double b, double c) {
#if defined(__FMA__) || defined(__FP_FAST_FMA) || defined(__aarch64__)
  return fma(a, b, c);
#else
  return a * b + c;
#endif
}

/* madd in each lane. */
ALWAYS_INLINE vector vector_madd(vector a, vector b, vector c) {
#if defined(VECTOR_AVX512)
  return (vector)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined(VECTOR_AVX2)
  return (vector)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#else
  for (int l = 0; l < LANES; l++)
    a[l] = madd(a[l], b[l], c[l]);
  return a;
#endif
}

/* Whether all bits of all lanes are set, where each lane has all or none: of a comparison, whether
 * it holds in all lanes. */
ALWAYS_INLINE bool vector_all_true(vector_int value) {
#if defined(VECTOR_AVX512)
  return _mm512_cmpneq_epi64_mask((__m512i)value, _mm512_setzero_si512()) == 0xff;
#elif defined(VECTOR_AVX2)
  return _mm256_movemask_pd((__m256d)value) == 0xf;
#else
  int64_t all = -1;
  for (int l = 0; l < LANES; l++)
    all &= value[l];
  return all != 0;
#endif
}

/* -- Four doubles ----------------------------------------------------------------------------- */

/* Four doubles or two complex numbers, on every processor; compilers make two vectors of one where
 * the processor's are shorter. */
typedef double vector4 __attribute__((vector_size(4 * sizeof(double))));
typedef double vector4_in_memory
    __attribute__((vector_size(4 * sizeof(double)), aligned(sizeof(double)), may_alias));

ALWAYS_INLINE vector4 vector4_load(const double *x) {
  return *(const vector4_in_memory *)x;
}

ALWAYS_INLINE void vector4_store(double *x, vector4 value) {
  *(vector4_in_memory *)x = value;
}

ALWAYS_INLINE vector4 vector4_all(double value) {
  return value - (vector4){0};
}

/* Four lanes of a and b, where those of a have the numbers 0 to 3 and those of b 4 to 7; and eight
 * of vectors of eight. The numbers are constants. gcc has clang's function from version 12 on. */
#if defined(__has_builtin)
#  if __has_builtin(__builtin_shufflevector)
#    define vector_shuffle(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#  endif
#endif
#ifndef vector_shuffle
#  define vector_shuffle(a, b, ...)                                                                \
    __builtin_shuffle(a, b, (int64_t __attribute__((vector_size(sizeof(a))))){__VA_ARGS__})
#endif

#endif
