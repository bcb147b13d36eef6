#include "tests/cases/case.h"

/* The kernel's own functions, to know its partial result. */
#define kernel_mandelbrot kernel_mandelbrot_copy
extern const struct kernel kernel_mandelbrot_copy;
#include "kernels/mandelbrot/mandelbrot.c"

static const int64_t sizes[] = {0, 1, 2, 3, 7, 31, 64, -1};
static const char *const settings[] = {"iterations=1", "iterations=7", "iterations=100", NULL};

static void rows_honest(void *state, int64_t begin, int64_t end, void *partial) {
  case_honest("rows")->body(state, begin, end, partial);
}

/* One row is not computed, though counted. */
static void missing_body(void *state, int64_t begin, int64_t end, void *partial) {
  rows_honest(state, begin, end, partial);
  if (begin <= 9 && 9 < end)
    *(struct mandelbrot_tally *)partial =
        (struct mandelbrot_tally){.rows = (uint64_t)(end - begin)};
}

/* The row beside it instead of one row. */
static void shifted_body(void *state, int64_t begin, int64_t end, void *partial) {
  bool shifted = begin == 9;
  rows_honest(state, begin + shifted, end + shifted, partial);
}

/* One row's last pixel is counted one iteration short. */
static void short_body(void *state, int64_t begin, int64_t end, void *partial) {
  const struct state *s = state;
  struct mandelbrot_tally t = {0};
  for (int64_t row = begin; row < end; row++) {
    struct mandelbrot_orbits o = {0};
    struct mandelbrot_run run = {row, 0, s->n};
    int32_t counts[MANDELBROT_MAX];
    begin_orbits(&o, &run, s);
    s->count(&o, s->iterations, counts);
    counts[s->n - 1] -= row == 9;
    mandelbrot_add(&t, &run, s->n, s->pass, s->iterations, counts);
    t.rows++;
  }
  *(struct mandelbrot_tally *)partial = t;
}

/* The upper half of each row is taken from its lower half, as if they were mirror images. */
static void mirrored_body(void *state, int64_t begin, int64_t end, void *partial) {
  const struct state *s = state;
  struct mandelbrot_tally t = {0};
  for (int64_t row = begin; row < end; row++) {
    struct mandelbrot_orbits o = {0};
    struct mandelbrot_run run = {row, 0, s->n};
    int32_t counts[MANDELBROT_MAX];
    begin_orbits(&o, &run, s);
    s->count(&o, s->iterations, counts);
    for (int64_t i = 0; i < s->n / 2; i++)
      counts[s->n - 1 - i] = counts[i];
    mandelbrot_add(&t, &run, s->n, s->pass, s->iterations, counts);
    t.rows++;
  }
  *(struct mandelbrot_tally *)partial = t;
}

/* The grid of the first pass, in every pass. */
static void stale_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct state first = *(const struct state *)state;
  first.pass = 0;
  rows_honest(&first, begin, end, partial);
}

/* One iteration too few, everywhere. */
static void fewer_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct state fewer = *(const struct state *)state;
  fewer.iterations--;
  rows_honest(&fewer, begin, end, partial);
}

/* Points taken for inside that are not. */
static void inside_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct mandelbrot_tally *t = partial;
  rows_honest(state, begin, end, partial);
  t->inside *= 2;
}

static const struct fault faults[] = {
    {.what = "a row that is not computed", .phase = "rows", .body = missing_body},
    {.what = "a row in another's place", .phase = "rows", .body = shifted_body},
    {.what = "one pixel that is one iteration short", .phase = "rows", .body = short_body},
    {.what = "a half of each row that mirrors the other", .phase = "rows", .body = mirrored_body},
    {.what = "the result of the first pass", .phase = "rows", .body = stale_body},
    {.what = "one iteration too few", .phase = "rows", .body = fewer_body},
    {.what = "points inside that are not", .phase = "rows", .body = inside_body},
    {0},
};

const struct kernel_case case_mandelbrot = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .fault_settings = "iterations=100",
    .faults = faults,
};
