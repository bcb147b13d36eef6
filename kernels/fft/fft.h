/* fft: what the files of the kernel share. A complex number is two doubles. */
#ifndef QUARTET_FFT_H
#define QUARTET_FFT_H

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/pipeline.h"

enum {
  FFT_GROUP = 8, /* short transforms side by side: two cache lines of each row are used whole */
  FFT_LINE = 4,  /* complex numbers in a cache line */
  FFT_LONGEST = 1 << 15,                     /* the longest short transform: n is at most 2^30 */
  FFT_SCRATCH = 2 * (FFT_LONGEST + FFT_LINE) /* complex numbers on the stack: 1 MiB */
};

/* Macros, since the kernel's page states them, too. */
#define FFT_CHUNK_MIB 2  /* of a part, that travel in one step, at most */
#define FFT_THRESHOLD 16 /* HPCC's: maximum error in units of epsilon * log2(n) */

typedef double complex_pair[2]; /* as fftw_complex */

/* -- Roots of unity --------------------------------------------------------------------------- */

/* All powers of w = exp(-2 pi i / n), as products of an entry of each of two tables of about
 * sqrt(n): w^i and w^(i << low_bits). */
struct fft_roots {
  int64_t n;
  int bits, low_bits; /* n = 2^bits */
  double *low, *high;
};

/* exp(2 pi i e / n) to the last bit or so. n is a multiple of 8, 0 <= e < n. */
void fft_unit_root(int64_t e, int64_t n, double root[2]);

static inline void fft_multiply(const double a[2], const double b[2], double product[2]) {
  const double re = a[0] * b[0] - a[1] * b[1], im = a[0] * b[1] + a[1] * b[0];
  product[0] = re;
  product[1] = im;
}

/* w^e for any e >= 0. */
static inline void fft_factor(const struct fft_roots *roots, int64_t e, double power[2]) {
  const int64_t mask = roots->n - 1, low = (INT64_C(1) << roots->low_bits) - 1;
  fft_multiply(roots->low + 2 * (e & low), roots->high + 2 * ((e & mask) >> roots->low_bits),
               power);
}

/* -- The implementations ---------------------------------------------------------------------- */

/* FFTW's plans for transforms of n1 and n2 numbers, of the tuned path alone; empty without FFTW. */
struct fft_plans {
  int64_t n1;
  void *plan1, *plan2;
};

int fft_plans_open(struct fft_plans *plans, int64_t n1, int64_t n2, struct error *error);
void fft_plans_close(struct fft_plans *plans);

/* A matrix of complex numbers and where its transpose goes. */
struct fft_block {
  const double *from;
  double *to;
  int64_t from_stride, to_stride;
  int64_t rows, columns;
  bool nontemporal; /* non-temporal stores of whole cache lines: of FFT_GROUP rows */
};

/* The algorithm's transform of `length` numbers, `stride` apart; also the tuned path's in a build
 * without FFTW. */
void fft_short_transform(const struct fft_roots *roots, int64_t length, int64_t stride,
                         const double *in, double *out);

struct fft_path {
  /* Few columns of a matrix in memory become rows; few rows become columns of one. */
  void (*gather)(const struct fft_block *block);
  void (*scatter)(const struct fft_block *block);

  /* The transform of n1 or n2 numbers, from one place to another. */
  void (*transform)(const struct fft_roots *roots, const struct fft_plans *plans, int64_t length,
                    const double *in, double *out);

  /* to(k) = from(k) w^(j k) for k in [0, count); a power of two. */
  void (*multiply)(const struct fft_roots *roots, int64_t j, int64_t count, const double *from,
                   double *to, bool nontemporal);
};

extern const struct fft_path fft_tuned;

/* -- The state -------------------------------------------------------------------------------- */

enum fft_step { FFT_SPREAD, FFT_COLUMNS, FFT_ROWS };

/* What a CHECK phase found. */
struct fft_found {
  double max;    /* square of an element's distance from what it must be, over n */
  double energy; /* sum of the squares of all magnitudes */
  double sum[2];
  int64_t count; /* elements that are right */
};

/* Numbers as a matrix: x has the own units' rows of n2, w r rows of n1 for each own unit. */
struct fft_matrix {
  double *points;
  int64_t length, stride; /* numbers in a row, and from one row to the next */
  int64_t rows_of_unit;
};

struct fft_state {
  int64_t n, n1, n2, begin, end;
  int bits;               /* n = 2^bits */
  struct fft_matrix x, w; /* own units of both */
  struct fft_roots roots;
  struct fft_plans plans;
  const struct fft_path *path;
  bool nontemporal; /* stores to x and w */
  enum fft_step step;
  int parts, part;
  struct pipeline pipeline; /* of several parts, in each step */
  int64_t transforms;       /* done */
  struct fft_found found;
};

/* Row `row`, a global number, of a matrix. */
static inline double *fft_row(const struct fft_state *s, const struct fft_matrix *matrix,
                              int64_t row) {
  return matrix->points + 2 * (row - s->begin * matrix->rows_of_unit) * matrix->stride;
}

/* As in struct kernel (layout.c). fft_open does not set `path`; `tuned`: it is the tuned one. */
int64_t fft_units(const struct problem *problem);
int fft_open(struct fft_state *s, const struct problem *problem, const struct part *part,
             bool tuned, struct error *error);
void fft_close(void *state);
struct work fft_work(const struct problem *problem, int parts);

/* How many transforms of `length` are done side by side. The scratch space has a row more: each
 * goes from its row to the one before, so all need hardly more of the cache than once. */
static inline int64_t fft_group(int64_t length) {
  int64_t group = FFT_GROUP;
  while ((group + 1) * (length + FFT_LINE) > FFT_SCRATCH)
    group /= 2;
  return group;
}

/* With several parts, a step of the pipeline (exchange.c): the transforms of some own units, sent
 * to the others; and what the others have sent for some own units. */
void fft_produce(const struct fft_state *s, int64_t begin, int64_t end);
void fft_consume(const struct fft_state *s, int64_t begin, int64_t end);

/* The oracle (oracle.c): the numbers of own units; body, combine and then of the phase that
 * compares all elements; the verdict. As in struct phase and struct kernel. */
void fft_fill(const struct fft_state *s, int64_t begin, int64_t end);
void fft_compare(void *state, int64_t begin, int64_t end, void *found);
void fft_compare_combine(void *into, const void *from);
int fft_compare_then(void *state, const void *found);
struct verdict fft_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
