/* Non-temporal (streaming) stores: they write whole cache lines to memory without fetching them
 * first, which saves the write-allocate traffic, a third of that of a copy. They are not ordered
 * with other stores: after the last one nontemporal_fence must run, before another thread or
 * process learns that the data is complete. */
#ifndef QUARTET_BLOCKS_NONTEMPORAL_H
#define QUARTET_BLOCKS_NONTEMPORAL_H

#include <stdbool.h>
#include <stdint.h>

#include "kernels/blocks/inline.h"
#include "kernels/blocks/vector.h"

#ifdef __SSE2__
#  include <immintrin.h>
#endif

/* Data of one part beyond which non-temporal stores pay; a macro, for pages. Two cores of a Zen 4
 * with 32 MiB of last-level cache are faster with them from 8 to 12 MiB on, but more cores in one
 * part bring more cache of their own. */
#define NONTEMPORAL_MIB 16
#define NONTEMPORAL_BYTES ((double)(NONTEMPORAL_MIB << 20))

#ifdef __SSE2__
enum { HAVE_NONTEMPORAL = true };
#else /* the functions below are then ordinary stores */
enum { HAVE_NONTEMPORAL = false };
#endif

/* Stores a vector at x[i], which is aligned to a vector. */
ALWAYS_INLINE void nontemporal_store(double *x, int64_t i, vector value) {
#if defined(__AVX512F__) && !defined(LANES_EMULATED)
  _mm512_stream_pd(x + i, (__m512d)value);
#elif defined(__AVX2__) && !defined(LANES_EMULATED)
  _mm256_stream_pd(x + i, (__m256d)value);
#elif defined(__SSE2__) && !defined(LANES_EMULATED)
  _mm_stream_pd(x + i, (__m128d)value);
#else
  vector_store(x, i, value);
#endif
}

/* The same of four doubles, for kernels whose vectors have that length on every processor. */
ALWAYS_INLINE void nontemporal_store4(double *x, vector4 value) {
#if defined(__AVX__)
  _mm256_stream_pd(x, (__m256d)value);
#else
  vector4_store(x, value);
#endif
}

ALWAYS_INLINE void nontemporal_fence(void) {
#ifdef __SSE2__
  _mm_sfence();
#endif
}

/* The whole cache lines of x among its elements [0, count): loops over vectors run over these, and
 * the elements before and after are done one by one. */
struct lines {
  int64_t begin, end; /* in elements */
};

ALWAYS_INLINE struct lines lines_of(const double *x, int64_t count) {
  int64_t before = -(int64_t)((uintptr_t)x / sizeof(double)) & (LINE - 1);
  int64_t begin = before < count ? before : count;
  return (struct lines){begin, begin + (count - begin) / LINE * LINE};
}

#endif
