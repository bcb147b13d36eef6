#define kernel_barrier kernel_barrier_copy
#include "kernels/barrier.c"
#undef kernel_barrier

#include "tests/cases/case.h"

static const int64_t sizes[] = {1, 2, 7, -1};
static const char *const settings[] = {"slots=1",  "slots=2",  "slots=5",
                                       "slots=13", "slots=64", NULL};

/* One slot takes what its neighbour held before the step before, as if that one were late. */
static void late_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct slot *to = s->slots[(s->step + 1) % 2];
  int64_t last = end - s->begin - 1;
  uint64_t late = to[end == s->end ? 0 : last + 1].value + 1;
  case_honest("step")->body(opaque, begin, end, partial);
  if (begin <= 5 && 5 < end)
    to[last].value = late;
}

/* One slot takes what its neighbour gets in this very step, as if that one were early. */
static void early_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  case_honest("step")->body(opaque, begin, end, partial);
  if (begin <= 5 && 5 < end)
    s->slots[(s->step + 1) % 2][end - s->begin - 1].value++;
}

/* Half of the slots do not take part. */
static void half_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  if (begin >= 12)
    case_honest("step")->body(opaque, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "a worker that is late", .phase = "step", .body = late_body},
    {.what = "a worker that is early", .phase = "step", .body = early_body},
    {.what = "slots that take no part", .phase = "step", .body = half_body},
    {0},
};

const struct kernel_case case_barrier = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 5,
    .fault_settings = "slots=24",
    .faults = faults,
};
