/* fft: the discrete Fourier transform of n = 2^k complex numbers, in three transpositions between
 * which short transforms are done in cache (D. Bailey, "FFTs in external or hierarchical memory",
 * 1990).
 *
 * The numbers x(j), j = n2 j1 + j2, are an n1 x n2 matrix in row-major order, and so are the n2 x
 * n1 of the result X(k), k = n1 k2 + k1; n1 = n2 or n1 = n2 / 2. With w = exp(-2 pi i / n)
 *
 *   X(n1 k2 + k1) = sum over j2 of exp(-2 pi i j2 k2 / n2) w^(j2 k1) times
 *                   the sum over j1 of exp(-2 pi i j1 k1 / n1) x(n2 j1 + j2)
 *
 * so that, with a transposition before each step and after the last,
 *
 *   COLUMNS: for each j2 a transform of n1 numbers, then the factors w^(j2 k1);
 *   ROWS:    for each k1 a transform of n2 numbers.
 *
 * A unit u is row u of x, the columns j2 = r u ... r u + r - 1 with r = n2 / n1, the row k1 = u,
 * and the rows k2 = r u ... of the result.
 *
 *   fill       (set-up) a chirp, whose transform is known
 *   transform  (timed, once for each step; with several parts once for each step of the pipeline in
 *              each) with one part COLUMNS and ROWS read columns and write rows or columns, so that
 *              no transposition is left over; several parts send what they have transformed to the
 *              owners of the columns (SPREAD: without a transform before it)
 *   compare    every element of the result, and fills x again
 *
 * layout.c has the matrices and the powers of w, exchange.c what several parts do, tuned.c the
 * implementation with FFTW and vectors (without FFTW, with the short transform of this file),
 * oracle.c the chirp and what is compared. */
#include "kernels/fft/fft.h"

#include <string.h>

#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"
#include "kernels/fft/page.h"

enum { PATH };
enum { PHASE_FILL, PHASE_TRANSFORM, PHASE_COMPARE };

static const struct kernel_option options[] = {PATH_OPTION, {0}};

/* -- The algorithm: one short transform ------------------------------------------------------- */

/* J. Cooley and J. Tukey, 1965: the transform of `length` numbers, `stride` apart, from those of
 * the even and of the odd ones. */
void fft_short_transform(const struct fft_roots *roots, int64_t length, int64_t stride,
                         const double *in, double *out) {
  const int64_t half = length / 2;
  if (length == 1) {
    memcpy(out, in, sizeof(complex_pair));
    return;
  }
  fft_short_transform(roots, half, 2 * stride, in, out);
  fft_short_transform(roots, half, 2 * stride, in + 2 * stride, out + 2 * half);
  for (int64_t k = 0; k < half; k++) {
    double *even = out + 2 * k, *odd = out + 2 * (k + half), root[2], turned[2];
    fft_factor(roots, k * (roots->n / length), root); /* exp(-2 pi i k / length) */
    fft_multiply(odd, root, turned);
    for (int c = 0; c < 2; c++) {
      odd[c] = even[c] - turned[c];
      even[c] += turned[c];
    }
  }
}

static void reference_transform(const struct fft_roots *roots, const struct fft_plans *plans,
                                int64_t length, const double *in, double *out) {
  (void)plans;
  fft_short_transform(roots, length, 1, in, out);
}

static void reference_multiply(const struct fft_roots *roots, int64_t j, int64_t count,
                               const double *from, double *to, bool nontemporal) {
  double power[2];
  (void)nontemporal;
  for (int64_t k = 0; k < count; k++) {
    fft_factor(roots, j * k, power);
    fft_multiply(from + 2 * k, power, to + 2 * k);
  }
}

static void reference_transpose(const struct fft_block *b) {
  for (int64_t row = 0; row < b->rows; row++)
    for (int64_t column = 0; column < b->columns; column++)
      memcpy(b->to + 2 * (column * b->to_stride + row),
             b->from + 2 * (row * b->from_stride + column), sizeof(complex_pair));
}

static const struct fft_path reference = {reference_transpose, reference_transpose,
                                          reference_transform, reference_multiply};
static const struct fft_path *const paths[] = {
    [PATH_REFERENCE] = &reference, [PATH_TUNED] = &fft_tuned};

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct fft_state *s = opaque;
  s->path = paths[problem->value[PATH]];
  return fft_open(s, problem, part, problem->value[PATH] == PATH_TUNED, error);
}

/* -- One part: columns and rows --------------------------------------------------------------- */

/* The columns [begin, end) of x are transformed, multiplied and become rows of w. */
static void columns_body(const struct fft_state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * FFT_SCRATCH];
  const int64_t length = s->n1, stride = length + FFT_LINE, group = fft_group(length);
  for (int64_t j = begin, count; j < end; j += count) {
    count = min_of(group - j % group, end - j);
    s->path->gather(&(struct fft_block){.from = s->x.points + 2 * j,
                                        .to = scratch + 2 * stride,
                                        .from_stride = s->x.stride,
                                        .to_stride = stride,
                                        .rows = length,
                                        .columns = count});
    for (int64_t i = 0; i < count; i++) {
      double *row = scratch + 2 * i * stride;
      s->path->transform(&s->roots, &s->plans, length, row + 2 * stride, row);
      s->path->multiply(&s->roots, j + i, s->n1, row, fft_row(s, &s->w, j + i), s->nontemporal);
    }
  }
}

/* The columns [begin, end) of w are transformed and become columns of the result, in x. */
static void rows_body(const struct fft_state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * FFT_SCRATCH];
  const int64_t length = s->n2, stride = length + FFT_LINE, group = fft_group(length);
  for (int64_t k = begin, count; k < end; k += count) {
    count = min_of(group - k % group, end - k);
    s->path->gather(&(struct fft_block){.from = s->w.points + 2 * k,
                                        .to = scratch + 2 * stride,
                                        .from_stride = s->w.stride,
                                        .to_stride = stride,
                                        .rows = length,
                                        .columns = count});
    for (int64_t i = 0; i < count; i++)
      s->path->transform(&s->roots, &s->plans, length, scratch + 2 * (i + 1) * stride,
                         scratch + 2 * i * stride);
    s->path->scatter(&(struct fft_block){.from = scratch,
                                         .to = s->x.points + 2 * k,
                                         .from_stride = stride,
                                         .to_stride = s->n1,
                                         .rows = count,
                                         .columns = length,
                                         .nontemporal = s->nontemporal});
  }
}

static void transform_request(void *opaque, struct request *request) {
  pipeline_request(&((struct fft_state *)opaque)->pipeline, request);
}

/* -- The phases ------------------------------------------------------------------------------- */

static void transform_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct fft_state *s = opaque;
  const int64_t ratio = s->n2 / s->n1;
  (void)partial;
  if (s->parts > 1) {
    if (pipeline_inbox(&s->pipeline))
      fft_consume(s, begin, end);
    if (pipeline_outbox(&s->pipeline))
      fft_produce(s, begin, end);
  } else if (s->step == FFT_COLUMNS) {
    columns_body(s, begin * ratio, end * ratio);
  } else {
    rows_body(s, begin, end);
  }
  if (s->nontemporal)
    nontemporal_fence();
}

static int transform_then(void *opaque, const void *total) {
  struct fft_state *s = opaque;
  (void)total;
  if (pipeline_advance(&s->pipeline))
    return PHASE_TRANSFORM;
  if (s->step < FFT_ROWS) {
    s->step++;
    return PHASE_TRANSFORM;
  }
  s->step = s->parts > 1 ? FFT_SPREAD : FFT_COLUMNS;
  s->transforms++;
  return PHASE_END;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct fft_state *s = opaque;
  (void)partial;
  fft_fill(s, begin, end);
  for (int64_t row = begin * s->w.rows_of_unit; row < end * s->w.rows_of_unit; row++)
    memset(fft_row(s, &s->w, row), 0, (size_t)s->w.stride * sizeof(complex_pair));
  if (s->parts > 1)
    pipeline_touch(&s->pipeline, begin, end);
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_TRANSFORM] = {.name = "transform",
                         .stage = STAGE_TIMED,
                         .request = transform_request,
                         .body = transform_body,
                         .edge = 0, /* what comes is used in the step after */
                         .then = transform_then},
    [PHASE_COMPARE] = {.name = "compare",
                       .stage = STAGE_CHECK,
                       .body = fft_compare,
                       .partial_bytes = sizeof(struct fft_found),
                       .combine = fft_compare_combine,
                       .then = fft_compare_then},
};

const struct kernel kernel_fft = {
    .name = "fft",
    .summary = "Fourier transform of n = 2^k complex numbers, all-to-all exchange of blocks",
    KERNEL_PAGE,
    .unit = "matrix row",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_POWER, 1 << 21, 2, 1 << 30, "number", "complex numbers, a power of two"},
    .options = options,
    .state_bytes = sizeof(struct fft_state),
    .units = fft_units,
    .open = open_part,
    .close = fft_close,
    KERNEL_PHASES(phases),
    .work = fft_work,
    .verify = fft_verify,
};
