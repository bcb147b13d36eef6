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
 * no transposition is left over; several parts send what they have transformed to the owners of the
 * columns (SPREAD: without a transform before it) compare    every element of the result, and fills
 * x again
 *
 * roots.c has the powers of w, tuned.c the implementation with FFTW and vectors. */
#include "kernels/fft/fft.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"
#include "kernels/blocks/pipeline.h"
#include "kernels/fft/page.h"

enum { PATH };
enum { PHASE_FILL, PHASE_TRANSFORM, PHASE_COMPARE };
enum step { SPREAD, COLUMNS, ROWS };

enum {
  SCRATCH = 2 * (FFT_LONGEST + FFT_LINE), /* complex numbers on the stack: 1 MiB */
  CHUNK_BYTES = 2 << 20,                  /* of a part, that travel in one step, at most ... */
  CHUNKS_MIN = 8 /* ... and so that there are so many, if its units suffice */
};

/* Own data beyond which no cache holds what is written. */
#define CACHED_BYTES (INT64_C(48) << 20)

/* HPCC's: maximum error in units of epsilon * log2(n). */
#define THRESHOLD 16.0

static const struct kernel_option options[] = {PATH_OPTION, {0}};

/* -- The algorithm: one short transform ------------------------------------------------------- */

/* J. Cooley and J. Tukey, 1965: the transform of `length` numbers, `stride` apart, from those of
 * the even and of the odd ones. */
static void short_transform(const struct fft_roots *roots, int64_t length, int64_t stride,
                            const double *in, double *out) {
  const int64_t half = length / 2;
  if (length == 1) {
    memcpy(out, in, sizeof(complex_pair));
    return;
  }
  short_transform(roots, half, 2 * stride, in, out);
  short_transform(roots, half, 2 * stride, in + 2 * stride, out + 2 * half);
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
  short_transform(roots, length, 1, in, out);
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

/* -- The state -------------------------------------------------------------------------------- */

/* What a CHECK phase found. */
struct found {
  double max;    /* square of an element's distance from what it must be, over n */
  double energy; /* sum of the squares of all magnitudes */
  double sum[2];
  int64_t count; /* elements that are right */
};

/* Numbers as a matrix: x has the own units' rows of n2, w r rows of n1 for each own unit. */
struct matrix {
  double *points;
  int64_t length, stride; /* numbers in a row, and from one row to the next */
  int64_t rows_of_unit;
};

struct state {
  int64_t n, n1, n2, begin, end;
  int bits;           /* n = 2^bits */
  struct matrix x, w; /* own units of both */
  struct fft_roots roots;
  struct fft_plans plans;
  const struct fft_path *path;
  bool nontemporal; /* stores to x and w */
  enum step step;
  int parts, part;
  struct pipeline pipeline; /* of several parts, in each step */
  int64_t transforms;       /* done */
  struct found found;
};

/* The k of n = 2^k, rounded down. */
static int bits_of(int64_t n) {
  int bits = 0;
  while (n >> bits > 1)
    bits++;
  return bits;
}

static int64_t units(const struct problem *problem) {
  return INT64_C(1) << bits_of(problem->n) / 2;
}

/* Rows of w are a line more than a power of two apart, or all elements of a column would share few
 * sets of a cache. x is left as the problem has it: one array. */
static int64_t stride_of(int64_t n1) {
  return n1 + FFT_LINE;
}

static int64_t chunk_of(int64_t most_units, int64_t n2) {
  int64_t fit = CHUNK_BYTES / (n2 * (int64_t)sizeof(complex_pair));
  return max_of(min_of(most_units / CHUNKS_MIN, fit), min_of(most_units, FFT_GROUP));
}

static int open_pipeline(struct state *s, const struct part *part, struct error *error) {
  int64_t most = 0;
  for (int i = 0; i < part->count; i++)
    most = max_of(most, part->bounds[i + 1] - part->bounds[i]);
  return pipeline_open(&s->pipeline, part, chunk_of(most, s->n2), s->n2 / s->n1,
                       sizeof(complex_pair), error);
}

static int open_matrices(struct state *s, struct error *error) {
  int64_t own = s->end - s->begin, ratio = s->n2 / s->n1;
  void *memory;
  s->x = (struct matrix){NULL, s->n2, s->n2, 1};
  s->w = (struct matrix){NULL, s->n1, stride_of(s->n1), ratio};
  if (memory_allocate(&memory, own * s->n2, sizeof(complex_pair), "the numbers", error))
    return error->code;
  s->x.points = memory;
  if (memory_allocate(&memory, own * ratio * s->w.stride, sizeof(complex_pair),
                      "the numbers, transposed", error))
    return error->code;
  s->w.points = memory;
  return 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  s->n = problem->n;
  s->bits = bits_of(s->n);
  s->n1 = INT64_C(1) << s->bits / 2;
  s->n2 = s->n / s->n1;
  s->begin = part->begin;
  s->end = part->end;
  s->parts = part->count;
  s->part = part->index;
  s->path = paths[problem->value[PATH]];
  s->step = s->parts > 1 ? SPREAD : COLUMNS;
  s->nontemporal = HAVE_NONTEMPORAL && problem->value[PATH] == PATH_TUNED &&
                   (s->end - s->begin) * s->n2 * 2 * (int64_t)sizeof(complex_pair) > CACHED_BYTES;
  if (open_matrices(s, error) || fft_roots_open(&s->roots, s->bits, error) ||
      fft_plans_open(&s->plans, s->n1, s->n2, error))
    return error->code;
  return s->parts > 1 ? open_pipeline(s, part, error) : 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->x.points);
  free(s->w.points);
  fft_roots_close(&s->roots);
  fft_plans_close(&s->plans);
  pipeline_close(&s->pipeline);
}

/* Row `row`, a global number, of a matrix. */
static double *row_of(const struct state *s, const struct matrix *matrix, int64_t row) {
  return matrix->points + 2 * (row - s->begin * matrix->rows_of_unit) * matrix->stride;
}

/* -- One part: columns and rows --------------------------------------------------------------- */

/* How many transforms of `length` are done side by side. The scratch space has a row more: each
 * goes from its row to the one before, so all need hardly more of the cache than once. */
static int64_t group_of(int64_t length) {
  int64_t group = FFT_GROUP;
  while ((group + 1) * (length + FFT_LINE) > SCRATCH)
    group /= 2;
  return group;
}

/* The columns [begin, end) of x are transformed, multiplied and become rows of w. */
static void columns_body(const struct state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * SCRATCH];
  const int64_t length = s->n1, stride = length + FFT_LINE, group = group_of(length);
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
      s->path->multiply(&s->roots, j + i, s->n1, row, row_of(s, &s->w, j + i), s->nontemporal);
    }
  }
}

/* The columns [begin, end) of w are transformed and become columns of the result, in x. */
static void rows_body(const struct state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * SCRATCH];
  const int64_t length = s->n2, stride = length + FFT_LINE, group = group_of(length);
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

/* -- Several parts ---------------------------------------------------------------------------- */

static const struct matrix *source_of(const struct state *s) {
  return s->step == COLUMNS ? &s->w : &s->x;
}

static const struct matrix *target_of(const struct state *s) {
  return s->step == COLUMNS ? &s->x : &s->w;
}

/* Rows [first, first + count) of the source, which are at `from` now: the own columns straight to
 * the rows of the target, the others to what is sent, as columns of the chunk's width. */
static void spread_rows(const struct state *s, const struct span *rows, int64_t first,
                        int64_t count, const double *from, int64_t from_stride) {
  const struct matrix *to = target_of(s);
  const int64_t width = rows->end - rows->begin, length = source_of(s)->length;
  const int64_t own_begin = s->begin * to->rows_of_unit, own_end = s->end * to->rows_of_unit;
  double *packed = (double *)pipeline_outbox(&s->pipeline) + 2 * (first - rows->begin);
  struct fft_block block = {.from = from,
                            .to = packed,
                            .from_stride = from_stride,
                            .to_stride = width,
                            .rows = count,
                            .columns = own_begin};
  s->path->scatter(&block);
  block.from = from + 2 * own_end;
  block.to = packed + 2 * own_begin * width;
  block.columns = length - own_end;
  s->path->scatter(&block);
  block.from = from + 2 * own_begin;
  block.to = to->points + 2 * first;
  block.to_stride = to->stride;
  block.columns = own_end - own_begin;
  block.nontemporal = s->nontemporal;
  s->path->scatter(&block);
}

/* A share of the chunk's rows: the transform of this step, then they go to their new owners. */
static void produce(const struct state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * SCRATCH];
  const struct matrix *source = source_of(s);
  const struct span all = pipeline_chunk(&s->pipeline, s->part, s->pipeline.step);
  const int64_t own = s->end - s->begin, length = source->length, stride = length + FFT_LINE;
  const int64_t rows_of_unit = source->rows_of_unit, chunk = (all.end - all.begin) * rows_of_unit;
  const struct span rows = {all.begin * rows_of_unit, all.end * rows_of_unit};
  const int64_t first = rows.begin + (begin - s->begin) * chunk / own;
  const int64_t last = rows.begin + (end - s->begin) * chunk / own;
  for (int64_t row = first, count; row < last; row += count) {
    count = min_of(group_of(length), last - row);
    if (s->step == SPREAD) {
      spread_rows(s, &rows, row, count, row_of(s, source, row), source->stride);
      continue;
    }
    for (int64_t i = 0; i < count; i++) {
      double *out = scratch + 2 * i * stride;
      s->path->transform(&s->roots, &s->plans, length, row_of(s, source, row + i),
                         out + (s->step == COLUMNS ? 2 * stride : 0));
      if (s->step == COLUMNS)
        s->path->multiply(&s->roots, row + i, s->n1, out + 2 * stride, out, false);
    }
    spread_rows(s, &rows, row, count, scratch, stride);
  }
}

/* What has come from the others for the own units [begin, end): runs of their rows of the target.
 */
static void consume(const struct state *s, int64_t begin, int64_t end) {
  const struct matrix *source = source_of(s), *to = target_of(s);
  const int64_t first = begin * to->rows_of_unit, last = end * to->rows_of_unit;
  const double *piece = pipeline_inbox(&s->pipeline);
  for (int i = 0; i < s->parts; i++) {
    const struct span span = pipeline_chunk(&s->pipeline, i, s->pipeline.step - 2);
    const int64_t width = (span.end - span.begin) * source->rows_of_unit;
    const double *run = piece + 2 * (begin - s->begin) * to->rows_of_unit * width;
    if (i == s->part || width == 0)
      continue;
    for (int64_t row = first; row < last; row++, run += 2 * width)
      memcpy(row_of(s, to, row) + 2 * span.begin * source->rows_of_unit, run,
             (size_t)width * sizeof(complex_pair));
    piece += 2 * (s->end - s->begin) * to->rows_of_unit * width;
  }
}

static void transform_request(void *opaque, struct request *request) {
  pipeline_request(&((struct state *)opaque)->pipeline, request);
}

/* -- The phases ------------------------------------------------------------------------------- */

static void transform_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const int64_t ratio = s->n2 / s->n1;
  (void)partial;
  if (s->parts > 1) {
    if (pipeline_inbox(&s->pipeline))
      consume(s, begin, end);
    if (pipeline_outbox(&s->pipeline))
      produce(s, begin, end);
  } else if (s->step == COLUMNS) {
    columns_body(s, begin * ratio, end * ratio);
  } else {
    rows_body(s, begin, end);
  }
  if (s->nontemporal)
    nontemporal_fence();
}

static int transform_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  if (pipeline_advance(&s->pipeline))
    return PHASE_TRANSFORM;
  if (s->step < ROWS) {
    s->step++;
    return PHASE_TRANSFORM;
  }
  s->step = s->parts > 1 ? SPREAD : COLUMNS;
  s->transforms++;
  return PHASE_END;
}

/* Transform number t is that of a chirp, shifted by so much: another one each time, so that what
 * came a pass ago shows. */
static int64_t shift_of(int64_t transform) {
  return (int64_t)((uint64_t)transform * 0x9e3779b9u & (INT64_MAX >> 3));
}

/* x(j) = exp(i pi (j + shift)^2 / n). What leaves 64 bits in the square is a multiple of 8 n. */
static void fill_units(const struct state *s, int64_t begin, int64_t end) {
  const uint64_t turn = 8 * (uint64_t)s->n, shift = (uint64_t)shift_of(s->transforms);
  for (int64_t j = begin * s->n2; j < end * s->n2; j++) {
    uint64_t u = (uint64_t)j + shift;
    fft_unit_root((int64_t)(4 * u * u & (turn - 1)), (int64_t)turn,
                  s->x.points + 2 * (j - s->begin * s->n2));
  }
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  (void)partial;
  fill_units(s, begin, end);
  for (int64_t row = begin * s->w.rows_of_unit; row < end * s->w.rows_of_unit; row++)
    memset(row_of(s, &s->w, row), 0, (size_t)s->w.stride * sizeof(complex_pair));
  if (s->parts > 1)
    pipeline_touch(&s->pipeline, begin, end);
}

/* -- The oracle ------------------------------------------------------------------------------- */

/* Element k of the result. The transform of the chirp is a chirp again, all of it known:
 * X(k) = sqrt(n) exp(i pi / 4) exp(i pi (2 k shift - k^2) / n). */
static void compare_point(const struct state *s, int64_t k, const double *point,
                          struct found *found) {
  const uint64_t turn = 8 * (uint64_t)s->n, shift = (uint64_t)shift_of(s->transforms - 1);
  const uint64_t u = (uint64_t)k;
  const double size = 1 / sqrt((double)s->n);
  double root[2];
  fft_unit_root((int64_t)((4 * (2 * u * shift - u * u) + (uint64_t)s->n) & (turn - 1)),
                (int64_t)turn, root);
  const double off[2] = {point[0] * size - root[0], point[1] * size - root[1]};
  const double error = off[0] * off[0] + off[1] * off[1];
  const double limit = THRESHOLD * DBL_EPSILON * s->bits;
  found->energy += point[0] * point[0] + point[1] * point[1];
  found->sum[0] += point[0];
  found->sum[1] += point[1];
  if (error > found->max)
    found->max = error;
  found->count += error <= limit * limit; /* a NaN is not */
}

/* Compares, and fills x again: the results of the own units lie where their numbers were, or in w.
 */
static void compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const int64_t ratio = s->n2 / s->n1, stride = s->parts > 1 ? s->w.stride : s->n1;
  const double *result = s->parts > 1 ? s->w.points : s->x.points;
  struct found found = {0};
  for (int64_t row = begin * ratio; row < end * ratio; row++)
    for (int64_t k = 0; k < s->n1; k++)
      compare_point(s, row * s->n1 + k, result + 2 * ((row - s->begin * ratio) * stride + k),
                    &found);
  fill_units(s, begin, end);
  *(struct found *)partial = found;
}

static void compare_combine(void *into, const void *from) {
  struct found *a = into;
  const struct found *b = from;
  a->max = b->max > a->max ? b->max : a->max;
  a->energy += b->energy;
  a->sum[0] += b->sum[0];
  a->sum[1] += b->sum[1];
  a->count += b->count;
}

static int compare_then(void *opaque, const void *total) {
  ((struct state *)opaque)->found = total ? *(const struct found *)total : (struct found){0};
  return PHASE_END;
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  double n = (double)problem->n;
  struct verdict verdict = {.tolerance = THRESHOLD};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", s->found.energy / n);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", n);
  verdict.error = sqrt(s->found.max) / (DBL_EPSILON * s->bits);
  if (s->found.count != problem->n || s->transforms != passes ||
      !isfinite(s->found.sum[0] + s->found.sum[1]))
    verdict.error = INFINITY;
  return verdict;
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
                       .body = compare_body,
                       .partial_bytes = sizeof(struct found),
                       .combine = compare_combine,
                       .then = compare_then},
};

static struct work work(const struct problem *problem, int parts) {
  const int bits = bits_of(problem->n);
  const int64_t n1 = INT64_C(1) << bits / 2, n2 = (INT64_C(1) << bits) / n1;
  const int64_t chunk = chunk_of(quotient_up(n1, parts), n2);
  const double n = (double)n1 * (double)n2, point = sizeof(complex_pair);
  return (struct work){
      .operations = 5 * n * bits,
      .bytes = 2 * n * point,
      .traffic = (parts > 1 && n1 > 1 ? 6 : 4) * n * point,
      .messages = 3 * pipeline_messages(n1, parts, chunk),
      .memory = n * point + (double)n2 * (double)stride_of(n1) * point +
                pipeline_bytes(n1, parts, chunk, n2 / n1, sizeof(complex_pair)) +
                parts * (double)((INT64_C(1) << (bits + 1) / 2) + n1) * point,
  };
}

const struct kernel kernel_fft = {
    .name = "fft",
    .summary = "Fourier transform of n = 2^k complex numbers, all parts exchange blocks",
    .description = description,
    .counting = counting,
    .oracle = oracle,
    .exchanged = exchanged,
    .expectation = expectation,
    .unit = "matrix row",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_POWER, 1 << 21, 2, 1 << 30, "number", "complex numbers, a power of two"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .close = close_part,
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
    .work = work,
    .verify = verify,
};
