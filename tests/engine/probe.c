#include "tests/engine/probe.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"

enum { WIDTH = 3 };
enum { PHASE_FILL, PHASE_LOOK, PHASE_PAUSE, PHASE_LOCAL, PHASE_STEP, PHASE_COUNT };

static const struct kernel_option options[] = {
    {"rounds", OPTION_COUNT, 2, 1, 100, "round", "how often the phases go round in a pass"},
    {0},
};

/* x -> a x + b, of which the composition depends on the order and, by rounding, on the tree. */
struct probe_map {
  double a, b;
};

struct state {
  const struct problem *problem;
  struct part part;
  int64_t units;
  int64_t round;        /* since SETUP */
  double *value;        /* own units, WIDTH more on both sides; unit u holds u + round */
  double *sum;          /* own units: the sum over a unit's neighbourhood */
  struct probe_map map; /* of the last round */
  double wrong_sums;    /* so far; and calls that should not have been */
  uint64_t paused, local, local_expected;
};

static int64_t units(const struct problem *problem) {
  return problem->n;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  void *value, *sum;
  s->problem = problem;
  s->part = *part;
  s->units = problem->n;
  if (memory_allocate(&value, part->end - part->begin + 2 * WIDTH, sizeof(double), "values", error))
    return error->code;
  s->value = value;
  if (memory_allocate(&sum, part->end - part->begin, sizeof(double), "sums", error))
    return error->code;
  s->sum = sum;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->value);
  free(s->sum);
}

static double *own(const struct state *s) {
  return s->value + WIDTH;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t u = begin; u < end; u++)
    own(s)[u - s->part.begin] = (double)u;
}

static void look_request(void *opaque, struct request *request) {
  request->kind = REQUEST_HALO;
  request->as.halo = (struct halo){own(opaque), sizeof(double), WIDTH};
}

static void look_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  struct probe_map map = {1, 0};
  for (int64_t u = begin; u < end; u++) {
    double sum = 0;
    for (int64_t v = u - WIDTH; v <= u + WIDTH; v++)
      if (v >= 0 && v < s->units)
        sum += own(s)[v - s->part.begin];
    s->sum[u - s->part.begin] = sum;
    double a = 1 + 1 / (double)(u + 3), b = 0.1 * sum;
    map = (struct probe_map){a * map.a, a * map.b + b};
  }
  *(struct probe_map *)partial = map;
}

static void map_combine(void *into, const void *from) {
  struct probe_map *f = into;
  const struct probe_map *g = from;
  *f = (struct probe_map){g->a * f->a, g->a * f->b + g->b};
}

static int look_then(void *opaque, const void *total) {
  ((struct state *)opaque)->map =
      total ? *(const struct probe_map *)total : (struct probe_map){1, 0};
  return PHASE_PAUSE;
}

static void pause_ask(void *opaque, int64_t unit, struct operation *operation) {
  (void)opaque;
  operation->kind = OPERATION_DELAY;
  operation->as.delay_ns = unit % 16 == 0 ? 20000 : 0;
}

static void pause_arrived(void *opaque, int64_t unit, const struct operation *operation,
                          void *partial) {
  (void)opaque;
  *(int64_t *)partial += operation->elapsed_ns >= (unit % 16 == 0 ? 20000 : 0) ? 1 : 1000000;
}

static void count_combine(void *into, const void *from) {
  *(uint64_t *)into += *(const uint64_t *)from; /* a planted fault may leave anything here */
}

static int pause_then(void *opaque, const void *total) {
  ((struct state *)opaque)->paused += total ? *(const uint64_t *)total : 0;
  return PHASE_LOCAL;
}

/* Twice as many local units as the part has, and one more. */
static int64_t local_extent(const void *opaque) {
  const struct state *s = opaque;
  return 2 * (s->part.end - s->part.begin) + 1;
}

static void local_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  (void)opaque;
  *(int64_t *)partial = end - begin;
}

static int local_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->local += *(const uint64_t *)total;
  s->local_expected += (uint64_t)(2 * s->units + s->part.count);
  return PHASE_STEP;
}

static void step_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t u = begin; u < end; u++)
    own(s)[u - s->part.begin] += 1;
}

static int step_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->round++;
  return s->round % s->problem->value[PROBE_ROUNDS] == 0 ? PHASE_END : PHASE_LOOK;
}

/* How many own units have a sum that is not that of the last round. */
static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  int64_t wrong = 0;
  for (int64_t u = begin; u < end; u++) {
    int64_t low = u < WIDTH ? 0 : u - WIDTH;
    int64_t high = u + WIDTH >= s->units ? s->units - 1 : u + WIDTH;
    double expected = 0;
    for (int64_t v = low; v <= high; v++)
      expected += (double)(v + s->round - 1);
    wrong += !(s->sum[u - s->part.begin] == expected);
  }
  *(int64_t *)partial = wrong;
}

static int check_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->wrong_sums = total ? (double)*(const int64_t *)total : 0;
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_LOOK] = {.name = "look",
                    .stage = STAGE_TIMED,
                    .request = look_request,
                    .body = look_body,
                    .partial_bytes = sizeof(struct probe_map),
                    .combine = map_combine,
                    .edge = WIDTH,
                    .then = look_then},
    [PHASE_PAUSE] = {.name = "pause",
                     .stage = STAGE_TIMED,
                     .ask = pause_ask,
                     .arrived = pause_arrived,
                     .partial_bytes = sizeof(int64_t),
                     .combine = count_combine,
                     .then = pause_then},
    [PHASE_LOCAL] = {.name = "local",
                     .stage = STAGE_TIMED,
                     .extent = local_extent,
                     .body = local_body,
                     .partial_bytes = sizeof(int64_t),
                     .combine = count_combine,
                     .then = local_then},
    [PHASE_STEP] = {.name = "step", .stage = STAGE_TIMED, .body = step_body, .then = step_then},
    [PHASE_COUNT] = {.name = "check",
                     .stage = STAGE_CHECK,
                     .body = check_body,
                     .partial_bytes = sizeof(int64_t),
                     .combine = count_combine,
                     .then = check_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n;
  return (struct work){.operations = n, .memory = 16 * n + 48.0 * parts};
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  int64_t rounds = passes * problem->value[PROBE_ROUNDS];
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%.17g", s->map.b);
  snprintf(verdict.expected, sizeof verdict.expected, "-");
  verdict.error = s->wrong_sums + (double)(s->paused != (uint64_t)(rounds * s->units)) +
                  (double)(s->local != s->local_expected) + fabs((double)(s->round - rounds));
  return verdict;
}

const struct kernel kernel_probe = {
    .name = "probe",
    .summary = "every word of the contract",
    .description = "Every word of the contract.",
    .counting = "-",
    .oracle = "-",
    .exchanged = "-",
    .expectation = "-",
    .unit = "unit",
    .operation = "unit",
    .bound = BOUND_COMPUTE,
    .size = {"n", OPTION_COUNT, 20, 0, 1000, "unit", "units"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .close = close_part,
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
    .work = work,
    .verify = verify,
};

static const int64_t sizes[] = {0, 1, 2, 5, 7, 64, 97, -1};

const struct kernel_case case_probe = {.sizes = sizes, .fault_size = 24};
