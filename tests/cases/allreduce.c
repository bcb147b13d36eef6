#include <math.h>

#define kernel_allreduce kernel_allreduce_copy
#include "kernels/allreduce.c"
#undef kernel_allreduce

#include "tests/cases/case.h"

static const int64_t sizes[] = {1, 2, 7, 600, -1};
static const char *const settings[] = {"rounds=1", "rounds=3 contributors=1",
                                       "rounds=2 contributors=5", "rounds=2 contributors=16", NULL};

static double nan_fill(const void *state, int64_t begin, int64_t end, double *vector) {
  double weight = sum_fill(state, begin, end, vector);
  vector[17] = NAN;
  return weight;
}

static double left_out_fill(const void *state, int64_t begin, int64_t end, double *vector) {
  return sum_fill(state, begin == 0 ? 1 : begin, end, vector);
}

static double float_fill(const void *state, int64_t begin, int64_t end, double *vector) {
  double weight = sum_fill(state, begin, end, vector);
  vector[17] = (double)(float)(vector[17] + 0x1p-30) + 0x1p-20;
  return weight;
}

static void nan_rounds(void *state, struct rounds *rounds) {
  case_honest("sum")->rounds(state, rounds);
  rounds->fill = nan_fill;
}

static void left_out_rounds(void *state, struct rounds *rounds) {
  case_honest("sum")->rounds(state, rounds);
  rounds->fill = left_out_fill;
}

static void float_rounds(void *state, struct rounds *rounds) {
  case_honest("sum")->rounds(state, rounds);
  rounds->fill = float_fill;
}

static void short_rounds(void *state, struct rounds *rounds) {
  case_honest("sum")->rounds(state, rounds);
  rounds->doubles--;
}

/* The rounds of the pass before once more. */
static void stale_rounds(void *state, struct rounds *rounds) {
  case_honest("sum")->rounds(state, rounds);
  if (((struct state *)state)->pass > 0)
    rounds->first_stamp -= (uint64_t)rounds->rounds;
}

static void few_rounds(void *state, struct rounds *rounds) {
  case_honest("sum")->rounds(state, rounds);
  rounds->rounds--;
}

static const struct fault faults[] = {
    {.what = "a NaN in a vector", .phase = "sum", .rounds = nan_rounds},
    {.what = "a contributor omitted", .phase = "sum", .rounds = left_out_rounds},
    {.what = "an element that is nearly right", .phase = "sum", .rounds = float_rounds},
    {.what = "vectors without their last element", .phase = "sum", .rounds = short_rounds},
    {.what = "the rounds of the pass before", .phase = "sum", .rounds = stale_rounds},
    {.what = "a round too few", .phase = "sum", .rounds = few_rounds},
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
