/* transpose's tuned path: tiles of a cache line squared, transposed in vector registers, with
 * prefetches. */
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/vector.h"
#include "kernels/transpose/transpose.h"

enum {
  BLOCK = 2048,   /* columns of A that are swept at a time: two cache lines of that many rows of B
                     fit the second-level cache; without huge pages, a page of each row fits the
                     second-level TLB of a Zen 4 */
  AHEAD = 16,     /* cache lines by which A is prefetched */
  ROWS_AHEAD = 8, /* rows of B by which it is prefetched when pieces are added to it */
};

/* Any size, one by one. */
ALWAYS_INLINE void ragged(const struct transpose_block *k, int64_t row_begin, int64_t row_end,
                          int64_t column_begin, int64_t column_end, bool add) {
  for (int64_t row = row_begin; row < row_end; row++)
    for (int64_t column = column_begin; column < column_end; column++) {
      double *a = &k->a[row * k->lda + column], *out = &k->out[column * k->ldo + row];
      *out = add ? *out + *a : *a;
      *a += 1;
    }
}

/* A square of SIDE rows and columns: out += a^T or out = a^T, and a += 1. */
#define ROW(pointer, number, ld) (*(lanes *)((pointer) + (number) * (ld)))
#if defined(__AVX512F__)
enum { SIDE = 8 };
typedef double lanes __attribute__((vector_size(8 * sizeof(double)), aligned(8), may_alias));
#  define LOW(x, y) vector_shuffle(x, y, 0, 8, 2, 10, 4, 12, 6, 14)
#  define HIGH(x, y) vector_shuffle(x, y, 1, 9, 3, 11, 5, 13, 7, 15)
#  define LEFT(x, y) vector_shuffle(x, y, 0, 1, 8, 9, 4, 5, 12, 13)
#  define RIGHT(x, y) vector_shuffle(x, y, 2, 3, 10, 11, 6, 7, 14, 15)
#  define FRONT(x, y) vector_shuffle(x, y, 0, 1, 2, 3, 8, 9, 10, 11)
#  define BACK(x, y) vector_shuffle(x, y, 4, 5, 6, 7, 12, 13, 14, 15)
ALWAYS_INLINE void square(double *restrict a, int64_t lda, double *restrict out, int64_t ldo,
                          bool add) {
  lanes r[8], t[8];
  for (int i = 0; i < 8; i++) {
    r[i] = ROW(a, i, lda);
    ROW(a, i, lda) = r[i] + 1;
  }
  for (int i = 0; i < 8; i += 2) { /* 2 x 2 */
    t[i] = LOW(r[i], r[i + 1]);
    t[i + 1] = HIGH(r[i], r[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) { /* 4 x 4 */
    r[i] = LEFT(t[i], t[i + 2]);
    r[i + 1] = LEFT(t[i + 1], t[i + 3]);
    r[i + 2] = RIGHT(t[i], t[i + 2]);
    r[i + 3] = RIGHT(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    t[i] = FRONT(r[i], r[i + 4]);
    t[i + 4] = BACK(r[i], r[i + 4]);
  }
  for (int i = 0; i < 8; i++)
    if (add)
      ROW(out, i, ldo) += t[i];
    else
      ROW(out, i, ldo) = t[i];
}
#else
enum { SIDE = 4 };
typedef vector4_in_memory lanes;
ALWAYS_INLINE void square(double *restrict a, int64_t lda, double *restrict out, int64_t ldo,
                          bool add) {
  lanes r[4], t[4];
  for (int i = 0; i < 4; i++) {
    r[i] = ROW(a, i, lda);
    ROW(a, i, lda) = r[i] + 1;
  }
  t[0] = vector_shuffle(r[0], r[1], 0, 4, 2, 6);
  t[1] = vector_shuffle(r[0], r[1], 1, 5, 3, 7);
  t[2] = vector_shuffle(r[2], r[3], 0, 4, 2, 6);
  t[3] = vector_shuffle(r[2], r[3], 1, 5, 3, 7);
  r[0] = vector_shuffle(t[0], t[2], 0, 1, 4, 5);
  r[1] = vector_shuffle(t[1], t[3], 0, 1, 4, 5);
  r[2] = vector_shuffle(t[0], t[2], 2, 3, 6, 7);
  r[3] = vector_shuffle(t[1], t[3], 2, 3, 6, 7);
  for (int i = 0; i < 4; i++)
    if (add)
      ROW(out, i, ldo) += r[i];
    else
      ROW(out, i, ldo) = r[i];
}
#endif

/* LINE rows and columns of a: whole cache lines on both sides, so none is needed twice and it does
 * not matter that few of them fit a set of the first-level cache. */
ALWAYS_INLINE void tile(double *restrict a, int64_t lda, double *restrict out, int64_t ldo,
                        bool add) {
  for (int64_t row = 0; row < LINE; row += SIDE)
    for (int64_t column = 0; column < LINE; column += SIDE)
      square(a + row * lda + column, lda, out + column * ldo + row, ldo, add);
}

/* LINE rows of the block from `row` on, columns [begin, end). The lines of a tile are far apart, so
 * no hardware prefetcher recognizes them, and the first-level cache allows too few outstanding
 * misses to hide the latency of memory. So data are prefetched to the second-level cache: A some
 * lines ahead; of B the lines of the next LINE rows, which are in the same pages. */
ALWAYS_INLINE void strip(const struct transpose_block *k, int64_t row, int64_t begin, int64_t end,
                         bool add) {
  const int64_t lda = k->lda, ldo = k->ldo, next = row + LINE < k->rows ? LINE : 0;
  double *restrict a = k->a + row * lda, *restrict out = k->out + row;
  for (int64_t column = begin; column < end; column += LINE) {
    for (int64_t i = 0; i < LINE; i++)
      __builtin_prefetch(a + i * lda + column + LINE * AHEAD, 0, 2);
    for (int64_t i = 0; i < LINE; i++)
      __builtin_prefetch(out + (column + i) * ldo + next, 0, 2);
    tile(a + column, lda, out + column * ldo, ldo, add);
  }
}

ALWAYS_INLINE void transpose(const struct transpose_block *k, bool add) {
  const int64_t rows = k->rows / LINE * LINE, first = min_of(k->head, k->columns);
  const int64_t last = first + (k->columns - first) / LINE * LINE;
  for (int64_t begin = first; begin < last; begin += BLOCK) {
    int64_t end = min_of(begin + BLOCK, last);
    for (int64_t row = 0; row < rows; row += LINE)
      strip(k, row, begin, end, add);
  }
  ragged(k, 0, rows, 0, first, add);
  ragged(k, 0, rows, last, k->columns, add);
  ragged(k, rows, k->rows, 0, k->columns, add);
}

static void transpose_add(const struct transpose_block *block) {
  transpose(block, true);
}

static void transpose_pack(const struct transpose_block *block) {
  transpose(block, false);
}

/* b += piece, rows [0, rows) of `width` each, which are `stride` apart in b. */
static void add_piece(double *b, int64_t stride, const double *restrict piece, int64_t rows,
                      int64_t width) {
  for (int64_t row = 0; row < rows; row++, b += stride, piece += width) {
    double *restrict to = b;
    const double *restrict ahead = b + (row + ROWS_AHEAD < rows ? ROWS_AHEAD * stride : 0);
    for (int64_t i = 0; i < width; i += LINE)
      __builtin_prefetch(ahead + i, 0, 2);
    for (int64_t i = 0; i < width; i++)
      to[i] += piece[i];
  }
}

const struct transpose_path transpose_tuned = {transpose_add, transpose_pack, add_piece};
