/* stencil: a star of radius 2 over a square grid, as in the Parallel Research Kernels (PRK). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/random.h"
#include "kernels/kernel.h"

enum { ITERATIONS };
enum { RADIUS = 2 };
enum { PHASE_FILL, PHASE_STAR, PHASE_ADVANCE, PHASE_COMPARE };

static const struct kernel_option options[] = {
    {"iterations", OPTION_COUNT, 1, 1, 1000000, "iteration",
     "sweeps over the grid in one repetition"},
    {0},
};

/* What a CHECK phase found. */
struct found {
  double errors;   /* sum of the distances of all points of both grids from what they must be */
  double sum;      /* of the output's points */
  double expected; /* the sum of what they must be */
  int64_t count;   /* points of both that were looked at */
};

struct state {
  int64_t n, begin, end;  /* the grid is n x n; this part owns rows [begin, end) */
  int64_t iterations;     /* sweeps in a pass */
  int64_t sweep;          /* sweeps done since SETUP */
  double weight[RADIUS];  /* of the points at distance 1 and 2; the opposite ones negated */
  double centre;          /* of the point itself: 0, but the compiler may not know */
  double *in_rows, *out;  /* in_rows: the own rows with RADIUS rows of halo on both sides */
  int64_t *sweeps_of_row; /* how often a row of `in` has been advanced; own rows only */
  int32_t mask;           /* of the fractions in the factors */
  double *factor, *slope; /* of all columns; slope: what the star makes of the factors */
  struct found found;
};

/* Row `row` (a global number) of the input; the halo's rows lie before and after the own ones. */
static double *in_row(const struct state *s, int64_t row) {
  return s->in_rows + (row - s->begin + RADIUS) * s->n;
}

static double *out_row(const struct state *s, int64_t row) {
  return s->out + (row - s->begin) * s->n;
}

/* -- What the grids hold ---------------------------------------------------------------------- */

/* Before each pass a point of either grid is the product of a factor of its row and one of its
 * column: 1 and a random fraction. So there is no symmetry, single precision does not hold it, and
 * still what the star makes of it follows from the factors. Those of the rows are others in each
 * pass, counted from 0. */
static double row_factor(const struct state *s, int64_t pass, bool output, int64_t row) {
  const uint64_t seed = random_at(2 * (uint64_t)pass + output);
  return 1 + fraction_of(random_mix(seed + (uint64_t)row), s->mask);
}

/* All sums of a pass are exact: of the products and the star's weights, multiples of 1 / 8 of them,
 * below 8 (T + 2) after T sweeps. */
static int32_t mask_of(int64_t iterations) {
  return fraction_mask((fraction_bits(8 * ((double)iterations + 2)) - 3) / 2);
}

/* What the star makes of five factors; with weights of its own, since those of the state may be
 * wrong. */
static double slope_of(const double factor[2 * RADIUS + 1]) {
  return (factor[4] - factor[0]) / 8 + (factor[3] - factor[1]) / 4;
}

static void fill_columns(struct state *s) {
  for (int64_t i = 0; i < s->n; i++) {
    s->factor[i] = 1 + fraction_of(random_at((uint64_t)i), s->mask);
    s->slope[i] = 0; /* of columns that are not active */
  }
  for (int64_t i = RADIUS; i < s->n - RADIUS; i++)
    s->slope[i] = slope_of(s->factor + i - RADIUS);
}

static void fill_row(struct state *s, int64_t row) {
  const int64_t pass = s->sweep / s->iterations;
  const double of_in = row_factor(s, pass, false, row), of_out = row_factor(s, pass, true, row);
  double *restrict in = in_row(s, row), *restrict out = out_row(s, row);
  for (int64_t i = 0; i < s->n; i++) {
    in[i] = of_in * s->factor[i];
    out[i] = of_out * s->factor[i];
  }
}

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
      memory_allocate(&s->sweeps_of_row, rows, sizeof(int64_t), "the rows' counters", error) ||
      memory_allocate(&s->factor, s->n, sizeof(double), "the columns' factors", error) ||
      memory_allocate(&s->slope, s->n, sizeof(double), "the columns' slopes", error))
    return error->code;
  s->mask = mask_of(s->iterations);
  fill_columns(s);
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->in_rows);
  free(s->out);
  free(s->sweeps_of_row);
  free(s->factor);
  free(s->slope);
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t row = begin; row < end; row++) {
    fill_row(s, row);
    s->sweeps_of_row[row - s->begin] = 0;
  }
}

/* -- The star --------------------------------------------------------------------------------- */

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

/* Each row of the input is advanced after its last use, by the loop that reads it last: 32 bytes of
 * traffic a point instead of 40. Neighbouring ranges read the outermost rows of the range, which
 * may also be in transit to another part; these rows are left to the advance phase. */
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

/* -- The oracle ------------------------------------------------------------------------------- */

/* What a row's points must be: a * factor + b * slope + c. */
struct row_form {
  double a, b, c;
};

static void compare_points(const struct state *s, const double *restrict points, int64_t begin,
                           int64_t end, struct row_form form, struct found *found) {
  const double *restrict factor = s->factor, *restrict slope = s->slope;
  double errors = 0, sum = 0, expected = 0;
#pragma omp simd reduction(+ : errors, sum, expected)
  for (int64_t i = begin; i < end; i++) {
    const double right = form.a * factor[i] + form.b * slope[i] + form.c;
    errors += fabs(points[i] - right);
    sum += points[i];
    expected += right;
  }
  found->errors += errors;
  found->sum += sum;
  found->expected += expected;
  found->count += end - begin;
}

/* In T sweeps each point of the input grows by T, which the star does not see. So each active point
 * of the output, which is factors' product f g, grows by T (f' g + f g'), where ' is the slope. */
static void compare_row(const struct state *s, int64_t row, struct found *found) {
  const int64_t n = s->n, pass = (s->sweep - 1) / s->iterations;
  const double sweeps = (double)s->iterations;
  const struct row_form in = {row_factor(s, pass, false, row), 0, sweeps};
  const struct row_form still = {row_factor(s, pass, true, row), 0, 0};
  struct row_form active = still;
  struct found ignored = {0};
  compare_points(s, in_row(s, row), 0, n, in, &ignored);
  found->errors += ignored.errors;
  found->count += ignored.count;
  if (row >= RADIUS && row < n - RADIUS) {
    double factors[2 * RADIUS + 1];
    for (int d = -RADIUS; d <= RADIUS; d++)
      factors[RADIUS + d] = row_factor(s, pass, false, row + d);
    active.a += sweeps * slope_of(factors);
    active.b = sweeps * in.a;
  }
  compare_points(s, out_row(s, row), 0, RADIUS, still, found);
  compare_points(s, out_row(s, row), RADIUS, n - RADIUS, active, found);
  compare_points(s, out_row(s, row), n - RADIUS, n, still, found);
}

/* Compares all points, then fills both grids for the next pass. */
static void compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct found found = {0};
  for (int64_t row = begin; row < end; row++) {
    compare_row(opaque, row, &found);
    fill_row(opaque, row);
  }
  *(struct found *)partial = found;
}

static void compare_combine(void *into, const void *from) {
  struct found *a = into;
  const struct found *b = from;
  a->errors += b->errors;
  a->sum += b->sum;
  a->expected += b->expected;
  a->count += b->count;
}

static int compare_then(void *opaque, const void *total) {
  ((struct state *)opaque)->found = *(const struct found *)total; /* there is a row: n >= 5 */
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
    [PHASE_COMPARE] = {.name = "compare",
                       .stage = STAGE_CHECK,
                       .body = compare_body,
                       .partial_bytes = sizeof(struct found),
                       .combine = compare_combine,
                       .then = compare_then},
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
      /* both grids, halos and factors, the rows' counters */
      .memory = 2 * n * row_bytes + parts * 2.0 * (RADIUS + 1) * row_bytes + n * sizeof(int64_t),
  };
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  const double points = (double)problem->n * (double)problem->n;
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", s->found.sum / points);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", s->found.expected / points);
  verdict.error = s->found.errors + fabs((double)s->found.count - 2 * points) +
                  fabs((double)s->sweep - (double)passes * (double)s->iterations);
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
        "Before each pass every point of either grid is the product of a factor of its row and one "
        "of its column: 1 plus a random fraction of 14 bits; those of the rows change in each pass "
        "(PRK: in is i + j and out is 0, for which a star of smaller radius gives the same "
        "result). The product has more bits than single precision, and no symmetry. With f and g "
        "the factors of in, and f' and g' the result of the star applied to them, T sweeps add T "
        "(f' g + f g') to every active point of out and T to every point of in; all other points "
        "of out keep their value. Every point of both grids is compared, and all sums are exact "
        "(above 200000 sweeps in a pass, with fewer bits): the sum of all distances must be 0. The "
        "value shown is the mean of out.",
    .exchanged = "2 rows with each neighbour before each sweep, overlapped with computation.",
    .expectation =
        "Grids larger than the last-level cache are memory-bound; smaller ones are limited by the "
        "core's two additions a cycle. One core seldom saturates the memory bandwidth, so it "
        "scales until the bandwidth is saturated.",
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
