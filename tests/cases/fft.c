#include <math.h>

#include "tests/cases/case.h"

#define kernel_fft kernel_fft_copy
#define fft_short_transform fft_short_transform_copy
#include "kernels/fft/fft.c"
#undef fft_short_transform
#undef kernel_fft

static const int64_t sizes[] = {2, 4, 8, 16, 32, 128, 1024, -1};

static void honest_body(void *state, int64_t begin, int64_t end, void *partial) {
  case_honest("transform")->body(state, begin, end, partial);
}

/* In 3 parts 256 numbers are a matrix of 16 x 16; each part has 5 or 6 rows. */
static double *some_point(struct fft_state *s, const struct fft_matrix *matrix) {
  return fft_row(s, matrix, s->begin * matrix->rows_of_unit) + 2 * 3;
}

static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct fft_state *s = state;
  if (s->step == FFT_COLUMNS && s->pipeline.step == 0 && begin == s->begin)
    some_point(s, &s->w)[1] = NAN;
  honest_body(state, begin, end, partial);
}

/* One number of one part is off by a millionth, before the rows are transformed in the last pass.
 */
static void off_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct fft_state *s = state;
  if (s->step == FFT_ROWS && s->pipeline.step == 0 && s->part == 1 && begin == s->begin &&
      s->transforms == 2)
    some_point(s, &s->x)[0] += 1e-6;
  honest_body(state, begin, end, partial);
}

/* A factor is that of the number beside it. */
static void factor_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct fft_state *s = state;
  double kept = s->roots.low[2 * 3];
  s->roots.low[2 * 3] = s->roots.low[2 * 2];
  honest_body(state, begin, end, partial);
  s->roots.low[2 * 3] = kept;
}

/* The result is that of the transform before: nothing is read of what was filled in since. */
static void old_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct fft_state *s = state;
  if (s->transforms == 0)
    honest_body(state, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "a NaN", .phase = "transform", .body = nan_body},
    {.what = "a number that is off by a millionth", .phase = "transform", .body = off_body},
    {.what = "a wrong factor", .phase = "transform", .body = factor_body},
    {.what = "the result of another pass", .phase = "transform", .body = old_body},
    {0},
};

const struct kernel_case case_fft = {
    .sizes = sizes,
    .paths_round = true, /* FFTW's order of operations is its own */
    .fault_size = 256,
    .faults = faults,
    .large_size = 1 << 23,
};
