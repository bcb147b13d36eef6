#define kernel_dgemm kernel_dgemm_copy
#include "kernels/dgemm/dgemm.c"
#undef kernel_dgemm

#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 2, 5, 13, 30, -1};
static const char *const settings[] = {
    "",
    "panel=4",
#ifdef QUARTET_OPENBLAS
    "panel=7 blas=openblas",
#endif
    NULL,
};

/* What a fault changes before the multiplication of the second panel in row 8. */
static struct dgemm_state *at_row_8(void *state, int64_t begin, int64_t end) {
  struct dgemm_state *s = state;
  return begin <= 8 && 8 < end && s->panel == 1 ? s : NULL;
}

static double *row_8(const struct dgemm_state *s, double *matrix) {
  return matrix + (8 - s->begin) * s->n;
}

static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  const struct dgemm_state *s = at_row_8(state, begin, end);
  if (s)
    row_8(s, s->a)[s->width] = NAN;
  case_honest("multiply")->body(state, begin, end, partial);
}

/* Together these two leave the sum of C as it is. In the last pass, since each is checked apart. */
static void wrong_body(void *state, int64_t begin, int64_t end, void *partial) {
  const struct dgemm_state *s = at_row_8(state, begin, end);
  case_honest("multiply")->body(state, begin, end, partial);
  if (s && s->passes == 2) {
    row_8(s, s->c)[3] += 1;
    row_8(s, s->c)[20] -= 1;
  }
}

/* After the last panel, of which nothing is rounded away. */
static void least_body(void *state, int64_t begin, int64_t end, void *partial) {
  const struct dgemm_state *s = state;
  case_honest("multiply")->body(state, begin, end, partial);
  if (begin <= 8 && 8 < end && s->panel == s->panels - 1)
    row_8(s, s->c)[0] = nextafter(row_8(s, s->c)[0], 0);
}

/* The first column of the panel is skipped. */
static void short_body(void *state, int64_t begin, int64_t end, void *partial) {
  const struct dgemm_state *s = at_row_8(state, begin, end);
  double entry = s ? row_8(s, s->a)[s->width] : 0;
  if (s)
    row_8(s, s->a)[s->width] = 0;
  case_honest("multiply")->body(state, begin, end, partial);
  if (s)
    row_8(s, s->a)[s->width] = entry;
}

/* Another panel of the same part's, which it has. */
static void root_request(void *state, struct request *request) {
  struct dgemm_state *s = state;
  case_honest("multiply")->request(state, request);
  if (s->panel == 2 && request->as.broadcast.root == s->part)
    request->as.broadcast.bytes = s->b;
}

static const struct fault faults[] = {
    {.what = "a NaN in A", .phase = "multiply", .body = nan_body},
    {.what = "two wrong elements of C", .phase = "multiply", .body = wrong_body},
    {.what = "an element of C that is off by the last bit",
     .phase = "multiply",
     .body = least_body},
    {.what = "a column of A skipped for one row", .phase = "multiply", .body = short_body},
    {.what = "one panel for another", .phase = "multiply", .request = root_request},
    {0},
};

const struct kernel_case case_dgemm = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .fault_settings = "panel=4",
    .faults = faults,
    .large_size = 2000,
};
