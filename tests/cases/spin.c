#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 2, 7, 97, -1};
static const char *const settings[] = {"steps=0", "steps=37", NULL};

/* The last task of each range is skipped, but counted. */
static void lazy_body(void *state, int64_t begin, int64_t end, void *partial) {
  case_honest("spin")->body(state, begin, end - 1, partial);
  ++*(uint64_t *)partial;
}

/* Every second task is that before it. */
static void twice_body(void *state, int64_t begin, int64_t end, void *partial) {
  const int64_t first = begin / 2 * 2;
  case_honest("spin")->body(state, first, first + end - begin, partial);
}

static const struct fault faults[] = {
    {.what = "tasks that are done twice, and others never", .phase = "spin", .body = twice_body},
    {.what = "tasks that are counted but not done", .phase = "spin", .body = lazy_body},
    {0},
};

const struct kernel_case case_spin = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .fault_settings = "steps=100",
    .faults = faults,
};
