#include <math.h>

#include "tests/cases/case.h"

static const int64_t sizes[] = {5, 6, 7, 8, 19, 64, -1};
static const char *const settings[] = {"iterations=2", NULL};

/* Everything right, but one point of the grid becomes NaN. */
static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct request request = {0};
  if (begin <= 8 && 8 < end) {
    case_honest("star")->request(state, &request);
    double *own = request.as.halo.own;
    own[3] = NAN; /* some point of the part's first row */
  }
  case_honest("star")->body(state, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "a NaN in the grid", .phase = "star", .body = nan_body},
    {0},
};

const struct kernel_case case_stencil = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .faults = faults,
    .large_size = 3000,
};
