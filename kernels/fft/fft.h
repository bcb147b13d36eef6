/* fft: what the kernel shares with its tuned implementation. A complex number is two doubles. */
#ifndef QUARTET_FFT_H
#define QUARTET_FFT_H

#include "kernels/blocks/minmax.h"
#include "kernels/kernel.h"

enum {
  FFT_GROUP = 8, /* short transforms side by side: two cache lines of each row are used whole */
  FFT_LINE = 4,  /* complex numbers in a cache line */
  FFT_LONGEST = 1 << 15 /* the longest short transform: n is at most 2^30 */
};

typedef double complex_pair[2]; /* as fftw_complex */

/* -- Roots of unity --------------------------------------------------------------------------- */

/* All powers of w = exp(-2 pi i / n), as products of an entry of each of two tables of about
 * sqrt(n): w^i and w^(i << low_bits). */
struct fft_roots {
  int64_t n;
  int bits, low_bits; /* n = 2^bits */
  double *low, *high;
};

int fft_roots_open(struct fft_roots *roots, int bits, struct error *error);
void fft_roots_close(struct fft_roots *roots);

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

/* FFTW's plans for transforms of n1 and n2 numbers, of the tuned path alone. */
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

#endif
