/* transpose: what the kernel shares with its tuned implementation and its oracle. */
#ifndef QUARTET_TRANSPOSE_H
#define QUARTET_TRANSPOSE_H

#include "kernels/blocks/pipeline.h"

/* Rows of a part that travel in one step. Macros, since the kernel's page states them, too. */
#define TRANSPOSE_CHUNK_MAX 32
#define TRANSPOSE_CHUNK_MIN 8  /* a cache line of doubles */
#define TRANSPOSE_CHUNKS_MIN 8 /* the minimum number of chunks, if there are enough rows */

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

/* -- The state -------------------------------------------------------------------------------- */

/* What a CHECK phase found. */
struct transpose_found {
  double errors;   /* sum of the distances of all elements of A and B from what they must be */
  double sum;      /* of B's elements */
  double expected; /* the sum of what they must be */
  int64_t count;   /* elements of both that were looked at */
};

struct transpose_state {
  int64_t n, begin, end; /* the matrices are n x n; this part owns rows [begin, end) of both */
  int64_t stride;        /* doubles from one row to the next */
  int64_t iterations;    /* sweeps in a pass */
  int64_t sweep;         /* sweeps done since SETUP */
  int32_t mask;          /* of the fractions that A and B start with */
  double *a, *b;         /* own rows */
  int parts, part;
  const struct transpose_path *path;
  /* What is sent holds the columns of the chunk that others own, one after another; what is
   * received, for each part that sends, the own columns of its chunk. */
  struct pipeline pipeline;
  struct transpose_found found;
};

/* Row `row`, one of the own ones, of a matrix whose own rows begin at `matrix`. */
static inline double *transpose_row(const struct transpose_state *s, double *matrix, int64_t row) {
  return matrix + (row - s->begin) * s->stride;
}

/* The oracle (oracle.c): what A and B hold before the next pass, of own rows; body, combine and
 * then of the phase that compares all elements with their closed form; and the verdict. As in
 * struct phase and struct kernel. */
void transpose_fill(const struct transpose_state *s, int64_t begin, int64_t end);
int32_t transpose_mask(int64_t iterations);
void transpose_compare(void *state, int64_t begin, int64_t end, void *found);
void transpose_compare_combine(void *into, const void *from);
int transpose_compare_then(void *state, const void *found);
struct verdict transpose_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
