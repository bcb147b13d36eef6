#include <math.h>
#include <string.h>

#include "tests/cases/case.h"

#define kernel_transpose kernel_transpose_copy
#include "kernels/transpose/transpose.c"
#undef kernel_transpose

static const int64_t sizes[] = {0, 1, 2, 5, 8, 19, 40, 64, 97, -1};
static const char *const settings[] = {"iterations=2", NULL};

static void honest_body(void *state, int64_t begin, int64_t end, void *partial) {
  case_honest("transpose")->body(state, begin, end, partial);
}

static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct transpose_state *s = state;
  if (begin <= 20 && 20 < end)
    transpose_row(s, s->b, 20)[7] = NAN;
  honest_body(state, begin, end, partial);
}

/* One element of B alone, by the least that it can be wrong by, in the last pass. */
static void one_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct transpose_state *s = state;
  honest_body(state, begin, end, partial);
  if (s->sweep == 2 && s->pipeline.step == 0 && begin <= 3 && 3 < end)
    transpose_row(s, s->b, 3)[20] += 1;
}

/* Two received elements are exchanged: no sum detects that. */
static void swapped_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct transpose_state *s = state;
  if (s->pipeline.step == 2 && begin <= 0 && 0 < end) {
    double *received = s->pipeline.receive[0], kept = received[0];
    received[0] = received[1];
    received[1] = kept;
  }
  honest_body(state, begin, end, partial);
}

/* The element of A is not advanced after it was read for the last time. */
static void still_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct transpose_state *s = state;
  honest_body(state, begin, end, partial);
  if (s->sweep == 2 && s->pipeline.step == 0 && begin <= 3 && 3 < end)
    transpose_row(s, s->a, 3)[3] -= 1;
}

/* One element of B alone, as single precision holds it. */
static void single_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct transpose_state *s = state;
  honest_body(state, begin, end, partial);
  if (begin <= 3 && 3 < end) {
    double *element = &transpose_row(s, s->b, 3)[20];
    *element = (double)(float)*element;
  }
}

/* B becomes A^T: what it held before is lost. */
static void assigned_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct transpose_state *s = state;
  for (int64_t row = begin; row < end && s->pipeline.step == 0; row++)
    memset(transpose_row(s, s->b, row), 0, (size_t)s->n * sizeof(double));
  honest_body(state, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "a NaN in B", .phase = "transpose", .body = nan_body},
    {.what = "an element that is wrong by 1", .phase = "transpose", .body = one_body},
    {.what = "two elements swapped", .phase = "transpose", .body = swapped_body},
    {.what = "an element of A not advanced", .phase = "transpose", .body = still_body},
    {.what = "single precision", .phase = "transpose", .body = single_body},
    {.what = "that B is not added to", .phase = "transpose", .body = assigned_body},
    {0},
};

const struct kernel_case case_transpose = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .faults = faults,
    .large_size = 3000,
};
