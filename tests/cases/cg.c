#include <math.h>

#include "tests/cases/case.h"

#define kernel_cg kernel_cg_copy
extern const struct kernel kernel_cg_copy;
#include "kernels/cg/cg.c"

static const int64_t sizes[] = {1, 2, 5, 7, 13, -1};
static const char *const settings[] = {"iterations=0", "iterations=4", "dimensions=3 iterations=3",
                                       NULL};

static void nan_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct cg_state *s = opaque;
  if (begin <= 8 && 8 < end)
    cg_line(s, s->r, 8, 0)[3] = NAN;
  case_honest("direction")->body(opaque, begin, end, partial);
}

/* A row of the solution forgets a step. */
static void forgetful_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct cg_state *s = opaque;
  double before = *cg_wide_line(s, s->x, begin, 0);
  case_honest("direction")->body(opaque, begin, end, partial);
  if (begin == 8 && s->iteration == 1)
    *cg_wide_line(s, s->x, begin, 0) = before;
}

/* One iteration less than requested. */
static void early_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct cg_state *s = opaque;
  if (s->iteration == 0 && s->iterations > 1)
    s->iteration = 1;
  case_honest("apply")->body(opaque, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "a NaN in the residual", .phase = "direction", .body = nan_body},
    {.what = "a point that misses a step", .phase = "direction", .body = forgetful_body},
    {.what = "an iteration skipped", .phase = "apply", .body = early_body},
    {0},
};

const struct kernel_case case_cg = {
    .sizes = sizes,
    .settings = settings,
    .paths_round = true, /* the tuned path adds up several sums for each line */
    .fault_size = 24,
    .fault_settings = "iterations=5",
    .faults = faults,
    .large_size = 2500,
    .large_settings = "iterations=3",
};
