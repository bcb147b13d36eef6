#include <math.h>

#include "tests/cases/case.h"

#define kernel_dot kernel_dot_copy
extern const struct kernel kernel_dot_copy;
#include "kernels/dot.c"

static const int64_t sizes[] = {0, 1, 2, 3, 5, 7, 64, 97, 1000, -1};

/* The sum of all is off by the last bit of a product near 1. */
static void rounded_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  case_honest("dot")->body(opaque, begin, end, partial);
  if (begin == 9)
    ((struct sum *)partial)->units += (wide)1 << (LOW - 53);
}

/* Plain summation, by doubles: what the oracle must not accept. */
__attribute__((unused)) static void plain_body(void *opaque, int64_t begin, int64_t end,
                                               void *partial) {
  const struct state *s = opaque;
  double sum = 0;
  for (int64_t i = begin; i < end; i++)
    sum += s->x[i - s->begin] * s->y[i - s->begin];
  *(struct sum *)partial =
      (struct sum){.units = (wide)(sum * 0x1p68), .count = (uint64_t)(end - begin)};
}

/* One element is NaN. */
static void nan_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  case_honest("dot")->body(opaque, begin, end, partial);
  if (begin <= 9 && 9 < end)
    ((struct sum *)partial)->units = (wide)(int64_t)(s->x[9 - s->begin] * NAN > 0);
}

/* An element is taken twice, and its neighbour not at all. */
static void double_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  if (begin == 9)
    case_honest("dot")->body(opaque, s->begin, s->begin + 1, partial);
  else
    case_honest("dot")->body(opaque, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "the last bit of a product", .phase = "dot", .body = rounded_body},
#if FUSED /* without, a single product is exact, and there is one in each range here */
    {.what = "that products are rounded before they are summed",
     .phase = "dot",
     .body = plain_body},
#endif
    {.what = "a product lost to NaN", .phase = "dot", .body = nan_body},
    {.what = "an element taken twice", .phase = "dot", .body = double_body},
    {0},
};

const struct kernel_case case_dot = {
    .sizes = sizes,
    .fault_size = 25,
    .faults = faults,
    .large_size = 8000000,
};
