#include "tests/cases/case.h"

#define kernel_sparse kernel_sparse_copy
extern const struct kernel kernel_sparse_copy;
#include "kernels/sparse.c"

static const int64_t sizes[] = {1, 2, 4, 16, -1};
static const char *const settings[] = {"", "radius=1 iterations=2", NULL};

static void nan_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  case_honest("multiply")->body(opaque, begin, end, partial);
  if (begin <= 5 && 5 < end)
    s->result[(5 - s->begin) * s->n + 3] = NAN;
}

/* An entry of one row is taken from the place beside its own. */
static void beside_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  uint32_t *column = &s->column[((begin - s->begin) * s->n + 2) * s->entries + 1];
  if (begin == 5)
    *column ^= 1;
  case_honest("multiply")->body(opaque, begin, end, partial);
  if (begin == 5)
    *column ^= 1;
}

/* A line of the vector does not grow. */
static void lazy_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  if (begin != 7)
    case_honest("advance")->body(opaque, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "a NaN in the result", .phase = "multiply", .body = nan_body},
    {.what = "a wrong column", .phase = "multiply", .body = beside_body},
    {.what = "a line that does not grow", .phase = "advance", .body = lazy_body},
    {0},
};

const struct kernel_case case_sparse = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 32,
    .faults = faults,
    .large_size = 1024,
};
