#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 2, 5, 7, 64, 97, -1};

/* Half of the numbers, each for two: in ranges of one number, every second is that before it. */
static void half_body(void *state, int64_t begin, int64_t end, void *partial) {
  const int64_t first = begin / 2 * 2;
  case_honest("sum")->body(state, first, first + end - begin, partial);
}

static const struct fault faults[] = {
    {.what = "half of the numbers for all", .phase = "sum", .body = half_body},
    {0},
};

const struct kernel_case case_sumsq = {
    .faults = faults,
    .sizes = sizes,
    .fault_size = 24,
};
