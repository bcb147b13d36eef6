/* C += A B for kernels whose work is that product; all matrices are of doubles, row-major: element
 * (i, j) is at i * stride + j.
 *
 * The plain path is ours and needs nothing: a block of A and strips of B, copied so that they lie
 * in the order in which they are read, feed a tile of C that is held in registers (K. Goto, R. van
 * de Geijn, "Anatomy of high-performance matrix multiplication", ACM TOMS 34:3, 2008). Who packs B
 * is the caller's affair, so that threads can share the packed strips. The other path is one call
 * of OpenBLAS's cblas_dgemm, which packs for itself. */
#ifndef QUARTET_GEMM_H
#define QUARTET_GEMM_H

#include <stdint.h>

#include "common/error.h"
#include "common/strict_math.h"

/* -- The plain path --------------------------------------------------------------------------- */

enum { GEMM_DEPTH = 256 }; /* how many columns of A, rows of B, are taken at a time at most */

/* How many strips B has when it has this many columns. */
int64_t gemm_strips(int64_t columns);

/* How many doubles a packed strip takes of B with this many rows. Strip s begins at s times it. */
int64_t gemm_strip_doubles(int64_t rows);

/* Packs the strips [begin, end) of B, which has `rows` rows, into their places in `packed`. */
void gemm_pack(double *packed, const double *b, int64_t stride, int64_t rows, int64_t columns,
               int64_t begin, int64_t end);

/* What is multiplied: A is rows x depth, B depth x columns and packed, C rows x columns. */
struct gemm {
  int64_t rows, columns, depth;
  const double *a, *packed;
  double *c, *copies; /* copies: room for rows * GEMM_DEPTH doubles, aligned to 64 */
  int64_t a_stride, c_stride;
};

/* C += A B. An element's bits depend on its row of A, its column of B and the depth alone. */
void gemm_plain(const struct gemm *g);

/* -- OpenBLAS --------------------------------------------------------------------------------- */

/* C += A B by OpenBLAS: A is rows x depth, B depth x columns; each matrix is followed by its
 * stride. Safe to be called by several threads at once, and makes none. */
typedef void gemm_blas(int64_t rows, int64_t columns, int64_t depth, const double *a,
                       int64_t a_stride, const double *b, int64_t b_stride, double *c,
                       int64_t c_stride);

/* Loads OpenBLAS, unless that is done. Returns 0, or the error's code: EXIT_USAGE where the build
 * knows of none, EXIT_MACHINE where it cannot be loaded. Not to be called by two threads at once.
 */
int gemm_load_blas(gemm_blas **blas, struct error *error);

#endif
