/* sparse: product of a sparse matrix and a vector, scrambled, as in the Parallel Research Kernels.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/inline.h"
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/random.h"
#include "kernels/kernel.h"

enum { RADIUS, ITERATIONS };
enum { PHASE_FILL, PHASE_ADVANCE, PHASE_MULTIPLY, PHASE_LOOK };

/* What element c of the vector holds before the first product, in units of c + 1: no binary
 * fraction, so that single precision does not hold what it becomes. */
#define START (2.0 / 3)

/* Doubles of padding after each line of the vector. Without it, neighbours in the grid are at
 * distances of powers of two and map to few sets of every cache (cache-set conflicts). */
enum { PAD = 8 };

/* Rows of a tile along a line of the grid, a multiple of those that are summed abreast. */
enum { TILE = 256, ABREAST = 2 };
enum { IN_LINE = 8 }; /* elements in a line of the cache */

static const struct kernel_option options[] = {
    {"radius", OPTION_COUNT, 4, 0, 64, "point", "of the star: 4 radius + 1 entries in a row"},
    {"iterations", OPTION_COUNT, 1, 1, 1000000, "iteration", "products in one repetition"},
    {0},
};

/* What a CHECK phase found. */
struct finding {
  double error;    /* maximum over all elements of the result, relative */
  double sum;      /* of the elements */
  double expected; /* the sum of what they must be */
  int64_t count;   /* elements that were looked at */
};

/* The grid has n x n points; a line of it is a unit, with n rows of the matrix. */
struct state {
  int64_t n, begin, end; /* this part owns lines [begin, end) */
  int64_t radius, entries;
  int64_t iterations, iteration;
  int64_t products; /* since SETUP */
  int bits;         /* of a point's number */
  uint32_t *column; /* own rows: entries places in `vector` each, rising */
  double *value;    /* own rows: entries each */
  double *vector;   /* all lines, each with PAD more */
  double *result;   /* own rows */
  uint64_t *seeds;  /* of the points of a line, and `radius` more at both ends: see weigh_line */
  struct finding finding;
};

static int64_t entries_of(const struct problem *problem) {
  return 4 * problem->value[RADIUS] + 1;
}

/* The lowest `bits` bits in the opposite order: what scrambles the points. */
static int64_t reversed(int64_t x, int bits) {
  int64_t y = 0;
  for (int i = 0; i < bits; i++)
    y |= (x >> i & 1) << (bits - 1 - i);
  return y;
}

static void insert(uint32_t *column, int64_t count, uint32_t point) {
  for (; count > 0 && column[count - 1] > point; count--)
    column[count] = column[count - 1];
  column[count] = point;
}

/* Coordinate x + d on a grid without borders. */
static int64_t wrapped(int64_t x, int64_t d, int64_t n) {
  return ((x + d) % n + n) % n;
}

/* The digits of x, 0 <= x < n, to base 2 in the opposite order, of as many as n points have. For
 * the oracle, which must not share the matrix's errors. */
static int64_t mirrored(int64_t x, int64_t n) {
  int64_t y = 0;
  for (int64_t unit = 1; unit < n; unit *= 2)
    y = 2 * y + x / unit % 2;
  return y;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  const int64_t n = problem->n; /* at most 2^15, so that places fit 32 bits */
  s->n = n;
  s->begin = part->begin;
  s->end = part->end;
  s->radius = problem->value[RADIUS];
  s->entries = entries_of(problem);
  s->iterations = problem->value[ITERATIONS];
  while (INT64_C(1) << s->bits < n * n)
    s->bits++;
  int64_t rows = (part->end - part->begin) * n;
  size_t entries = (size_t)s->entries;
  if (memory_allocate(&s->column, rows, entries * sizeof(uint32_t), "the columns", error) ||
      memory_allocate(&s->value, rows, entries * sizeof(double), "the matrix", error) ||
      memory_allocate(&s->vector, n, (size_t)(n + PAD) * sizeof(double), "the vector", error) ||
      memory_allocate(&s->result, rows, sizeof(double), "the result", error) ||
      memory_allocate(&s->seeds, n + 2 * s->radius, sizeof(uint64_t), "the seeds", error))
    return error->code;
  for (int64_t i = 0; i < n + 2 * s->radius; i++)
    s->seeds[i] = (uint64_t)(mirrored(wrapped(i, -s->radius, n), n) * n) * RANDOM_STEP;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->column);
  free(s->value);
  free(s->vector);
  free(s->result);
  free(s->seeds);
}

/* What the entries of column c are worth: 1 and a fraction without order. */
static double weight_of(uint64_t c) {
  return 1 + fraction_of(c * RANDOM_STEP, fraction_mask(FRACTION_BITS));
}

/* Row (x, line): the star around that point, scrambled, by rising columns. Column c has the value
 * weight_of(c) / (c + 1). */
static void fill_row(struct state *s, int64_t line, int64_t x) {
  const int64_t row = (line - s->begin) * s->n + x, n = s->n;
  uint32_t *column = s->column + row * s->entries;
  double *value = s->value + row * s->entries;
  int64_t count = 0;
  insert(column, count++, (uint32_t)reversed(line * n + x, s->bits));
  for (int64_t d = -s->radius; d <= s->radius; d++) {
    if (d == 0)
      continue;
    insert(column, count++, (uint32_t)reversed(line * n + wrapped(x, d, n), s->bits));
    insert(column, count++, (uint32_t)reversed(wrapped(line, d, n) * n + x, s->bits));
  }
  for (int64_t k = 0; k < count; k++) {
    value[k] = weight_of(column[k]) / (double)(column[k] + UINT32_C(1));
    column[k] += (uint32_t)(column[k] / n * PAD);
  }
}

static double *vector_line(const struct state *s, int64_t line) {
  return s->vector + line * (s->n + PAD);
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t line = begin; line < end; line++) {
    double *vector = vector_line(s, line), *result = s->result + (line - s->begin) * s->n;
    for (int64_t i = 0; i < s->n; i++)
      vector[i] = START * (double)(line * s->n + i + 1);
    for (int64_t i = s->n; i < s->n + PAD; i++)
      vector[i] = 0;
    for (int64_t x = 0; x < s->n; x++) {
      result[x] = 0;
      fill_row(s, line, x);
    }
  }
}

/* Element u of the vector grows by u + 1, so that what was not sent again shows. */
static void advance_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t n = s->n;
  (void)partial;
  for (int64_t line = begin; line < end; line++) {
    double *restrict vector = vector_line(s, line);
    for (int64_t i = 0; i < n; i++)
      vector[i] += (double)(line * n + i + 1);
  }
}

static void multiply_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  request->kind = REQUEST_GATHER;
  request->as.gather = (struct gather){s->vector, (size_t)(s->n + PAD) * sizeof(double)};
}

/* The sum of a row is a chain of additions that each wait for the one before: so ABREAST rows, of
 * `entries` each, at once. */
ALWAYS_INLINE void multiply_abreast(const uint32_t *restrict column, const double *restrict value,
                                    int64_t entries, const double *restrict vector,
                                    double *restrict result, int64_t count) {
  double sum[ABREAST] = {0};
  for (int64_t k = 0; k < entries; k++)
    for (int64_t i = 0; i < count; i++)
      sum[i] += value[i * entries + k] * vector[column[i * entries + k]];
  for (int64_t i = 0; i < count; i++)
    result[i] += sum[i];
}

static void multiply_rows(const uint32_t *column, const double *value, int64_t entries,
                          const double *vector, double *result, int64_t rows) {
  int64_t row = 0;
  for (; row + ABREAST <= rows; row += ABREAST)
    multiply_abreast(column + row * entries, value + row * entries, entries, vector, result + row,
                     ABREAST);
  for (; row < rows; row++)
    multiply_abreast(column + row * entries, value + row * entries, entries, vector, result + row,
                     1);
}

/* By tiles along the lines: what points of one line take from the vector, those beside them on the
 * next line take from the same lines of the cache. And the grid's lines that are an eighth of it
 * apart one after another: the scrambling puts their points into the same lines of the cache. */
static void multiply_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t n = s->n, entries = s->entries, stride = n >= IN_LINE ? n / IN_LINE : 1;
  const int64_t first_end = end - begin < stride ? end : begin + stride;
  (void)partial;
  for (int64_t x = 0; x < n; x += TILE)
    for (int64_t first = begin; first < first_end; first++)
      for (int64_t line = first; line < end; line += stride) {
        int64_t row = (line - s->begin) * n + x;
        multiply_rows(s->column + row * entries, s->value + row * entries, entries, s->vector,
                      s->result + row, n - x < TILE ? n - x : TILE);
      }
}

static int multiply_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->products++;
  if (++s->iteration < s->iterations)
    return PHASE_ADVANCE;
  s->iteration = 0;
  return PHASE_END;
}

/* The number of point (x, line), scrambled, is n times that of x and that of line. So the fraction
 * of its weight is that of seeds[radius + x] and the line's own: what all entries of `count` rows
 * from x on weigh, from the formula and not from the matrix. */
static void weigh_line(const struct state *s, int64_t line, int64_t x, int64_t count,
                       double *restrict weight) {
  const int32_t mask = fraction_mask(FRACTION_BITS);
  const uint64_t *seeds = s->seeds + s->radius + x;
  for (int64_t i = 0; i < count; i++)
    weight[i] = (double)s->entries;
  for (int64_t d = -s->radius; d <= s->radius; d++) {
    const uint64_t of_line = (uint64_t)mirrored(line, s->n) * RANDOM_STEP;
    const uint64_t beside = (uint64_t)mirrored(wrapped(line, d, s->n), s->n) * RANDOM_STEP;
    for (int64_t i = 0; i < count; i++)
      weight[i] += fraction_of(seeds[d + i] + of_line, mask);
    for (int64_t i = 0; d != 0 && i < count; i++)
      weight[i] += fraction_of(seeds[i] + beside, mask);
  }
}

/* In iteration k, counted from 1, element c of the vector is (k + START) (c + 1), which the value
 * weight_of(c) / (c + 1) turns into k + START times the weight. */
static void look_at(const struct state *s, int64_t line, int64_t x, int64_t count,
                    struct finding *finding) {
  const double products = (double)s->products, times = products * ((products + 1) / 2 + START);
  const double *result = s->result + (line - s->begin) * s->n + x;
  double weight[TILE];
  weigh_line(s, line, x, count, weight);
  for (int64_t i = 0; i < count; i++) {
    const double right = times * weight[i];
    finding->error = max_or_nan(finding->error, fabs(result[i] - right) / right);
    finding->sum += result[i];
    finding->expected += right;
  }
  finding->count += count;
}

static void look_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct finding finding = {0};
  for (int64_t line = begin; line < end; line++)
    for (int64_t x = 0; x < s->n; x += TILE)
      look_at(s, line, x, min_of(TILE, s->n - x), &finding);
  *(struct finding *)partial = finding;
}

static void look_combine(void *into, const void *from) {
  struct finding *a = into;
  const struct finding *b = from;
  a->error = max_or_nan(a->error, b->error);
  a->sum += b->sum;
  a->expected += b->expected;
  a->count += b->count;
}

static int look_then(void *opaque, const void *total) {
  ((struct state *)opaque)->finding = total ? *(const struct finding *)total : (struct finding){0};
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_ADVANCE] = {.name = "advance", .stage = STAGE_TIMED, .body = advance_body},
    [PHASE_MULTIPLY] = {.name = "multiply",
                        .stage = STAGE_TIMED,
                        .request = multiply_request,
                        .body = multiply_body,
                        .edge = EDGE_ALL,
                        .then = multiply_then},
    [PHASE_LOOK] = {.name = "look",
                    .stage = STAGE_CHECK,
                    .body = look_body,
                    .partial_bytes = sizeof(struct finding),
                    .combine = look_combine,
                    .then = look_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n, rows = n * n, entries = (double)entries_of(problem);
  double iterations = (double)problem->value[ITERATIONS];
  double vector = n * (n + PAD) * sizeof(double);
  return (struct work){
      .operations = iterations * 2 * entries * rows,
      /* the matrix, the vector (read; read and written to grow) and the result (read and written)
       */
      .bytes = iterations * rows * (entries * 12 + 5 * sizeof(double)),
      .messages = iterations * parts * (parts - 1),
      .memory = rows * (entries * 12 + sizeof(double)) +
                parts * (vector + (n + 2 * (double)problem->value[RADIUS]) * sizeof(uint64_t)),
  };
}

/* All terms are positive: the error of an element is a rounding for each entry, two for each
 * product (one of the vector), and some more. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  const struct finding *finding = &s->finding;
  const int64_t rows = problem->n * problem->n, products = passes * problem->value[ITERATIONS];
  struct verdict verdict = {.tolerance = (double)(s->entries + 2 * products + 8) * 0x1p-53};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", finding->sum / (double)rows);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", finding->expected / (double)rows);
  verdict.error = finding->error + (double)imaxabs(finding->count - rows) +
                  (double)imaxabs(s->products - products);
  return verdict;
}

const struct kernel kernel_sparse = {
    .name = "sparse",
    .summary = "sparse matrix-vector product, scrambled (PRK)",
    .description =
        "vector += 1, 2, 3, ..., then result += matrix * vector, for the matrix of a star-shaped "
        "stencil on an n x n grid without borders, n a power of two: n^2 rows of 4 radius + 1 "
        "entries each. The points are numbered by reversing the bits of their index, so that "
        "neighbours are far apart in the vector. The Sparse kernel of the Parallel Research "
        "Kernels (R. Van der Wijngaart, T. Mattson, HPEC 2014), whose matrix of 2^22 rows is n = "
        "2048. The matrix is stored as compressed rows (CSR) of equal length, with 32-bit column "
        "indices.",
    .counting =
        "As in PRK: 2 flop for each entry of the matrix. Bytes: 12 an entry, and 40 a row (the "
        "vector is read and written by the update and read once; the result is read and written).",
    .oracle =
        "The entries of column c are w(c) / (c + 1), where w is 1 plus a pseudo-random fraction of "
        "31 bits, and element c of the vector starts with 2/3 (c + 1) (PRK: 1 / (c + 1) and 0, for "
        "which all columns give the same result). So an element of the result is T(T + 1)/2 + 2T/3 "
        "times the sum of w over its row's columns after T iterations. Every element is compared "
        "with that; its columns are computed again by other code. Relative, 2^-53 for each entry "
        "of a row, twice that for each iteration, and 2^-50. The value shown is the mean.",
    .exchanged =
        "Before each product every part receives the whole vector, n^2 + 8n doubles, except for "
        "the elements of its own rows.",
    .expectation =
        "The matrix is read sequentially, but each entry needs one element of the vector from a "
        "different cache line: 8 of 64 bytes. With a vector that fits the last-level cache it is "
        "bound by that cache's latency, otherwise by the memory's. The tuned code processes the "
        "rows in tiles of 256 along a line of the grid, and lines an eighth of the grid apart one "
        "after another, since their elements share cache lines; two rows at a time; and pads each "
        "line by 8 doubles, as powers of two would cause cache-set conflicts. Threads scale with "
        "the number of outstanding misses; processes also wait for the whole vector.",
    .unit = "line of the grid",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_POWER, 1024, 1, 1 << 15, "line", "points along an edge, a power of two"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
