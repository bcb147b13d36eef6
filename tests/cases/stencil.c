#include <math.h>
#include <string.h>

#define kernel_stencil kernel_stencil_copy
extern const struct kernel kernel_stencil_copy;
#include "kernels/stencil.c"
#undef kernel_stencil

#include "tests/cases/case.h"

static const int64_t sizes[] = {5, 6, 7, 8, 19, 64, -1};
static const char *const settings[] = {"iterations=2", NULL};

/* Everything right, but one point of the grid becomes NaN. */
static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct request request = {0};
  if (begin <= 8 && 8 < end) {
    case_honest("star")->request(state, &request);
    double *own = request.as.halo.own;
    own[3] = NAN; /* some point of the part's first row */
  }
  case_honest("star")->body(state, begin, end, partial);
}

/* A star of radius 1 with twice the weights: of a grid without bends, it makes the same. */
static void narrow_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct state *s = state;
  const double weight[RADIUS] = {s->weight[0], s->weight[1]};
  s->weight[0] = 2 * weight[0];
  s->weight[1] = 0;
  case_honest("star")->body(state, begin, end, partial);
  memcpy(s->weight, weight, sizeof weight);
}

/* A point of the first row of the range, as single precision holds it. */
static void single_body(void *state, int64_t begin, int64_t end, void *partial) {
  double *point = &out_row(state, begin)[5];
  case_honest("star")->body(state, begin, end, partial);
  *point = (double)(float)*point;
}

/* A point that is not active. */
static void border_body(void *state, int64_t begin, int64_t end, void *partial) {
  case_honest("star")->body(state, begin, end, partial);
  out_row(state, begin)[1] += 2;
}

static const struct fault faults[] = {
    {.what = "a NaN in the grid", .phase = "star", .body = nan_body},
    {.what = "a narrower star", .phase = "star", .body = narrow_body},
    {.what = "single precision", .phase = "star", .body = single_body},
    {.what = "a change of the border", .phase = "star", .body = border_body},
    {0},
};

const struct kernel_case case_stencil = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .faults = faults,
    .large_size = 3000,
};
