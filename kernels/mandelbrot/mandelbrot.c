/* mandelbrot: how often z -> z*z + c can be applied before |z| exceeds 2, for each pixel of a grid.
 *
 * The kernel measures load imbalance, so no iterations are avoided: there is no test for the
 * cardioid or for periodic orbits, and no use of the symmetry. A unit is a row of the grid, and a
 * pass has one phase:
 *
 *   rows   (timed) counts the iterations of each pixel and adds up what the oracle wants to know
 *   again  (check) counts those of some pixels once more
 *
 * tuned.c iterates in vectors; oracle.c adds up and judges. */
#include "kernels/mandelbrot/mandelbrot.h"

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/path.h"
#include "kernels/blocks/vector.h"
#include "kernels/mandelbrot/page.h"

enum { ITERATIONS, PATH };

static const struct kernel_option options[] = {
    {"iterations", OPTION_COUNT, 1000, 1, 1000000, "iteration", "the most iterations of a pixel"},
    PATH_OPTION,
    {0},
};

/* -- The algorithm: one pixel ----------------------------------------------------------------- */

/* How often z -> z*z + c can be applied to 0 before |z| passes 2. Orbits near the border of the set
 * are chaotic, and each rounding shows in the counts: the tuned path rounds like this, too. */
static int64_t count_pixel(double cx, double cy, int64_t most) {
  double x = 0, y = 0;
  for (int64_t i = 0; i < most; i++) {
    double twice_x = x + x;
    x = madd(x, x, madd(-y, y, cx));
    y = madd(twice_x, y, cy);
    if (!(madd(x, x, y * y) <= 4))
      return i;
  }
  return most;
}

static void reference(struct mandelbrot_orbits *orbits, int64_t iterations,
                      int32_t *restrict counts) {
  for (int64_t i = 0; i < orbits->count; i++)
    counts[orbits->pixel[i]] = (int32_t)count_pixel(orbits->cx[i], orbits->cy[i], iterations);
}

static mandelbrot_count *const paths[] = {
    [PATH_REFERENCE] = reference, [PATH_TUNED] = mandelbrot_tuned};

/* -- The grid --------------------------------------------------------------------------------- */

static const double left = -2; /* the square [-2, 0.5] x [-1.25, 1.25] */

/* A row has one real part, which rises from row to row, and its pixels rise along the imaginary
 * axis: the other way round any two halves of the grid would be equal work. */
static double row_x(int64_t row, int64_t n) {
  return madd((double)(2 * row + 1), MANDELBROT_WIDTH / 2 / (double)n, left);
}

/* `twice_height`: of the pixel above the real axis, in pixels. */
static double height_y(double twice_height, int64_t n) {
  return twice_height * (MANDELBROT_WIDTH / 2 / (double)n);
}

/* -- Rows ------------------------------------------------------------------------------------- */

struct state {
  int64_t n, iterations;
  int64_t pass; /* the one under way, from 0 */
  mandelbrot_count *count;
  struct mandelbrot_tally tally;
  uint64_t again; /* what the samples must add up to */
};

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  (void)part;
  (void)error;
  s->n = problem->n;
  s->iterations = problem->value[ITERATIONS];
  s->count = paths[problem->value[PATH]];
  return 0;
}

/* The next pixels, at most `most`, from `column` of `row` on; comes to the one after them. */
static struct mandelbrot_run next_run(int64_t *row, int64_t *column, int64_t n, int64_t most) {
  struct mandelbrot_run run = {*row, *column, min_of(n - *column, most)};
  *column += run.count;
  if (*column == n) {
    ++*row;
    *column = 0;
  }
  return run;
}

/* Appends the orbits of the run's pixels. */
static void begin_orbits(struct mandelbrot_orbits *o, const struct mandelbrot_run *run,
                         const struct state *s) {
  const double x = row_x(run->row, s->n), shift = mandelbrot_twice_shift(s->pass);
  const int32_t first = (int32_t)o->count;
  const int32_t height = (int32_t)(2 * run->column + 1 - s->n); /* n is at most 10^6 */
  for (int32_t i = 0; i < (int32_t)run->count; i++) {
    o->x[first + i] = o->y[first + i] = 0;
    o->cx[first + i] = x;
    o->cy[first + i] = height_y((double)(height + 2 * i) + shift, s->n);
    o->pixel[first + i] = first + i;
  }
  o->count += run->count;
}

/* Processes a group of pixels at a time, from one row or several. */
static void rows_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct mandelbrot_orbits o;
  struct mandelbrot_tally t = {0};
  int32_t counts[MANDELBROT_MAX];
  int64_t row = begin, column = 0, row_counted = begin, column_counted = 0;
  while (row < end) {
    o.count = o.done = o.ended_count = 0;
    while (row < end && o.count < MANDELBROT_MAX) {
      struct mandelbrot_run run = next_run(&row, &column, s->n, MANDELBROT_MAX - o.count);
      begin_orbits(&o, &run, s);
    }
    int64_t taken = o.count;
    s->count(&o, s->iterations, counts);
    for (int64_t at = 0; at < taken;) {
      struct mandelbrot_run run = next_run(&row_counted, &column_counted, s->n, taken - at);
      mandelbrot_add(&t, &run, s->n, s->pass, s->iterations, counts + at);
      at += run.count;
      t.rows += column_counted == 0; /* the row is complete */
    }
  }
  *(struct mandelbrot_tally *)partial = t;
}

static int rows_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = total ? *(const struct mandelbrot_tally *)total : (struct mandelbrot_tally){0};
  return PHASE_END;
}

static void again_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  *(uint64_t *)partial = mandelbrot_sample_again(begin, end, s->n, s->pass, s->iterations);
}

static void again_combine(void *into, const void *from) {
  *(uint64_t *)into += *(const uint64_t *)from;
}

static int again_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->again = total ? *(const uint64_t *)total : 0;
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    {
        .name = "rows",
        .stage = STAGE_TIMED,
        .body = rows_body,
        .partial_bytes = sizeof(struct mandelbrot_tally),
        .combine = mandelbrot_combine,
        .movable = true,
        .then = rows_then,
    },
    {
        .name = "again",
        .stage = STAGE_CHECK,
        .body = again_body,
        .partial_bytes = sizeof(uint64_t),
        .combine = again_combine,
        .movable = true,
        .then = again_then,
    },
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n;
  (void)parts;
  return (struct work){.operations = n * n};
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  struct verdict verdict = mandelbrot_verify(&s->tally, s->again, s->iterations, problem);
  verdict.error += s->pass != passes;
  return verdict;
}

const struct kernel kernel_mandelbrot = {
    .name = "mandelbrot",
    .summary = "iterations of z*z + c on an n x n grid: strong load imbalance",
    KERNEL_PAGE,
    .unit = "grid row",
    .operation = "points",
    .bound = BOUND_COMPUTE,
    .size = {"n", OPTION_COUNT, 1000, 0, 1000000, "grid row",
             "rows of the grid, and points in each"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
