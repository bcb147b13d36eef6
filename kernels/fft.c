/* fft: the discrete Fourier transform of n = 2^k complex numbers, in three transpositions between
 * which short transforms are done in cache (D. Bailey, "FFTs in external or hierarchical memory",
 * 1990). FFTW does the short ones. */
#include <fftw3.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(__AVX__)
#  include <immintrin.h>
#endif

#include "common/memory.h"
#include "kernels/blocks/inline.h"
#include "kernels/kernel.h"

enum { PHASE_FILL, PHASE_TRANSFORM, PHASE_COMPARE };

/* The numbers x(j), j = n2 j1 + j2, are an n1 x n2 matrix in row-major order, and so are the n2 x
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
 * and the rows k2 = r u ... of the result. */
enum step { SPREAD, COLUMNS, ROWS };

enum {
  GROUP = 8,         /* short transforms side by side: two cache lines of each row are used whole */
  LINE = 4,          /* complex numbers in a cache line */
  LONGEST = 1 << 15, /* the longest short transform: n is at most 2^30 */
  SCRATCH = 2 * (LONGEST + LINE), /* complex numbers on the stack: 1 MiB */
  CHUNK_BYTES = 2 << 20,          /* of a part, that travel in one step, at most ... */
  CHUNKS_LEAST = 8,               /* ... and so that there are so many, if its units suffice */
  FACTORS = 256 /* most entries in each of two tables for one row's factors: 2^8 * 2^8 */
};

#define STREAM_BYTES                                                                               \
  (INT64_C(48) << 20)  /* own data beyond which no cache holds what is written                     \
                        */
#define THRESHOLD 16.0 /* HPCC's: greatest error in units of epsilon * log2(n) */

typedef double complex_pair[2]; /* as fftw_complex, which this file never lets C multiply */

/* What a CHECK phase found. */
struct found {
  double greatest; /* square of an element's distance from what it must be, over n */
  double energy;   /* sum of the squares of all magnitudes */
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
  int bits;               /* n = 2^bits */
  struct matrix x, w;     /* own units of both */
  fftw_plan plan1, plan2; /* of n1 and n2 numbers */
  double *low, *high; /* w^i and w^(i << low_bits): two tables of about sqrt(n) for all powers */
  int low_bits;
  bool stream; /* writes go past the caches */
  enum step step;
  /* With several parts a step is cut: at tick t chunk t of the own rows is transformed and packed
   * while chunk t-1 is on its way and chunk t-2, which has come, is put in its place. */
  int64_t tick, chunk, chunks; /* units in a chunk; the most chunks that a part has */
  double *send[2], *receive[2];
  int64_t *send_count, *receive_count;
  int64_t room; /* numbers in each buffer for receiving */
  int parts, part;
  const int64_t *bounds;
  int64_t transforms; /* done */
  struct found found;
};

static int64_t least(int64_t x, int64_t y) {
  return x < y ? x : y;
}

static int64_t greatest(int64_t x, int64_t y) {
  return x > y ? x : y;
}

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
  return n1 + LINE;
}

static int64_t chunk_of(int64_t most_units, int64_t n2) {
  int64_t fit = CHUNK_BYTES / (n2 * (int64_t)sizeof(complex_pair));
  return greatest(least(most_units / CHUNKS_LEAST, fit), least(most_units, GROUP));
}

/* exp(2 pi i e / n) to the last bit or so: the angle is brought to the first octant in whole
 * numbers. n is a multiple of 8, 0 <= e < n. */
static void unit_root(int64_t e, int64_t n, double root[2]) {
  const int64_t eighth = n / 8, octant = e / eighth, rest = e % eighth;
  const double angle =
      2 * 3.14159265358979323846 * ((double)(octant % 2 ? eighth - rest : rest) / (double)n);
  const double c = cos(angle), s = sin(angle);
  const bool swapped = octant % 4 == 1 || octant % 4 == 2;
  const double re = swapped ? s : c, im = swapped ? c : s;
  root[0] = octant >= 2 && octant < 6 ? -re : re;
  root[1] = octant >= 4 ? -im : im;
}

static int open_roots(struct state *s, struct error *error) {
  const int64_t low = INT64_C(1) << s->low_bits, high = s->n >> s->low_bits;
  void *memory;
  if (memory_allocate(&memory, low + high, sizeof(complex_pair), "the roots of unity", error))
    return error->code;
  s->low = memory;
  s->high = s->low + 2 * low;
  for (int64_t i = 0; i < low + high; i++) {
    int64_t e = i < low ? i : (i - low) << s->low_bits;
    unit_root((8 * s->n - 8 * e) % (8 * s->n), 8 * s->n, s->low + 2 * i);
  }
  return 0;
}

/* Estimated plans are the same in every process and run, which measured ones are not; and where a
 * short transform goes from one place to another they are as good (measured: within 5 % to 2^11).
 * Each is then run on rows of all alignments that occur: multiples of a complex number. */
static int open_plans(struct state *s, struct error *error) {
  fftw_complex *in = fftw_alloc_complex((size_t)s->n2), *out = fftw_alloc_complex((size_t)s->n2);
  if (in && out) {
    s->plan1 = fftw_plan_dft_1d((int)s->n1, in, out, FFTW_FORWARD, FFTW_ESTIMATE);
    s->plan2 = fftw_plan_dft_1d((int)s->n2, in, out, FFTW_FORWARD, FFTW_ESTIMATE);
  }
  fftw_free(in);
  fftw_free(out);
  return s->plan1 && s->plan2 ? 0 : error_set(error, EXIT_MACHINE, "no memory for FFTW's plans");
}

static int open_buffers(struct state *s, struct error *error) {
  int64_t own = s->end - s->begin, ratio = s->n2 / s->n1, most = 0;
  void *memory;
  for (int i = 0; i < s->parts; i++)
    most = greatest(most, s->bounds[i + 1] - s->bounds[i]);
  s->chunk = chunk_of(most, s->n2);
  s->chunks = (most + s->chunk - 1) / s->chunk;
  for (int i = 0; i < s->parts; i++)
    if (i != s->part)
      s->room += least(s->chunk, s->bounds[i + 1] - s->bounds[i]) * own * ratio;
  for (int i = 0; i < 2; i++) { /* never NULL, which must not be counted from */
    if (memory_allocate(&memory, 1 + least(s->chunk, own) * (s->n1 - own) * ratio,
                        sizeof(complex_pair), "what is sent", error))
      return error->code;
    s->send[i] = memory;
    if (memory_allocate(&memory, 1 + s->room, sizeof(complex_pair), "what is received", error))
      return error->code;
    s->receive[i] = memory;
  }
  if (memory_allocate(&memory, s->parts, 2 * sizeof(int64_t), "the counts", error))
    return error->code;
  s->send_count = memory;
  s->receive_count = s->send_count + s->parts;
  return 0;
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
  s->bounds = part->bounds;
  s->low_bits = (s->bits + 1) / 2;
  s->step = s->parts > 1 ? SPREAD : COLUMNS;
  s->stream = (s->end - s->begin) * s->n2 * 2 * (int64_t)sizeof(complex_pair) > STREAM_BYTES;
  if (open_matrices(s, error) || open_roots(s, error) || open_plans(s, error))
    return error->code;
  return s->parts > 1 ? open_buffers(s, error) : 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->x.points);
  free(s->w.points);
  free(s->low);
  for (int i = 0; i < 2; i++) {
    free(s->send[i]);
    free(s->receive[i]);
  }
  free(s->send_count);
  if (s->plan1)
    fftw_destroy_plan(s->plan1);
  if (s->plan2)
    fftw_destroy_plan(s->plan2);
}

/* Row `row`, a global number, of a matrix. */
static double *row_of(const struct state *s, const struct matrix *matrix, int64_t row) {
  return matrix->points + 2 * (row - s->begin * matrix->rows_of_unit) * matrix->stride;
}

/* -- Transposing ------------------------------------------------------------------------------ */

/* Two complex numbers; of any alignment, compilers make their processor's instructions of it. */
#if defined(__has_builtin)
#  if __has_builtin(__builtin_shufflevector)
#    define PAIRS
typedef double pair __attribute__((vector_size(4 * sizeof(double)), aligned(8), may_alias));
#  endif
#endif

/* A matrix of complex numbers and where its transpose goes. */
struct block {
  const double *from;
  double *to;
  int64_t from_stride, to_stride;
  int64_t rows, columns;
  bool stream; /* where there are GROUP rows, which is a run of cache lines, past the caches */
};

ALWAYS_INLINE void move_one(const struct block *b, int64_t row, int64_t column) {
  const double *from = b->from + 2 * (row * b->from_stride + column);
  double *to = b->to + 2 * (column * b->to_stride + row);
  to[0] = from[0];
  to[1] = from[1];
}

ALWAYS_INLINE void store_pair(double *to, const void *value, bool stream) {
#if defined(__AVX__)
  if (stream) {
    _mm256_stream_pd(to, *(const __m256d *)value);
    return;
  }
#endif
  (void)stream;
#if defined(PAIRS)
  *(pair *)to = *(const pair *)value; /* memcpy would go through the stack, in halves */
#else
  memcpy(to, value, 4 * sizeof(double));
#endif
}

/* Two rows and two columns. */
ALWAYS_INLINE void move_four(const struct block *b, int64_t row, int64_t column, bool stream) {
#if defined(PAIRS)
  const double *from = b->from + 2 * (row * b->from_stride + column);
  double *to = b->to + 2 * (column * b->to_stride + row);
  const pair upper = *(const pair *)from, lower = *(const pair *)(from + 2 * b->from_stride);
  _Alignas(32) double left[4], right[4];
  *(pair *)left = __builtin_shufflevector(upper, lower, 0, 1, 4, 5);
  *(pair *)right = __builtin_shufflevector(upper, lower, 2, 3, 6, 7);
  store_pair(to, left, stream);
  store_pair(to + 2 * b->to_stride, right, stream);
#else
  (void)stream;
  for (int i = 0; i < 4; i++)
    move_one(b, row + i / 2, column + i % 2);
#endif
}

static void move_rest(const struct block *b, int64_t rows_done, int64_t columns_done) {
  for (int64_t row = 0; row < b->rows; row++)
    for (int64_t column = row < rows_done ? columns_done : 0; column < b->columns; column++)
      move_one(b, row, column);
}

/* Few columns: GROUP of a matrix that lies in memory. While they are read, the next ones, which lie
 * beside them, are asked for into the second-level cache: they arrive while these are transformed,
 * and pages and cache lines far apart, which no hardware prefetcher follows, cost nothing. */
static void gather(const struct block *b) {
  const int64_t rows = b->rows & ~INT64_C(1), columns = b->columns & ~INT64_C(1);
  for (int64_t row = 0; row < rows; row += 2) {
    for (int64_t i = row; i < row + 2; i++)
      for (int64_t line = 0; line < GROUP; line += LINE)
        __builtin_prefetch(b->from + 2 * (i * b->from_stride + GROUP + line), 0, 2);
    for (int64_t column = 0; column < columns; column += 2)
      move_four(b, row, column, false);
  }
  move_rest(b, rows, columns);
}

ALWAYS_INLINE void scatter_columns(const struct block *b, int64_t rows, bool stream) {
  for (int64_t column = 0; column + 2 <= b->columns; column += 2)
    for (int64_t row = 0; row < rows; row += 2)
      move_four(b, row, column, stream);
}

/* Whether GROUP rows are whole lines in every column: where parts are uneven they need not be. */
static bool are_lines(const struct block *b) {
  return (uintptr_t)b->to % (LINE * sizeof(complex_pair)) == 0 && b->to_stride % LINE == 0;
}

/* Few rows: those of the scratch space, to columns of a matrix that lies in memory. */
static void scatter(const struct block *b) {
  const int64_t rows = b->rows & ~INT64_C(1), columns = b->columns & ~INT64_C(1);
  if (rows == GROUP && b->stream && are_lines(b))
    scatter_columns(b, GROUP, true);
  else if (rows == GROUP)
    scatter_columns(b, GROUP, false);
  else
    scatter_columns(b, rows, false);
  move_rest(b, rows, columns);
}

/* -- The factors between the two transforms --------------------------------------------------- */

ALWAYS_INLINE void multiply(const double a[2], const double b[2], double product[2]) {
  const double re = a[0] * b[0] - a[1] * b[1], im = a[0] * b[1] + a[1] * b[0];
  product[0] = re;
  product[1] = im;
}

/* w^e for any e >= 0: the product of an entry of each table. */
static void factor(const struct state *s, int64_t e, double power[2]) {
  const int64_t mask = s->n - 1, low = (INT64_C(1) << s->low_bits) - 1;
  multiply(s->low + 2 * (e & low), s->high + 2 * ((e & mask) >> s->low_bits), power);
}

/* What w^(j (column + i)) is for i = 0 and 1, as four lanes that multiply two numbers: the real
 * parts, and the imaginary ones with the sign that they take in. */
struct fine {
  double re[4], im[4];
};

/* Two numbers times their fine factors and a coarse one, from one place to another. */
ALWAYS_INLINE void multiply_pair(const double *from, double *to, const double *fine_re,
                                 const double *fine_im, const double coarse[2], bool stream) {
  _Alignas(32) double product[4];
#if defined(PAIRS)
  const pair re = *(const pair *)fine_re, im = *(const pair *)fine_im, sign = {-1, 1, -1, 1};
  const pair x = *(const pair *)from, swapped = __builtin_shufflevector(x, x, 1, 0, 3, 2);
  const pair factor_re = re * coarse[0] - im * coarse[1];
  const pair factor_im = re * (sign * coarse[1]) + im * (sign * coarse[0]);
  *(pair *)product = x * factor_re + swapped * factor_im;
#else
  for (int i = 0; i < 4; i += 2) {
    const double fine[2] = {fine_re[i], fine_im[i]};
    double both[2];
    multiply(fine, coarse, both);
    multiply(both, from + i, product + i);
  }
#endif
  store_pair(to, product, stream);
}

/* What w^(j k) is for k below a power of two: each number twice, as multiply_pair wants it. */
static int64_t fine_factors(const struct state *s, int64_t j, double *re, double *im) {
  const int64_t block = INT64_C(1) << (s->bits / 2 + 1) / 2;
  for (int64_t k = 0; k < block; k++) {
    double fine[2];
    factor(s, j * k, fine);
    re[2 * k] = re[2 * k + 1] = fine[0];
    im[2 * k] = im[2 * k + 1] = fine[1];
  }
  return block;
}

ALWAYS_INLINE void multiply_blocks(const struct state *s, int64_t j, const double *restrict from,
                                   double *restrict to, bool stream) {
  double re[2 * FACTORS], im[2 * FACTORS], coarse[2];
  const int64_t block = fine_factors(s, j, re, im);
  for (int64_t i = 0; i < s->n1; i += block) {
    factor(s, j * i, coarse);
    for (int64_t k = 0; k < block; k += 2)
      multiply_pair(from + 2 * (i + k), to + 2 * (i + k), re + 2 * k, im + 2 * k, coarse, stream);
  }
}

/* to(k) = from(k) w^(j k) for all k. With k = i + k', i a multiple of a block's length, that is
 * w^(j i) w^(j k'): about 2 sqrt(n1) factors from the tables, and one more multiplication for each
 * k. */
static void multiply_row(const struct state *s, int64_t j, const double *from, double *to,
                         bool stream) {
  if (s->n1 == 1)
    memcpy(to, from, sizeof(complex_pair)); /* times w^0; the loops need two numbers */
  else if (stream)
    multiply_blocks(s, j, from, to, true);
  else
    multiply_blocks(s, j, from, to, false);
}

/* What went past the caches is there for others who are told, by whatever means, that it is. */
static void finish_stream(const struct state *s) {
#if defined(__AVX__)
  if (s->stream)
    _mm_sfence();
#endif
  (void)s;
}

/* -- Short transforms ------------------------------------------------------------------------- */

static void run_plan(const struct state *s, int64_t length, const double *in, double *out) {
  union {
    const double *given;
    fftw_complex *as_fftw_wants_it; /* which it does not write */
  } from = {in};
  fftw_execute_dft(length == s->n1 && s->step == COLUMNS ? s->plan1 : s->plan2,
                   from.as_fftw_wants_it, (fftw_complex *)out);
}

/* How many transforms of `length` are done side by side. The scratch space has a row more: each
 * goes from its row to the one before, so all need hardly more of the cache than once. */
static int64_t group_of(int64_t length) {
  int64_t group = GROUP;
  while ((group + 1) * (length + LINE) > SCRATCH)
    group /= 2;
  return group;
}

/* The columns [begin, end) of x are transformed, multiplied and become rows of w. */
static void columns_body(const struct state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * SCRATCH];
  const int64_t length = s->n1, stride = length + LINE, group = group_of(length);
  for (int64_t j = begin, count; j < end; j += count) {
    count = least(group - j % group, end - j);
    gather(&(struct block){.from = s->x.points + 2 * j,
                           .to = scratch + 2 * stride,
                           .from_stride = s->x.stride,
                           .to_stride = stride,
                           .rows = length,
                           .columns = count});
    for (int64_t i = 0; i < count; i++) {
      double *row = scratch + 2 * i * stride;
      run_plan(s, length, row + 2 * stride, row);
      multiply_row(s, j + i, row, row_of(s, &s->w, j + i), s->stream);
    }
  }
}

/* The columns [begin, end) of w are transformed and become columns of the result, in x. */
static void rows_body(const struct state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * SCRATCH];
  const int64_t length = s->n2, stride = length + LINE, group = group_of(length);
  for (int64_t k = begin, count; k < end; k += count) {
    count = least(group - k % group, end - k);
    gather(&(struct block){.from = s->w.points + 2 * k,
                           .to = scratch + 2 * stride,
                           .from_stride = s->w.stride,
                           .to_stride = stride,
                           .rows = length,
                           .columns = count});
    for (int64_t i = 0; i < count; i++)
      run_plan(s, length, scratch + 2 * (i + 1) * stride, scratch + 2 * i * stride);
    scatter(&(struct block){.from = scratch,
                            .to = s->x.points + 2 * k,
                            .from_stride = stride,
                            .to_stride = s->n1,
                            .rows = count,
                            .columns = length,
                            .stream = s->stream});
  }
}

/* -- Between parts ---------------------------------------------------------------------------- */

struct span {
  int64_t begin, end;
};

/* The units of chunk `chunk` of a part. */
static struct span chunk_units(const struct state *s, int part, int64_t chunk) {
  int64_t end = s->bounds[part + 1], begin = least(s->bounds[part] + chunk * s->chunk, end);
  return (struct span){begin, least(begin + s->chunk, end)};
}

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
  double *packed = s->send[s->tick % 2] + 2 * (first - rows->begin);
  struct block block = {.from = from,
                        .to = packed,
                        .from_stride = from_stride,
                        .to_stride = width,
                        .rows = count,
                        .columns = own_begin};
  scatter(&block);
  block.from = from + 2 * own_end;
  block.to = packed + 2 * own_begin * width;
  block.columns = length - own_end;
  scatter(&block);
  block.from = from + 2 * own_begin;
  block.to = to->points + 2 * first;
  block.to_stride = to->stride;
  block.columns = own_end - own_begin;
  block.stream = s->stream;
  scatter(&block);
}

/* A share of the chunk's rows: what is to be done to them in this step, and off they go. */
static void produce(const struct state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * SCRATCH];
  const struct matrix *source = source_of(s);
  const struct span all = chunk_units(s, s->part, s->tick);
  const int64_t own = s->end - s->begin, length = source->length, stride = length + LINE;
  const int64_t rows_of_unit = source->rows_of_unit, chunk = (all.end - all.begin) * rows_of_unit;
  const struct span rows = {all.begin * rows_of_unit, all.end * rows_of_unit};
  const int64_t first = rows.begin + (begin - s->begin) * chunk / own;
  const int64_t last = rows.begin + (end - s->begin) * chunk / own;
  for (int64_t row = first, count; row < last; row += count) {
    count = least(group_of(length), last - row);
    if (s->step == SPREAD) {
      spread_rows(s, &rows, row, count, row_of(s, source, row), source->stride);
      continue;
    }
    for (int64_t i = 0; i < count; i++) {
      double *out = scratch + 2 * i * stride;
      run_plan(s, length, row_of(s, source, row + i), out + (s->step == COLUMNS ? 2 * stride : 0));
      if (s->step == COLUMNS)
        multiply_row(s, row + i, out + 2 * stride, out, false);
    }
    spread_rows(s, &rows, row, count, scratch, stride);
  }
}

/* What has come from the others for the own units [begin, end): runs of their rows of the target.
 */
static void consume(const struct state *s, int64_t begin, int64_t end) {
  const struct matrix *source = source_of(s), *to = target_of(s);
  const int64_t first = begin * to->rows_of_unit, last = end * to->rows_of_unit;
  const double *piece = s->receive[s->tick % 2];
  for (int i = 0; i < s->parts; i++) {
    const struct span span = chunk_units(s, i, s->tick - 2);
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
  struct state *s = opaque;
  const int64_t chunk = s->tick - 1, own = s->end - s->begin, ratio = s->n2 / s->n1;
  if (chunk < 0 || chunk >= s->chunks)
    return;
  struct span mine = chunk_units(s, s->part, chunk);
  for (int i = 0; i < s->parts; i++) {
    struct span span = chunk_units(s, i, chunk);
    bool other = i != s->part;
    s->send_count[i] =
        other ? (mine.end - mine.begin) * ratio * (s->bounds[i + 1] - s->bounds[i]) : 0;
    s->receive_count[i] = other ? (span.end - span.begin) * ratio * own : 0;
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(complex_pair),
      .send = s->send[chunk % 2],
      .send_count = s->send_count,
      .receive = s->receive[chunk % 2],
      .receive_count = s->receive_count,
      .capacity = s->room,
      .known = true,
  };
}

/* -- The phases ------------------------------------------------------------------------------- */

static void transform_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const int64_t ratio = s->n2 / s->n1;
  (void)partial;
  if (s->parts > 1) {
    if (s->tick >= 2)
      consume(s, begin, end);
    if (s->tick < s->chunks)
      produce(s, begin, end);
    finish_stream(s);
  } else if (s->step == COLUMNS) {
    columns_body(s, begin * ratio, end * ratio);
    finish_stream(s);
  } else {
    rows_body(s, begin, end);
    finish_stream(s);
  }
}

static int transform_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  if (s->parts > 1 && s->tick < s->chunks + 1) {
    s->tick++;
    return PHASE_TRANSFORM;
  }
  s->tick = 0;
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
    unit_root((int64_t)(4 * u * u & (turn - 1)), (int64_t)turn,
              s->x.points + 2 * (j - s->begin * s->n2));
  }
}

/* The units' pages of the buffers. */
static void touch_buffers(const struct state *s, int64_t begin, int64_t end) {
  const int64_t own = s->end - s->begin, ratio = s->n2 / s->n1;
  const int64_t sent = least(s->chunk, own) * (s->n1 - own) * ratio;
  const int64_t rooms[2] = {sent, s->room};
  for (int i = 0; i < 4; i++) {
    int64_t room = rooms[i % 2], first = (begin - s->begin) * room / own;
    int64_t last = (end - s->begin) * room / own;
    double *buffer = i % 2 ? s->receive[i / 2] : s->send[i / 2];
    if (last > first)
      memset(buffer + 2 * first, 0, (size_t)(last - first) * sizeof(complex_pair));
  }
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  (void)partial;
  fill_units(s, begin, end);
  for (int64_t row = begin * s->w.rows_of_unit; row < end * s->w.rows_of_unit; row++)
    memset(row_of(s, &s->w, row), 0, (size_t)s->w.stride * sizeof(complex_pair));
  if (s->parts > 1)
    touch_buffers(s, begin, end);
}

/* Element k of the result. The transform of the chirp is a chirp again, all of it known:
 * X(k) = sqrt(n) exp(i pi / 4) exp(i pi (2 k shift - k^2) / n). */
static void compare_point(const struct state *s, int64_t k, const double *point,
                          struct found *found) {
  const uint64_t turn = 8 * (uint64_t)s->n, shift = (uint64_t)shift_of(s->transforms - 1);
  const uint64_t u = (uint64_t)k;
  const double size = 1 / sqrt((double)s->n);
  double root[2];
  unit_root((int64_t)((4 * (2 * u * shift - u * u) + (uint64_t)s->n) & (turn - 1)), (int64_t)turn,
            root);
  const double off[2] = {point[0] * size - root[0], point[1] * size - root[1]};
  const double error = off[0] * off[0] + off[1] * off[1];
  const double limit = THRESHOLD * DBL_EPSILON * s->bits;
  found->energy += point[0] * point[0] + point[1] * point[1];
  found->sum[0] += point[0];
  found->sum[1] += point[1];
  if (error > found->greatest)
    found->greatest = error;
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
  a->greatest = b->greatest > a->greatest ? b->greatest : a->greatest;
  a->energy += b->energy;
  a->sum[0] += b->sum[0];
  a->sum[1] += b->sum[1];
  a->count += b->count;
}

static int compare_then(void *opaque, const void *total) {
  ((struct state *)opaque)->found = total ? *(const struct found *)total : (struct found){0};
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_TRANSFORM] = {.name = "transform",
                         .stage = STAGE_TIMED,
                         .request = transform_request,
                         .body = transform_body,
                         .edge = 0, /* what comes is used at the tick after */
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
  double n = (double)n1 * (double)n2, owners = (double)least(parts, n1);
  double messages = 0, buffers = 0, point = sizeof(complex_pair);
  if (owners > 1) {
    int64_t own = (n1 + (int64_t)owners - 1) / (int64_t)owners, chunk = chunk_of(own, n2);
    messages = 3 * owners * (owners - 1) * (double)((own + chunk - 1) / chunk);
    buffers = 4 * (double)chunk * (owners - 1) * (double)n2 * point +
              2.0 * parts * parts * sizeof(int64_t);
  }
  return (struct work){
      .operations = 5 * n * bits,
      .bytes = 2 * n * point,
      .traffic = (owners > 1 ? 6 : 4) * n * point,
      .messages = messages,
      .memory = n * point + (double)n2 * (double)stride_of(n1) * point + buffers +
                parts * (double)((INT64_C(1) << (bits + 1) / 2) + n1) * point,
  };
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  double n = (double)problem->n;
  struct verdict verdict = {.tolerance = THRESHOLD};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", s->found.energy / n);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", n);
  verdict.error = sqrt(s->found.greatest) / (DBL_EPSILON * s->bits);
  if (s->found.count != problem->n || s->transforms != passes ||
      !isfinite(s->found.sum[0] + s->found.sum[1]))
    verdict.error = INFINITY;
  return verdict;
}

const struct kernel kernel_fft = {
    .name = "fft",
    .summary = "Fourier transform of n = 2^k complex numbers, all parts exchange blocks",
    .description =
        "The forward discrete Fourier transform of n complex numbers of double precision, in "
        "natural order before and after, as the FFT of the HPC Challenge. n must be a power of "
        "two. The numbers are an n1 x n2 matrix: the columns are transformed, multiplied with "
        "powers of exp(-2 pi i / n), and the rows are transformed (D. Bailey, FFTs in external or "
        "hierarchical memory, J. Supercomputing 4, 1990). FFTW does these short transforms, which "
        "fit the caches, by plans that it estimates and does not measure: so they are the same in "
        "every process and run, and with them the bits of the result.",
    .counting =
        "5 n log2(n) flop, as in the HPC Challenge and everywhere else, whatever the method takes. "
        "Bytes: each number read and written once. The traffic is that of two sweeps, each of "
        "which reads and writes all; three between parts.",
    .oracle =
        "Numbers x(j) = exp(i pi (j+s)^2 / n), a chirp, have the transform X(k) = sqrt(n) exp(i pi "
        "/ 4) exp(i pi (2 k s - k^2) / n), a Gauss sum; s is another one each time. Every element "
        "is compared. The error is the greatest distance over sqrt(n), in units of epsilon "
        "log2(n), and may be 16, as in the HPC Challenge. The value shown is the sum of all "
        "|X(k)|^2 over n, which is n (Parseval).",
    .exchanged =
        "Three times all numbers, from every part to every other: rows to columns, columns to rows "
        "and rows to natural order. They travel in chunks of at most 2 MiB from each part, already "
        "transposed: while one chunk is on its way, the next is transformed and packed and the one "
        "before is put in its place. One part sends nothing and packs nothing.",
    .expectation =
        "In one process, computing: memory is swept twice, and computing waits for little of it. "
        "Threads scale until the memory is saturated. Processes move all data three times more, "
        "through the memory they share or the network's bisection bandwidth, which then limits "
        "them.",
    .unit = "matrix row",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_POWER, 1 << 21, 2, 1 << 30, "number", "complex numbers, a power of two"},
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .close = close_part,
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
    .work = work,
    .verify = verify,
};
