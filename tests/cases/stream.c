#include <math.h>

#define kernel_stream kernel_stream_copy
#include "kernels/stream/stream.c"
#undef kernel_stream

#include "tests/cases/case.h"

/* Ranges that begin and end within a line of the caches, of one line and of none. */
static const int64_t sizes[] = {0, 1, 2, 7, 64, 65, 131, -1};
static const char *const settings[] = {
    "op=copy stores=temporal",       "op=scale stores=nontemporal",
    "op=add stores=nontemporal",     "op=triad",
    "op=nstream stores=nontemporal", NULL,
};

/* Lets the operation do its work, then multiplies element 8 if it was among it. */
static void spoil(void *state, int64_t begin, int64_t end, void *partial, double factor) {
  struct stream_state *s = state;
  case_honest("operate")->body(state, begin, end, partial);
  if (begin <= 8 && 8 < end)
    s->a[8 - s->begin] *= factor;
}

static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  spoil(state, begin, end, partial, NAN);
}

static void inexact_body(void *state, int64_t begin, int64_t end, void *partial) {
  spoil(state, begin, end, partial, 1 + 1e-12);
}

static void single_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct stream_state *s = state;
  case_honest("operate")->body(state, begin, end, partial);
  if (begin <= 8 && 8 < end)
    s->a[8 - s->begin] = (double)(float)s->a[8 - s->begin];
}

/* The last element of a part is skipped. */
static void short_body(void *state, int64_t begin, int64_t end, void *partial) {
  if (begin != 15)
    case_honest("operate")->body(state, begin, end, partial);
}

/* An element's result in its neighbour's place. */
static void shifted_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct stream_state *s = state;
  case_honest("operate")->body(state, begin, end, partial);
  if (begin <= 3 && 3 < end)
    s->a[3 - s->begin] = s->a[2 - s->begin];
}

/* The operation without its last input. */
static void copy_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct stream_state *s = state;
  (void)partial;
  for (int64_t i = begin; i < end; i++)
    s->a[i - s->begin] = s->b[i - s->begin];
}

static const struct fault faults[] = {
    {.what = "a NaN", .phase = "operate", .body = nan_body},
    {.what = "an element that is off by 1e-12", .phase = "operate", .body = inexact_body},
    {.what = "an element in single precision", .phase = "operate", .body = single_body},
    {.what = "an element that is never written", .phase = "operate", .body = short_body},
    {.what = "an element in its neighbour's place", .phase = "operate", .body = shifted_body},
    {.what = "an input that is skipped", .phase = "operate", .body = copy_body},
    {0},
};

const struct kernel_case case_stream = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 24,
    .faults = faults,
    .large_size = 10000000,
};
