/* dgemm's tuned path: a block of A and strips of B, copied so that they lie in the order in which
 * they are read, feed a tile of C that is held in registers (K. Goto, R. van de Geijn, "Anatomy of
 * high-performance matrix multiplication", ACM TOMS 34:3, 2008). */
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/vector.h"
#include "kernels/dgemm/dgemm.h"

/* A tile of C is ROWS x VECTORS vectors, as many as the registers hold beside VECTORS of B and one
 * element of A: the more FMAs for each element loaded, the better. */
#if defined(__aarch64__)
enum { ROWS = 6, VECTORS = 4 };
#else /* AVX-512; AVX2; 16 registers, one more of which a separate product needs */
enum { ROWS = LANES == 8 ? 12 : 4, VECTORS = LANES == 4 ? 3 : 2 };
#endif
enum { STRIP = LANES * VECTORS, ROWS_MAX = 12 };
/* Rows of A that are multiplied with strip after strip: DGEMM_DEPTH columns of them are 288 KiB,
 * for the second-level cache. A strip of B, DGEMM_DEPTH rows deep, is for the first level. */
enum { BLOCK = 144 };

/* clang splits vectors of 512 bits where -march=native names a processor of Intel's. */
#if defined(__clang__) && __has_attribute(min_vector_width)
#  define FULL_WIDTH __attribute__((min_vector_width(512)))
#else
#  define FULL_WIDTH
#endif
/* A loop over a tile, which must be unrolled for the tile to lie in registers: gcc needs the
 * pragma; clang unrolls by itself, and does worse with it. */
#ifdef __clang__
#  define EACH(i, count) for (int i = 0; i < (count); i++)
#else
#  define EACH(i, count) _Pragma("GCC unroll 16") for (int i = 0; i < (count); i++)
#endif

/* -- Packing ---------------------------------------------------------------------------------- */

int64_t dgemm_strips(int64_t columns) {
  return quotient_up(columns, STRIP);
}

int64_t dgemm_strip_doubles(int64_t rows) {
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
void dgemm_pack(double *packed, const double *b, int64_t stride, int64_t rows, int64_t columns,
                int64_t begin, int64_t end) {
  enum { STEP = 8 };
  for (int64_t k = 0; k < rows; k += STEP)
    for (int64_t s = begin; s < end; s++) {
      double *to = packed + s * dgemm_strip_doubles(rows) + dgemm_strip_doubles(k);
      const double *from = b + k * stride + s * STRIP;
      if (columns - s * STRIP >= STRIP && rows - k >= STEP)
        pack_rows(to, from, stride, STEP, STRIP);
      else
        pack_rows(to, from, stride, min_of(STEP, rows - k), min_of(STRIP, columns - s * STRIP));
    }
}

/* The number of rows of the next tile if `left` remain: the maximum, and fewer at the end. */
static int tile_rows(int64_t left) {
  return left >= ROWS ? ROWS : left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
}

/* Some rows of A for one tile, column by column; `rows` is a constant where it matters. */
ALWAYS_INLINE void pack_tile(double *restrict to, const double *restrict a, int64_t stride,
                             int rows, int64_t depth) {
  for (int64_t k = 0; k < depth; k++)
    for (int r = 0; r < rows; r++)
      to[k * rows + r] = a[r * stride + k];
}

/* A block of A, tile after tile: as many doubles as it has itself. */
static void pack_block(double *to, const double *a, int64_t stride, int64_t rows, int64_t depth) {
  for (int height; rows > 0; rows -= height, to += height * depth, a += height * stride) {
    height = tile_rows(rows);
    if (height == ROWS)
      pack_tile(to, a, stride, ROWS, depth);
    else
      pack_tile(to, a, stride, height, depth);
  }
}

/* -- Tiles ------------------------------------------------------------------------------------ */

/* C += A B for one tile; `rows` is a constant wherever this is called, so that all of `sum` lies in
 * registers. A is packed as the tile reads it: column by column. */
FULL_WIDTH ALWAYS_INLINE void multiply_tile(int rows, int64_t depth, const double *restrict a,
                                            const double *restrict strip, double *restrict c,
                                            int64_t c_stride) {
  vector sum[ROWS_MAX][VECTORS] = {{{0}}};
  for (int r = 0; r < rows; r++) {
    __builtin_prefetch(c + r * c_stride, 1);
    __builtin_prefetch(c + r * c_stride + STRIP - 1, 1);
  }
#pragma GCC unroll 4
  for (int64_t k = 0; k < depth; k++) {
    vector b[VECTORS];
    EACH(v, VECTORS) {
      b[v] = vector_load(strip, k * STRIP + v * LANES);
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
      double *to = c + r * c_stride + v * LANES;
      vector_store(to, 0, vector_load(to, 0) + sum[r][v]);
    }
  }
}

typedef void tile(int64_t depth, const double *a, const double *strip, double *c, int64_t c_stride);

/* Functions of their own, or clang does not see that `sum` needs no memory. */
#define TILE(rows)                                                                                 \
  __attribute__((noinline)) FULL_WIDTH static void tile_##rows(                                    \
      int64_t depth, const double *a, const double *strip, double *c, int64_t c_stride) {          \
    multiply_tile(rows, depth, a, strip, c, c_stride);                                             \
  }
TILE(1)
TILE(2)
TILE(4)
TILE(6)
TILE(8)
TILE(12)

/* By the number of rows; some are never used, depending on ROWS. */
static tile *const tiles[ROWS_MAX + 1] = {
    [1] = tile_1, [2] = tile_2, [4] = tile_4, [6] = tile_6, [8] = tile_8, [12] = tile_12};

/* One strip for some rows. Of the last one, C may have only the first columns. */
static void multiply_strip(int64_t rows, int64_t depth, const double *a, const double *strip,
                           double *c, int64_t c_stride, int64_t columns) {
  for (int height; rows > 0; rows -= height, a += height * depth, c += height * c_stride) {
    height = tile_rows(rows);
    if (columns >= STRIP)
      tiles[height](depth, a, strip, c, c_stride);
    else {
      double sum[ROWS * STRIP] = {0};
      tiles[height](depth, a, strip, sum, STRIP);
      for (int r = 0; r < height; r++)
        for (int64_t j = 0; j < columns; j++)
          c[r * c_stride + j] += sum[r * STRIP + j];
    }
  }
}

/* Columns [k, k + depth) of A with those rows of B. */
static void multiply_slice(const struct dgemm_product *p, int64_t k, int64_t depth) {
  const int64_t strips = dgemm_strips(p->columns), strip_doubles = dgemm_strip_doubles(p->depth);
  for (int64_t i = 0; i < p->rows; i += BLOCK) {
    int64_t rows = min_of(BLOCK, p->rows - i);
    double *block = p->copies + i * depth;
    pack_block(block, p->a + i * p->a_stride + k, p->a_stride, rows, depth);
    for (int64_t s = 0; s < strips; s++)
      multiply_strip(rows, depth, block, p->packed + s * strip_doubles + dgemm_strip_doubles(k),
                     p->c + i * p->c_stride + s * STRIP, p->c_stride, p->columns - s * STRIP);
  }
}

/* Slices as equal as can be: a short one costs as much writing of C as a full one. */
void dgemm_tuned(const struct dgemm_product *p) {
  int64_t slices = quotient_up(p->depth, DGEMM_DEPTH);
  for (int64_t s = 0; s < slices; s++) {
    int64_t begin = p->depth * s / slices, end = p->depth * (s + 1) / slices;
    multiply_slice(p, begin, end - begin);
  }
}
