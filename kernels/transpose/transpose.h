/* transpose: what the kernel shares with its tuned implementation. */
#ifndef QUARTET_TRANSPOSE_H
#define QUARTET_TRANSPOSE_H

#include <stdint.h>

#include "common/strict_math.h"

/* Rows of a part that travel in one step. Macros, since the kernel's page states them, too. */
#define TRANSPOSE_CHUNK_MAX 32
#define TRANSPOSE_CHUNK_MIN 8  /* a cache line of doubles */
#define TRANSPOSE_CHUNKS_MIN 8 /* chunks are so small that there are so many, if rows suffice */

/* A block of A and where its transpose goes. */
struct transpose_block {
  double *a;             /* row 0, column 0 */
  double *out;           /* where that goes */
  int64_t lda, ldo;      /* doubles from one row to the next */
  int64_t rows, columns; /* of a */
  int64_t head;          /* columns before the first cache line of a begins */
};

/* An implementation of what counts. */
struct transpose_path {
  void (*add)(const struct transpose_block *block);  /* out += a^T, a += 1 */
  void (*pack)(const struct transpose_block *block); /* out = a^T, a += 1 */

  /* b += piece: `rows` rows of `width` numbers, which are `stride` apart in b and side by side in
   * the piece. */
  void (*add_piece)(double *b, int64_t stride, const double *piece, int64_t rows, int64_t width);
};

extern const struct transpose_path transpose_tuned;

#endif
