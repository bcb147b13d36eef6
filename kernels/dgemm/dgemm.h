/* dgemm: what the kernel shares with its implementations of the product and with its oracle. All
 * matrices are of doubles, row-major: element (i, j) is at i * stride + j. */
#ifndef QUARTET_DGEMM_H
#define QUARTET_DGEMM_H

#include "kernels/blocks/minmax.h"
#include "kernels/kernel.h"

/* -- The product ------------------------------------------------------------------------------ */

/* C += A B: A is rows x depth, B depth x columns, C rows x columns. */
struct dgemm_product {
  int64_t rows, columns, depth;
  const double *a, *b;
  double *c;
  int64_t a_stride, b_stride, c_stride;
  const double *packed; /* B as dgemm_pack leaves it: dgemm_tuned reads it instead of b */
  double *copies;       /* rows * DGEMM_DEPTH doubles that dgemm_tuned overwrites */
};

/* Safe to be called by several threads at once; starts none. */
typedef void dgemm_multiply(const struct dgemm_product *product);

/* An element's bits depend on its row of A, its column of B and the depth alone. */
dgemm_multiply dgemm_tuned;

enum { DGEMM_DEPTH = 256 }; /* maximum columns of A, rows of B, that dgemm_tuned takes at a time */

/* The number of strips of a packed B with `columns` columns. */
int64_t dgemm_strips(int64_t columns);

/* The doubles of a packed strip of B with `rows` rows. Strip s begins at s times this number. */
int64_t dgemm_strip_doubles(int64_t rows);

/* Packs the strips [begin, end) of B into their places in `packed`. Separate from the product, so
 * that threads share the packed strips. */
void dgemm_pack(double *packed, const double *b, int64_t stride, int64_t rows, int64_t columns,
                int64_t begin, int64_t end);

/* Loads OpenBLAS, unless that is done, and sets *multiply to its product. Returns 0, or the error's
 * code: EXIT_USAGE where the build knows no OpenBLAS, EXIT_MACHINE where it cannot be loaded. Not
 * to be called by two threads at once. */
int dgemm_load_openblas(dgemm_multiply **multiply, struct error *error);

/* -- The state -------------------------------------------------------------------------------- */

/* The rows of C that the check has seen, and those that are wrong. */
struct dgemm_tally {
  int64_t rows, wrong;
};

struct dgemm_state {
  int64_t n;
  int64_t begin, rows;   /* this part's first row of A and C, and how many */
  int part, parts;       /* which, of how many */
  int64_t width, panels; /* rows of B in a panel but the last one, and how many panels */
  int64_t own_rows;      /* of B: panels part, part + parts, part + 2 * parts ... */
  dgemm_multiply *multiply;
  double *a, *c, *b;     /* own rows */
  double *received[2];   /* panels of others, even and odd ones; with more than one part */
  double *packed;        /* the current panel, in strips; of the tuned path */
  double *copies;        /* own rows of a slice of A; of the tuned path */
  uint64_t *product;     /* of B in this pass and the check's vector; all rows */
  int64_t panel, passes; /* the current one; passes done */
  struct dgemm_tally tally;
};

static inline int64_t dgemm_panel_rows(const struct dgemm_state *s, int64_t panel) {
  return min_of(s->width, s->n - panel * s->width);
}

/* Allocates what a part needs; n, width and multiply are set, all else is zero. Frees it. As in
 * struct kernel. */
int dgemm_open(struct dgemm_state *s, const struct part *part, struct error *error);
void dgemm_close(void *state);

/* The set-up phases: units are own rows of C and own rows of B. As in struct phase. */
void dgemm_fill_rows_body(void *state, int64_t begin, int64_t end, void *partial);
void dgemm_fill_panels_body(void *state, int64_t begin, int64_t end, void *partial);

/* -- The elements and the oracle -------------------------------------------------------------- */

/* After each pass 1 is added to the first row of each panel of B, and after DGEMM_CYCLE passes the
 * sum is subtracted again: so the oracle detects a panel that was not sent again. */
enum { DGEMM_CYCLE = 8 };

/* Row i of A, row k of B before any pass, and row i of C before pass `pass`, counted from 0: n
 * elements. */
void dgemm_fill_a(int64_t n, int64_t i, double *restrict row);
void dgemm_fill_b(int64_t n, int64_t k, double *restrict row);
void dgemm_fill_c(int64_t n, int64_t i, int64_t pass, double *restrict row);

/* The phases `product` and `compare`, and the verdict. As in struct phase and struct kernel. */
void dgemm_product_body(void *state, int64_t begin, int64_t end, void *partial);
void dgemm_compare_request(void *state, struct request *request);
void dgemm_compare_body(void *state, int64_t begin, int64_t end, void *partial);
void dgemm_compare_combine(void *into, const void *from);
int dgemm_compare_then(void *state, const void *total);
struct verdict dgemm_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
