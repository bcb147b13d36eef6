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

/* An entry of one row belongs to another column, as does its value. */
static void other_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t entry = ((begin - s->begin) * s->n + 2) * s->entries + 1;
  const uint32_t column = s->column[entry];
  const double value = s->value[entry];
  if (begin == 5) {
    s->column[entry] = column == 0; /* the first one or the second */
    s->value[entry] = weight_of(s->column[entry]) / (s->column[entry] + 1);
  }
  case_honest("multiply")->body(opaque, begin, end, partial);
  s->column[entry] = column;
  s->value[entry] = value;
}

/* One entry in place of all of a row. */
static void single_entry_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t row = (begin - s->begin) * s->n + 2;
  const double before = s->result[row];
  const double first = s->value[row * s->entries] * s->vector[s->column[row * s->entries]];
  case_honest("multiply")->body(opaque, begin, end, partial);
  s->result[row] = before + first * (double)s->entries;
}

static void single_precision_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  double *element = &s->result[(begin - s->begin) * s->n + 2];
  case_honest("multiply")->body(opaque, begin, end, partial);
  *element = (double)(float)*element;
}

/* A line of the vector does not grow. */
static void lazy_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  if (begin != 7)
    case_honest("advance")->body(opaque, begin, end, partial);
}

static const struct fault faults[] = {
    {.what = "a NaN in the result", .phase = "multiply", .body = nan_body},
    {.what = "a wrong column", .phase = "multiply", .body = beside_body},
    {.what = "another column with its value", .phase = "multiply", .body = other_body},
    {.what = "one entry in place of all", .phase = "multiply", .body = single_entry_body},
    {.what = "single precision", .phase = "multiply", .body = single_precision_body},
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
