#include "kernels/gemm.h"

#include "kernels/blocks/inline.h"
#include "kernels/blocks/minmax.h"

#include <stddef.h>
#include <string.h>

/* -- The plain path --------------------------------------------------------------------------- */

/* A tile of C is ROWS x VECTORS vectors, as many as the registers hold beside VECTORS of B and one
 * element of A: the more FMAs for each element loaded, the better. */
#if defined(__AVX512F__)
enum { LANES = 8, ROWS = 12, VECTORS = 2 };
#elif defined(__AVX__)
enum { LANES = 4, ROWS = 4, VECTORS = 3 };
#elif defined(__aarch64__)
enum { LANES = 2, ROWS = 6, VECTORS = 4 };
#else /* 16 registers, and one more needed where a product is an instruction of its own */
enum { LANES = 2, ROWS = 4, VECTORS = 2 };
#endif
enum { STRIP = LANES * VECTORS };
/* Rows of A that are multiplied with strip after strip: GEMM_DEPTH columns of them are 288 KiB,
 * for the second-level cache. A strip of B, GEMM_DEPTH rows deep, is for the first level. */
enum { BLOCK = 144 };

typedef double vector __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double))));

/* clang else takes vectors of 512 bits apart where -march=native names a processor of Intel's. */
#if defined(__clang__) && __has_attribute(min_vector_width)
#  define FULL_WIDTH __attribute__((min_vector_width(512)))
#else
#  define FULL_WIDTH
#endif
/* A loop over a tile, which must vanish for the tile to lie in registers: gcc has to be told so,
 * and clang, which unrolls it by itself, must not be. */
#ifdef __clang__
#  define EACH(i, count) for (int i = 0; i < (count); i++)
#else
#  define EACH(i, count) _Pragma("GCC unroll 16") for (int i = 0; i < (count); i++)
#endif

int64_t gemm_strips(int64_t columns) {
  return columns / STRIP + (columns % STRIP != 0);
}

int64_t gemm_strip_doubles(int64_t rows) {
  return rows * STRIP;
}

/* A few rows of one strip; `width` columns of it exist. */
ALWAYS_INLINE void pack_rows(double *restrict to, const double *restrict from, int64_t stride,
                             int64_t rows, int64_t width) {
  for (int64_t k = 0; k < rows; k++)
    for (int64_t j = 0; j < STRIP; j++)
      to[k * STRIP + j] = j < width ? from[k * stride + j] : 0;
}

/* Some rows of all strips before the next rows: so B is read along its rows and the strips are
 * written in whole cache lines. */
void gemm_pack(double *packed, const double *b, int64_t stride, int64_t rows, int64_t columns,
               int64_t begin, int64_t end) {
  enum { STEP = 8 };
  for (int64_t k = 0; k < rows; k += STEP)
    for (int64_t s = begin; s < end; s++) {
      double *to = packed + s * gemm_strip_doubles(rows) + gemm_strip_doubles(k);
      const double *from = b + k * stride + s * STRIP;
      if (columns - s * STRIP >= STRIP && rows - k >= STEP)
        pack_rows(to, from, stride, STEP, STRIP);
      else
        pack_rows(to, from, stride, min_of(STEP, rows - k), min_of(STRIP, columns - s * STRIP));
    }
}

/* C += A B for one tile; `rows` is a constant wherever this is called, so that all of `sum` lies in
 * registers. A is packed as the tile reads it: column by column. */
FULL_WIDTH ALWAYS_INLINE void multiply_tile(int rows, int64_t depth, const double *restrict a,
                                            const double *restrict strip, double *restrict c,
                                            int64_t c_stride) {
  vector sum[ROWS][VECTORS] = {{{0}}};
  for (int r = 0; r < rows; r++) {
    __builtin_prefetch(c + r * c_stride, 1);
    __builtin_prefetch(c + r * c_stride + STRIP - 1, 1);
  }
#pragma GCC unroll 4
  for (int64_t k = 0; k < depth; k++) {
    vector b[VECTORS];
    EACH(v, VECTORS) {
      b[v] = *(const vector *)(strip + k * STRIP + v * LANES);
    }
    EACH(r, rows) {
      double x = a[k * rows + r];
      EACH(v, VECTORS) {
        sum[r][v] += x * b[v];
      }
    }
  }
  EACH(r, rows) {
    EACH(v, VECTORS) {
      *(vector *)(c + r * c_stride + v * LANES) += sum[r][v];
    }
  }
}

/* Functions of their own, or clang does not see that `sum` needs no memory. */
#define TILE(rows)                                                                                 \
  __attribute__((noinline)) FULL_WIDTH static void multiply_tile_##rows(                           \
      int64_t depth, const double *a, const double *strip, double *c, int64_t c_stride) {          \
    multiply_tile(rows, depth, a, strip, c, c_stride);                                             \
  }
TILE(1)
TILE(2)
TILE(4)
#if defined(__AVX512F__)
TILE(8)
TILE(12)
#  define multiply_full_tile multiply_tile_12
#elif defined(__aarch64__)
TILE(6)
#  define multiply_full_tile multiply_tile_6
#else
#  define multiply_full_tile multiply_tile_4
#endif

/* How many rows the next tile has, when so many are left: as many as can be, then ever fewer. */
static int tile_rows(int64_t left) {
  return left >= ROWS ? ROWS : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

/* One strip for some rows. `c` has STRIP columns. */
static void multiply_strip(int64_t rows, int64_t depth, const double *a, const double *strip,
                           double *c, int64_t c_stride) {
  while (rows > 0) {
    int height = tile_rows(rows);
    if (height == ROWS)
      multiply_full_tile(depth, a, strip, c, c_stride);
#if defined(__AVX512F__)
    else if (height == 8)
      multiply_tile_8(depth, a, strip, c, c_stride);
#endif
    else if (height == 4)
      multiply_tile_4(depth, a, strip, c, c_stride);
    else if (height == 2)
      multiply_tile_2(depth, a, strip, c, c_stride);
    else
      multiply_tile_1(depth, a, strip, c, c_stride);
    rows -= height;
    a += height * depth;
    c += height * c_stride;
  }
}

/* The last strip, of which C has only the first columns. */
static void multiply_last_strip(int64_t rows, int64_t depth, const double *a, const double *strip,
                                double *c, int64_t c_stride, int64_t columns) {
  while (rows > 0) {
    int height = tile_rows(rows);
    double sum[ROWS * STRIP] = {0};
    multiply_strip(height, depth, a, strip, sum, STRIP);
    for (int r = 0; r < height; r++)
      for (int64_t j = 0; j < columns; j++)
        c[r * c_stride + j] += sum[r * STRIP + j];
    rows -= height;
    a += height * depth;
    c += height * c_stride;
  }
}

/* Some rows of A for one tile, `rows` again a constant. */
ALWAYS_INLINE void pack_tile(double *restrict to, const double *restrict a, int64_t stride,
                             int rows, int64_t depth) {
  for (int64_t k = 0; k < depth; k++)
    for (int r = 0; r < rows; r++)
      to[k * rows + r] = a[r * stride + k];
}

/* A block of A, tile after tile: as many doubles as it has itself. */
static void pack_block(double *to, const double *a, int64_t stride, int64_t rows, int64_t depth) {
  while (rows > 0) {
    int height = tile_rows(rows);
    if (height == ROWS)
      pack_tile(to, a, stride, ROWS, depth);
    else
      pack_tile(to, a, stride, height, depth);
    rows -= height;
    to += height * depth;
    a += height * stride;
  }
}

/* Columns [k, k + depth) of A with those rows of B. */
static void multiply_slice(const struct gemm *g, int64_t k, int64_t depth) {
  const int64_t strips = gemm_strips(g->columns), strip_doubles = gemm_strip_doubles(g->depth);
  for (int64_t i = 0; i < g->rows; i += BLOCK) {
    int64_t rows = min_of(BLOCK, g->rows - i);
    double *block = g->copies + i * depth;
    pack_block(block, g->a + i * g->a_stride + k, g->a_stride, rows, depth);
    for (int64_t s = 0; s < strips; s++) {
      const double *strip = g->packed + s * strip_doubles + gemm_strip_doubles(k);
      double *c = g->c + i * g->c_stride + s * STRIP;
      int64_t columns = g->columns - s * STRIP;
      if (columns >= STRIP)
        multiply_strip(rows, depth, block, strip, c, g->c_stride);
      else
        multiply_last_strip(rows, depth, block, strip, c, g->c_stride, columns);
    }
  }
}

/* Slices as equal as can be: a short one costs as much writing of C as a full one. */
void gemm_plain(const struct gemm *g) {
  int64_t slices = g->depth / GEMM_DEPTH + (g->depth % GEMM_DEPTH != 0);
  for (int64_t s = 0; s < slices; s++) {
    int64_t begin = g->depth * s / slices, end = g->depth * (s + 1) / slices;
    multiply_slice(g, begin, end - begin);
  }
}

/* -- OpenBLAS --------------------------------------------------------------------------------- */

#ifdef QUARTET_OPENBLAS /* its path */
#  include <cblas.h>
#  include <dlfcn.h>
#  include <stdlib.h>

static __typeof__(cblas_dgemm) *dgemm;

static void multiply_by_blas(int64_t rows, int64_t columns, int64_t depth, const double *a,
                             int64_t a_stride, const double *b, int64_t b_stride, double *c,
                             int64_t c_stride) {
  dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)rows, (blasint)columns, (blasint)depth,
        1, a, (blasint)a_stride, b, (blasint)b_stride, 1, c, (blasint)c_stride);
}

/* Loaded here and not linked: its 13,000 relocations would cost each start of each driver 2 ms,
 * whatever kernel it runs, and it would start its threads before anybody could tell it not to. It
 * stays loaded until the process ends. */
int gemm_load_blas(gemm_blas **blas, struct error *error) {
  union {
    void *symbol;
    __typeof__(cblas_dgemm) *dgemm;
    __typeof__(openblas_get_parallel) *get_parallel;
  } found;
  *blas = multiply_by_blas;
  if (dgemm)
    return 0;
  setenv("OPENBLAS_NUM_THREADS", "1", 1);
  void *library = dlopen(QUARTET_OPENBLAS, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    return error_set(error, EXIT_MACHINE, "cannot load OpenBLAS: %s", dlerror());
  found.symbol = dlsym(library, "openblas_get_parallel");
  if (!found.symbol || found.get_parallel() != OPENBLAS_THREAD)
    return error_set(
        error, EXIT_MACHINE,
        "%s is not OpenBLAS for threads (Debian's package libopenblas0-pthread): calls "
        "of the sequential one take each other's buffers",
        QUARTET_OPENBLAS);
  found.symbol = dlsym(library, "cblas_dgemm");
  if (!found.symbol)
    return error_set(error, EXIT_MACHINE, "%s has no cblas_dgemm", QUARTET_OPENBLAS);
  dgemm = found.dgemm;
  return 0;
}

#else
int gemm_load_blas(gemm_blas **blas, struct error *error) {
  *blas = NULL;
  return error_set(error, EXIT_USAGE, "this build knows of no OpenBLAS that threads can call");
}
#endif
