#include <math.h>

#define kernel_allreduce kernel_allreduce_copy
#include "kernels/allreduce.c"
#undef kernel_allreduce

#include "tests/cases/case.h"

/* The largest is more than the processes join in one message. */
static const int64_t sizes[] = {1, 2, 7, 600, -1};
static const char *const settings[] = {"rounds=1", "rounds=3 contributors=1",
                                       "rounds=2 contributors=5", "rounds=2 contributors=16", NULL};

static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  case_honest("reduce")->body(state, begin, end, partial);
  if (begin == 2)
    ((struct partial *)partial)->value[17] = NAN;
}

static void double_body(void *state, int64_t begin, int64_t end, void *partial) {
  int64_t other = begin == 2 ? 3 : begin;
  case_honest("reduce")->body(state, other, other + end - begin, partial);
}

static void short_body(void *state, int64_t begin, int64_t end, void *partial) {
  case_honest("reduce")->body(state, begin, end, partial);
  if (begin == 2)
    ((struct partial *)partial)->value[((struct state *)state)->n - 1] = 0;
}

/* From the second round on, what the contributor had in the first. */
static void stale_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct state then = *(const struct state *)state;
  if (begin == 2)
    then.base = first_base(then.pass);
  case_honest("reduce")->body(&then, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "a NaN in a vector", .phase = "reduce", .body = nan_body},
    {.what = "one contributor twice, another never", .phase = "reduce", .body = double_body},
    {.what = "a vector without its last element", .phase = "reduce", .body = short_body},
    {.what = "a contribution of the round before", .phase = "reduce", .body = stale_body},
    {0},
};

const struct kernel_case case_allreduce = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .fault_settings = "rounds=3 contributors=7",
    .faults = faults,
    /* its vectors are partial results, which are the engine's memory */
};
