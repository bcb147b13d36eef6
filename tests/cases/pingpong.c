#define kernel_pingpong kernel_pingpong_copy
#include "kernels/pingpong.c"
#undef kernel_pingpong

#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 8, 15, 16, 17, 56, 57, -1};
static const char *const settings[] = {"rounds=2", "rounds=2 burst=3 compute=5", NULL};

/* A byte less than must be is sent. */
static void short_rounds(void *state, struct rounds *rounds) {
  case_honest("trips")->rounds(state, rounds);
  rounds->bytes--;
}

/* What the ponger gets goes elsewhere. */
static void astray_rounds(void *state, struct rounds *rounds) {
  static char elsewhere[64];
  case_honest("trips")->rounds(state, rounds);
  if (rounds->receive[PONGER])
    rounds->receive[PONGER] = elsewhere;
}

static void few_rounds(void *state, struct rounds *rounds) {
  case_honest("trips")->rounds(state, rounds);
  rounds->rounds--;
}

/* One message of the burst less. */
static void thin_rounds(void *state, struct rounds *rounds) {
  case_honest("trips")->rounds(state, rounds);
  rounds->burst--;
}

static void stale_rounds(void *state, struct rounds *rounds) {
  case_honest("trips")->rounds(state, rounds);
  rounds->first_stamp = 0;
}

/* The pinger computes one step too few in all. */
static void lazy_between(void *opaque) {
  struct state *s = opaque;
  s->compute -= s->endpoints[PINGER].number == 0;
  take_steps(opaque);
  s->compute = 5;
}

static void lazy_rounds(void *state, struct rounds *rounds) {
  case_honest("trips")->rounds(state, rounds);
  rounds->between = lazy_between;
}

static const struct fault faults[] = {
    {.what = "messages without their last byte", .phase = "trips", .rounds = short_rounds},
    {.what = "messages that do not arrive", .phase = "trips", .rounds = astray_rounds},
    {.what = "a round trip too few", .phase = "trips", .rounds = few_rounds},
    {.what = "a message of a burst omitted", .phase = "trips", .rounds = thin_rounds},
    {.what = "the numbers of the first pass again", .phase = "trips", .rounds = stale_rounds},
    {.what = "a step of computation skipped", .phase = "trips", .rounds = lazy_rounds},
    {0},
};

const struct kernel_case case_pingpong = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 41,
    .fault_settings = "rounds=2 burst=3 compute=5",
    .faults = faults,
    .large_size = 32 << 20,
    .large_settings = "rounds=1 burst=2",
};
