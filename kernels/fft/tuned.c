/* fft's tuned path: FFTW for the short transforms; matrices are transposed two complex numbers
 * squared at a time, in vector registers, with prefetches and non-temporal stores. */
#ifdef QUARTET_HAVE_FFTW
#  include <fftw3.h>
#endif
#include <string.h>

#include "kernels/blocks/nontemporal.h"
#include "kernels/fft/fft.h"

enum { FACTORS = 256 }; /* most entries in each of two tables for one row's factors: 2^8 * 2^8 */

/* -- Transposing ------------------------------------------------------------------------------ */

ALWAYS_INLINE void store_pair(double *to, vector4 value, bool nontemporal) {
  if (nontemporal)
    nontemporal_store4(to, value);
  else
    vector4_store(to, value);
}

ALWAYS_INLINE void move_one(const struct fft_block *b, int64_t row, int64_t column) {
  const double *from = b->from + 2 * (row * b->from_stride + column);
  double *to = b->to + 2 * (column * b->to_stride + row);
  to[0] = from[0];
  to[1] = from[1];
}

/* Two rows and two columns. */
ALWAYS_INLINE void move_four(const struct fft_block *b, int64_t row, int64_t column,
                             bool nontemporal) {
  const double *from = b->from + 2 * (row * b->from_stride + column);
  double *to = b->to + 2 * (column * b->to_stride + row);
  const vector4 upper = vector4_load(from), lower = vector4_load(from + 2 * b->from_stride);
  store_pair(to, vector_shuffle(upper, lower, 0, 1, 4, 5), nontemporal);
  store_pair(to + 2 * b->to_stride, vector_shuffle(upper, lower, 2, 3, 6, 7), nontemporal);
}

static void move_rest(const struct fft_block *b, int64_t rows_done, int64_t columns_done) {
  for (int64_t row = 0; row < b->rows; row++)
    for (int64_t column = row < rows_done ? columns_done : 0; column < b->columns; column++)
      move_one(b, row, column);
}

/* Few columns: FFT_GROUP of a matrix that lies in memory. While they are read, the next ones, which
 * lie beside them, are prefetched to the second-level cache: they arrive while these are
 * transformed, and pages and cache lines far apart, which no hardware prefetcher follows, cost
 * nothing. */
static void gather(const struct fft_block *b) {
  const int64_t rows = b->rows & ~INT64_C(1), columns = b->columns & ~INT64_C(1);
  for (int64_t row = 0; row < rows; row += 2) {
    for (int64_t i = row; i < row + 2; i++)
      for (int64_t line = 0; line < FFT_GROUP; line += FFT_LINE)
        __builtin_prefetch(b->from + 2 * (i * b->from_stride + FFT_GROUP + line), 0, 2);
    for (int64_t column = 0; column < columns; column += 2)
      move_four(b, row, column, false);
  }
  move_rest(b, rows, columns);
}

ALWAYS_INLINE void scatter_columns(const struct fft_block *b, int64_t rows, bool nontemporal) {
  for (int64_t column = 0; column + 2 <= b->columns; column += 2)
    for (int64_t row = 0; row < rows; row += 2)
      move_four(b, row, column, nontemporal);
}

/* Whether FFT_GROUP rows are whole lines in every column: where parts are uneven they need not be.
 */
static bool are_lines(const struct fft_block *b) {
  return (uintptr_t)b->to % (FFT_LINE * sizeof(complex_pair)) == 0 && b->to_stride % FFT_LINE == 0;
}

/* Few rows: those of the scratch space, to columns of a matrix that lies in memory. */
static void scatter(const struct fft_block *b) {
  const int64_t rows = b->rows & ~INT64_C(1), columns = b->columns & ~INT64_C(1);
  if (rows == FFT_GROUP && b->nontemporal && are_lines(b))
    scatter_columns(b, FFT_GROUP, true);
  else if (rows == FFT_GROUP)
    scatter_columns(b, FFT_GROUP, false);
  else
    scatter_columns(b, rows, false);
  move_rest(b, rows, columns);
}

/* -- The factors between the two transforms --------------------------------------------------- */

/* Two numbers times their fine factors and a coarse one, from one place to another. */
ALWAYS_INLINE void multiply_pair(const double *from, double *to, const double *fine_re,
                                 const double *fine_im, const double coarse[2], bool nontemporal) {
  const vector4 re = vector4_load(fine_re), im = vector4_load(fine_im), sign = {-1, 1, -1, 1};
  const vector4 x = vector4_load(from), swapped = vector_shuffle(x, x, 1, 0, 3, 2);
  const vector4 factor_re = re * coarse[0] - im * coarse[1];
  const vector4 factor_im = re * (sign * coarse[1]) + im * (sign * coarse[0]);
  store_pair(to, x * factor_re + swapped * factor_im, nontemporal);
}

/* What w^(j k) is for k below a power of two: each number twice, as multiply_pair wants it. */
static int64_t fine_factors(const struct fft_roots *roots, int64_t j, double *re, double *im) {
  const int64_t block = INT64_C(1) << (roots->bits / 2 + 1) / 2;
  for (int64_t k = 0; k < block; k++) {
    double fine[2];
    fft_factor(roots, j * k, fine);
    re[2 * k] = re[2 * k + 1] = fine[0];
    im[2 * k] = im[2 * k + 1] = fine[1];
  }
  return block;
}

ALWAYS_INLINE void multiply_blocks(const struct fft_roots *roots, int64_t j, int64_t count,
                                   const double *restrict from, double *restrict to,
                                   bool nontemporal) {
  double re[2 * FACTORS], im[2 * FACTORS], coarse[2];
  const int64_t block = fine_factors(roots, j, re, im);
  for (int64_t i = 0; i < count; i += block) {
    fft_factor(roots, j * i, coarse);
    for (int64_t k = 0; k < block; k += 2)
      multiply_pair(from + 2 * (i + k), to + 2 * (i + k), re + 2 * k, im + 2 * k, coarse,
                    nontemporal);
  }
}

/* to(k) = from(k) w^(j k) for all k. With k = i + k', i a multiple of a block's length, that is
 * w^(j i) w^(j k'): about 2 sqrt(n1) factors from the tables, and one more multiplication for each
 * k. */
static void multiply_row(const struct fft_roots *roots, int64_t j, int64_t count,
                         const double *from, double *to, bool nontemporal) {
  if (count == 1)
    memcpy(to, from, sizeof(complex_pair)); /* times w^0; the loops need two numbers */
  else if (nontemporal)
    multiply_blocks(roots, j, count, from, to, true);
  else
    multiply_blocks(roots, j, count, from, to, false);
}

/* -- Short transforms ------------------------------------------------------------------------- */

#ifdef QUARTET_HAVE_FFTW
/* Estimated plans are the same in every process and run, which measured ones are not; and where a
 * short transform goes from one place to another they are as good (measured: within 5 % to 2^11).
 * Each is then run on rows of all alignments that occur: multiples of a complex number. */
int fft_plans_open(struct fft_plans *plans, int64_t n1, int64_t n2, struct error *error) {
  fftw_complex *in = fftw_alloc_complex((size_t)n2), *out = fftw_alloc_complex((size_t)n2);
  plans->n1 = n1;
  if (in && out) {
    plans->plan1 = fftw_plan_dft_1d((int)n1, in, out, FFTW_FORWARD, FFTW_ESTIMATE);
    plans->plan2 = fftw_plan_dft_1d((int)n2, in, out, FFTW_FORWARD, FFTW_ESTIMATE);
  }
  fftw_free(in);
  fftw_free(out);
  return plans->plan1 && plans->plan2
             ? 0
             : error_set(error, EXIT_MACHINE, "no memory for FFTW's plans");
}

void fft_plans_close(struct fft_plans *plans) {
  if (plans->plan1)
    fftw_destroy_plan(plans->plan1);
  if (plans->plan2)
    fftw_destroy_plan(plans->plan2);
}

static void transform(const struct fft_roots *roots, const struct fft_plans *plans, int64_t length,
                      const double *in, double *out) {
  union {
    const double *given;
    fftw_complex *as_fftw_wants_it; /* which it does not write */
  } from = {in};
  (void)roots;
  fftw_execute_dft(length == plans->n1 ? plans->plan1 : plans->plan2, from.as_fftw_wants_it,
                   (fftw_complex *)out);
}

#else /* the algorithm's own transforms; all else of this path is as with FFTW */
int fft_plans_open(struct fft_plans *plans, int64_t n1, int64_t n2, struct error *error) {
  (void)n2;
  plans->n1 = n1;
  return error->code;
}

void fft_plans_close(struct fft_plans *plans) {
  (void)plans;
}

static void transform(const struct fft_roots *roots, const struct fft_plans *plans, int64_t length,
                      const double *in, double *out) {
  (void)plans;
  fft_short_transform(roots, length, 1, in, out);
}
#endif

const struct fft_path fft_tuned = {gather, scatter, transform, multiply_row};
