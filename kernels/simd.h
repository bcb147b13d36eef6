/* Vectors of the machine that this is compiled for, and stores past its caches, for the kernels
 * that move memory at its full speed. */
#ifndef QUARTET_SIMD_H
#define QUARTET_SIMD_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __SSE2__
#  include <immintrin.h>
#endif

/* For functions of constants that select what is done: none of the choices is left in the loop. */
#define ALWAYS_INLINE __attribute__((always_inline)) static inline

#if defined(__AVX512F__)
enum { VECTOR_BYTES = 64 };
#elif defined(__AVX__)
enum { VECTOR_BYTES = 32 };
#else
enum { VECTOR_BYTES = 16 };
#endif

/* Doubles side by side; the compiler has the operators, also with a double on one side, and makes
 * shorter ones of these where the machine has no such vectors. */
typedef double vector __attribute__((vector_size(VECTOR_BYTES)));

/* One at any address that a double may have. */
typedef double loose_vector
    __attribute__((vector_size(VECTOR_BYTES), aligned(sizeof(double)), may_alias));

/* A line of the caches: what stores past them have to fill as a whole. */
enum {
  LANES = VECTOR_BYTES / sizeof(double),
  LINE_BYTES = 64,
  LINE = LINE_BYTES / sizeof(double),
};

/* x[i] .. x[i + LANES - 1]. */
ALWAYS_INLINE vector vector_load(const double *x, int64_t i) {
  return *(const loose_vector *)(x + i);
}

ALWAYS_INLINE void vector_store(double *x, int64_t i, vector value) {
  *(loose_vector *)(x + i) = value;
}

/* A store past the caches, to where a vector is aligned: the line that it belongs to is not fetched
 * first, which saves a third of a copy's traffic. Such stores are not ordered with the others, so
 * after the last of them vector_fence must follow, before anyone is told that they are done. */
#ifdef __SSE2__
enum { HAVE_STORES_PAST_CACHES = true };

ALWAYS_INLINE void vector_store_past(double *x, int64_t i, vector value) {
#  if defined(__AVX512F__)
  _mm512_stream_pd(x + i, (__m512d)value);
#  elif defined(__AVX__)
  _mm256_stream_pd(x + i, (__m256d)value);
#  else
  _mm_stream_pd(x + i, (__m128d)value);
#  endif
}

ALWAYS_INLINE void vector_fence(void) {
  _mm_sfence();
}
#else
enum { HAVE_STORES_PAST_CACHES = false };

ALWAYS_INLINE void vector_store_past(double *x, int64_t i, vector value) {
  vector_store(x, i, value);
}

ALWAYS_INLINE void vector_fence(void) {}
#endif

/* The whole lines of x among its elements [0, count): the loops with vectors run over these, and
 * what lies before and behind is done one by one. */
struct lines {
  int64_t begin, end; /* in elements */
};

ALWAYS_INLINE struct lines lines_of(const double *x, int64_t count) {
  int64_t before = -(int64_t)((uintptr_t)x / sizeof(double)) & (LINE - 1);
  int64_t begin = before < count ? before : count;
  return (struct lines){begin, begin + (count - begin) / LINE * LINE};
}

#endif
