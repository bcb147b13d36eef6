/* stencil: a star of radius 2 over a square grid, as in the Parallel Research Kernels (PRK). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/kernel.h"

enum { ITERATIONS };
enum { RADIUS = 2 };
enum { PHASE_FILL, PHASE_STAR, PHASE_ADVANCE, PHASE_NORM };

static const struct kernel_option options[] = {
    {"iterations", OPTION_COUNT, 1, 1, 1000000, "iteration",
     "sweeps over the grid in one repetition"},
    {0},
};

/* Sum of |out| over the active points; minimum and maximum of their values, and of twice what each
 * point of the input has grown by, which is the same. */
struct norm {
  double sum;
  struct minmax values;
};

struct state {
  int64_t n, begin, end;  /* the grid is n x n; this part owns rows [begin, end) */
  int64_t iterations;     /* sweeps in a pass */
  int64_t sweep;          /* sweeps done since SETUP */
  double weight[RADIUS];  /* of the points at distance 1 and 2; the opposite ones negated */
  double centre;          /* of the point itself: 0, but the compiler may not know */
  double *in_rows, *out;  /* in_rows: the own rows with RADIUS rows of halo on both sides */
  int64_t *sweeps_of_row; /* how often a row of `in` has been advanced; own rows only */
  struct norm norm;
};

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t rows = part->end - part->begin;
  size_t row_bytes = (size_t)problem->n * sizeof(double); /* n is at most 2^24 */
  s->n = problem->n;
  s->begin = part->begin;
  s->end = part->end;
  s->iterations = problem->value[ITERATIONS];
  for (int d = 1; d <= RADIUS; d++)
    s->weight[d - 1] = 1.0 / (2 * d * RADIUS);
  if (memory_allocate(&s->in_rows, rows + 2 * RADIUS, row_bytes, "the input grid", error) ||
      memory_allocate(&s->out, rows, row_bytes, "the output grid", error) ||
      memory_allocate(&s->sweeps_of_row, rows, sizeof(int64_t), "the rows' counters", error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->in_rows);
  free(s->out);
  free(s->sweeps_of_row);
}

/* Row `row` (a global number) of the input; the halo's rows lie before and after the own ones. */
static double *in_row(const struct state *s, int64_t row) {
  return s->in_rows + (row - s->begin + RADIUS) * s->n;
}

static double *out_row(const struct state *s, int64_t row) {
  return s->out + (row - s->begin) * s->n;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t row = begin; row < end; row++) {
    double *restrict in = in_row(s, row), *restrict out = out_row(s, row);
    for (int64_t i = 0; i < s->n; i++) {
      in[i] = (double)(i + row);
      out[i] = 0;
    }
    s->sweeps_of_row[row - s->begin] = 0;
  }
}

static void star_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  request->kind = REQUEST_HALO;
  request->as.halo = (struct halo){
      .own = s->in_rows + RADIUS * s->n,
      .unit_bytes = (size_t)s->n * sizeof(double),
      .width = RADIUS,
  };
}

static void star_row(const struct state *s, int64_t row) {
  const int64_t n = s->n;
  const double w1 = s->weight[0], w2 = s->weight[1], w0 = s->centre;
  const double *restrict in = in_row(s, row);
  double *restrict out = out_row(s, row);
  for (int64_t i = RADIUS; i < n - RADIUS; i++)
    out[i] += w0 * in[i] - w2 * in[i - 2 * n] - w1 * in[i - n] + w1 * in[i + n] +
              w2 * in[i + 2 * n] - w2 * in[i - 2] - w1 * in[i - 1] + w1 * in[i + 1] +
              w2 * in[i + 2];
}

/* Adds 1 to a row of the input, so that a row that was not sent again shows. */
static void advance_row(struct state *s, int64_t row) {
  double *restrict in = in_row(s, row);
  for (int64_t i = 0; i < s->n; i++)
    in[i] += 1.0;
  s->sweeps_of_row[row - s->begin]++;
}

/* star_row, and advance_row of the row that it is the last one to read, in one go. The same
 * operations in the same order: a row's result must not depend on which of the two computed it. */
static void star_and_advance_row(struct state *s, int64_t row) {
  const int64_t n = s->n;
  const double w1 = s->weight[0], w2 = s->weight[1], w0 = s->centre;
  const double *restrict in = in_row(s, row), *restrict in_m1 = in - n;
  const double *restrict in_p1 = in + n, *restrict in_p2 = in + 2 * n;
  double *restrict in_m2 = in_row(s, row - RADIUS), *restrict out = out_row(s, row);
#pragma omp simd
  for (int64_t i = RADIUS; i < n - RADIUS; i++) {
    double last = in_m2[i];
    out[i] += w0 * in[i] - w2 * last - w1 * in_m1[i] + w1 * in_p1[i] + w2 * in_p2[i] -
              w2 * in[i - 2] - w1 * in[i - 1] + w1 * in[i + 1] + w2 * in[i + 2];
    in_m2[i] = last + 1.0;
  }
  for (int64_t i = 0; i < RADIUS; i++) {
    in_m2[i] += 1.0;
    in_m2[n - 1 - i] += 1.0;
  }
  s->sweeps_of_row[row - RADIUS - s->begin]++;
}

/* Each row of the input is advanced as soon as nobody reads it any more, by the same loop that
 * reads it last: 32 bytes of traffic a point instead of 40. The outermost rows of the range are
 * read by the ranges beside it (and may be on their way to another part), so they are left to the
 * advance phase. */
static void star_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t row = begin; row < end; row++) {
    bool active = row >= RADIUS && row < s->n - RADIUS,
         last_reader = row - RADIUS >= begin + RADIUS;
    if (active && last_reader)
      star_and_advance_row(s, row);
    else if (active)
      star_row(s, row);
    else if (last_reader)
      advance_row(s, row - RADIUS);
  }
}

static void advance_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t row = begin; row < end; row++)
    if (s->sweeps_of_row[row - s->begin] == s->sweep)
      advance_row(s, row);
}

static int advance_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->sweep++;
  return s->sweep % s->iterations == 0 ? PHASE_END : PHASE_STAR;
}

static double row_sum(const double *restrict out, int64_t begin, int64_t end) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = begin; i < end; i++)
    sum += fabs(out[i]);
  return sum;
}

/* Adds what a row of the input has grown by, twice: as out grows. */
static void add_growth(struct minmax *values, const double *restrict in, int64_t row, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    minmax_add(values, 2 * (in[i] - (double)(i + row)));
}

static void norm_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct norm norm = {0, MINMAX_NONE};
  for (int64_t row = begin; row < end; row++) {
    add_growth(&norm.values, in_row(s, row), row, s->n);
    if (row < RADIUS || row >= s->n - RADIUS)
      continue;
    const double *restrict out = out_row(s, row);
    norm.sum += row_sum(out, RADIUS, s->n - RADIUS);
    for (int64_t i = RADIUS; i < s->n - RADIUS; i++)
      minmax_add(&norm.values, out[i]);
  }
  *(struct norm *)partial = norm;
}

static void norm_combine(void *into, const void *from) {
  struct norm *a = into;
  const struct norm *b = from;
  a->sum += b->sum;
  minmax_combine(&a->values, &b->values);
}

static int norm_then(void *opaque, const void *total) {
  ((struct state *)opaque)->norm = *(const struct norm *)total; /* there is a row: n >= 5 */
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_STAR] = {.name = "star",
                    .stage = STAGE_TIMED,
                    .request = star_request,
                    .body = star_body,
                    .edge = RADIUS},
    [PHASE_ADVANCE] = {.name = "advance",
                       .stage = STAGE_TIMED,
                       .body = advance_body,
                       .then = advance_then},
    [PHASE_NORM] = {.name = "norm",
                    .stage = STAGE_CHECK,
                    .body = norm_body,
                    .partial_bytes = sizeof(struct norm),
                    .combine = norm_combine,
                    .then = norm_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n, sweeps = (double)problem->value[ITERATIONS];
  double active = (n - 2 * RADIUS) * (n - 2 * RADIUS);
  double row_bytes = n * sizeof(double);
  return (struct work){
      /* 9 multiplications and 9 additions, and 1 for the input: PRK counts the same 19 */
      .operations = sweeps * 19 * active,
      /* read and write of both grids */
      .bytes = sweeps * 4 * n * row_bytes,
      .messages = sweeps * 2 * (parts - 1),
      .memory = 2 * n * row_bytes + parts * 2.0 * RADIUS * row_bytes + n * sizeof(int64_t),
  };
}

/* in is linear in both directions with slope 1, of which the star takes the derivatives: each sweep
 * adds 1 + 1 to every active point. PRK looks at the mean of |out| only. That cannot see a halo
 * that is one sweep old (what the rows on one side of a border lack, those on the other side have
 * too much), nor an input that does not grow. So the minimum and the maximum must agree as well. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct norm *norm = &((const struct state *)opaque)->norm;
  double active = (double)(problem->n - 2 * RADIUS) * (double)(problem->n - 2 * RADIUS);
  double expected = 2.0 * (double)passes * (double)problem->value[ITERATIONS];
  double mean = norm->sum / active, scale = expected > 1 ? expected : 1;
  struct verdict verdict = {.tolerance = 1e-8};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", mean);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", expected);
  verdict.error = fabs(mean - expected) / scale; /* NaN stays NaN: fmax would lose it */
  const double furthest = fabs(minmax_furthest(&norm->values, expected) - expected) / scale;
  if (furthest > verdict.error)
    verdict.error = furthest;
  return verdict;
}

const struct kernel kernel_stencil = {
    .name = "stencil",
    .summary = "star stencil of radius 2 on an n x n grid, neighbours exchange rows",
    .description =
        "out += sum of weight * in over the 9 points of a star of radius 2, then in += 1, on an n "
        "x n grid of doubles cut into blocks of rows. The Stencil kernel of the Parallel Research "
        "Kernels (R. Van der Wijngaart, T. Mattson, HPEC 2014).",
    .counting =
        "As in PRK: 19 flop for each active point and sweep (9 multiplications, 9 additions, 1 for "
        "the input); points within 2 of the border are not active. Bytes: both grids are read and "
        "written once a sweep, 32 a point.",
    .oracle =
        "Every active point of out grows by 2 a sweep. Held against it: the mean of |out|, as in "
        "PRK, and the least and greatest value of out and of what each point of in has grown by, "
        "which also show a halo that is one sweep old. Relative, 1e-8.",
    .exchanged = "2 rows with each neighbour before each sweep, while the inside is computed.",
    .expectation =
        "Grids larger than the last-level cache are limited by memory; smaller ones by the two "
        "additions a cycle of the core. One core seldom saturates the memory, so it scales until "
        "the memory does.",
    .unit = "grid row",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 1000, 2 * RADIUS + 1, 1 << 24, "grid row",
             "rows and columns of the grid"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
