#include "tests/cases/case.h"

/* The kernel's own functions, to reach its state. */
#define kernel_nbody kernel_nbody_copy
extern const struct kernel kernel_nbody_copy;
#include "kernels/nbody/nbody.c"

static const int64_t sizes[] = {1, 2, 3, 4, 7, 13, 64, -1};
static const char *const settings[] = {"steps=1", "steps=3", NULL};

static void honest(const char *phase, void *state, int64_t begin, int64_t end) {
  case_honest(phase)->body(state, begin, end, NULL);
}

static bool holds(int64_t begin, int64_t end, int64_t unit) {
  return begin <= unit && unit < end;
}

/* One body's place becomes NaN. */
static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct nbody_state *s = state;
  (void)partial;
  honest("drift", state, begin, end);
  if (holds(begin, end, 9))
    s->all[9].y = NAN;
}

/* One body stays where it is. */
static void still_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct nbody_state *s = state;
  struct nbody_body before = s->all[9];
  (void)partial;
  honest("drift", state, begin, end);
  if (holds(begin, end, 9))
    s->all[9] = before;
}

/* The last body attracts no other. */
static void fewer_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct nbody_state fewer = *(const struct nbody_state *)state;
  (void)partial;
  fewer.n--;
  honest("pull", &fewer, begin, end);
}

/* One body is pulled as if by its like. */
static void mass_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct nbody_state *s = state;
  double mass = s->all[0].mass;
  (void)partial;
  s->all[0].mass = holds(begin, end, 9) ? s->all[1].mass : mass;
  honest("pull", state, begin, end);
  s->all[0].mass = mass;
}

/* The accelerations are right to 9 digits only. */
static void rough_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct nbody_state *s = state;
  (void)partial;
  honest("pull", state, begin, end);
  for (int64_t i = begin; i < end; i++)
    s->a[0][i - s->begin] *= 1 + 1e-9;
}

/* The second half of the kick is skipped. */
static void half_body(void *state, int64_t begin, int64_t end, void *partial) {
  (void)partial;
  honest("first_pull", state, begin, end);
}

static const struct fault faults[] = {
    {.what = "a NaN among the places", .phase = "drift", .body = nan_body},
    {.what = "a body that does not move", .phase = "drift", .body = still_body},
    {.what = "a body that is skipped", .phase = "pull", .body = fewer_body},
    {.what = "a wrong mass for one body", .phase = "pull", .body = mass_body},
    {.what = "accelerations to 9 digits", .phase = "pull", .body = rough_body},
    {.what = "half of the kick", .phase = "pull", .body = half_body},
    {0},
};

const struct kernel_case case_nbody = {
    .sizes = sizes,
    .settings = settings,
    .paths_round = true, /* the tuned path has another power -3/2 */
    .fault_size = 24,
    .fault_settings = "steps=3",
    .faults = faults,
};
