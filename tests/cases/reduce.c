#include <math.h>

#define kernel_reduce kernel_reduce_copy
#include "kernels/reduce/reduce.c"
#undef kernel_reduce

#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 8, 29, 131, -1};
static const char *const settings[] = {
    "",
    "vectors=1",
    "vectors=3 result=root",
    "vectors=21 slice=3",
    "vectors=38 slice=5 result=root",
    NULL,
};

/* Lets the parts complete the sum, then spoils what the first of them has of element 0. */
static void spoil(void *state, int64_t begin, int64_t end, void *partial,
                  double (*spoilt)(double)) {
  struct reduce_state *s = state;
  case_honest("combine")->body(state, begin, end, partial);
  if (begin == 0 && s->part == 0)
    s->result[0] = spoilt(s->result[0]);
}

static double bit_less(double value) {
  return nextafter(value, 0);
}

static double nan_instead(double value) {
  return value * NAN;
}

/* What another order of the additions does. */
static void bit_body(void *state, int64_t begin, int64_t end, void *partial) {
  spoil(state, begin, end, partial, bit_less);
}

static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  spoil(state, begin, end, partial, nan_instead);
}

static void nan_vector_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct reduce_state *s = state;
  s->x[20] = NAN;
  case_honest("partial")->body(state, begin, end, partial);
}

/* As if the first vector of each part were not there. */
static void left_out_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct reduce_state *s = state;
  for (int64_t i = 0; i < s->n; i++)
    s->x[i] = 0;
  case_honest("partial")->body(state, begin, end, partial);
}

/* What is for one element is sent for its neighbour. */
static void shifted_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct reduce_state *s = state;
  case_honest("partial")->body(state, begin, end, partial);
  if (begin > 0)
    s->send[begin - 1] = s->send[begin];
}

static const struct fault faults[] = {
    {.what = "a last bit that is another", .phase = "combine", .body = bit_body},
    {.what = "a NaN in the sum", .phase = "combine", .body = nan_body},
    {.what = "a NaN in a vector", .phase = "partial", .body = nan_vector_body},
    {.what = "a vector that is skipped", .phase = "partial", .body = left_out_body},
    {.what = "elements in their neighbours' places", .phase = "partial", .body = shifted_body},
    {0},
};

const struct kernel_case case_reduce = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .fault_settings = "vectors=6",
    .faults = faults,
    .large_size = 3000000,
};
