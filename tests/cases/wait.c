#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 2, 7, 20, -1};
static const char *const settings[] = {"delay=1us",
                                       "delay=1us distribution=exponential seed=7 work=3",
                                       "delay=1us distribution=uniform work=1", NULL};

static void early_arrived(void *state, int64_t unit, const struct operation *operation,
                          void *partial) {
  struct operation early = *operation;
  early.elapsed_ns = unit == 1 ? 999 : early.elapsed_ns;
  case_honest("wait")->arrived(state, unit, &early, partial);
}

static void double_arrived(void *state, int64_t unit, const struct operation *operation,
                           void *partial) {
  case_honest("wait")->arrived(state, unit == 1 ? 2 : unit, operation, partial);
}

static const struct fault faults[] = {
    {.what = "an arrival before its time", .phase = "wait", .arrived = early_arrived},
    {.what = "one request twice, another never", .phase = "wait", .arrived = double_arrived},
    {0},
};

const struct kernel_case case_wait = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .fault_settings = "delay=1us",
    .faults = faults,
};
