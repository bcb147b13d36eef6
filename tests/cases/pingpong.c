#define kernel_pingpong kernel_pingpong_copy
#include "kernels/pingpong.c"
#undef kernel_pingpong

#include "tests/cases/case.h"

static const int64_t sizes[] = {0, 1, 8, 15, 16, 17, 41, -1};
static const char *const settings[] = {"rounds=2", "rounds=2 burst=3 compute=5", NULL};

/* The ponger's message arrives with the tail of one before. */
static void torn_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  if (end > PONGER) {
    uint64_t before = s->sequence - 1;
    memcpy(s->endpoints[PONGER].in + s->n - STAMP, &before, STAMP);
  }
  case_honest("ping")->body(opaque, begin, end, partial);
}

/* One byte in the middle of the last answer changes during the transfer. */
static void changed_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  case_honest("pong")->body(opaque, begin, end, partial);
  if (begin <= PINGER && s->round == s->rounds - 1)
    s->endpoints[PINGER].in[s->n / 2] ^= 1;
}

/* The ponger does not look at what it gets, and answers. */
static void blind_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)begin;
  (void)partial;
  if (end > PONGER && s->index + 1 == s->burst)
    prepare(s, PONGER, 0);
}

/* The pinger computes one step too few in all. */
static void lazy_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state lazy = *(const struct state *)opaque;
  lazy.compute -= lazy.sequence == 1;
  case_honest("ping")->body(&lazy, begin, end, partial);
  ((struct state *)opaque)->endpoints[PINGER] = lazy.endpoints[PINGER];
  ((struct state *)opaque)->endpoints[PONGER] = lazy.endpoints[PONGER];
}

static const struct fault faults[] = {
    {.what = "a message with the tail of one before", .phase = "ping", .body = torn_body},
    {.what = "a byte that has changed", .phase = "pong", .body = changed_body},
    {.what = "a step of computation skipped", .phase = "ping", .body = lazy_body},
    {.what = "messages that nobody looked at", .phase = "ping", .body = blind_body},
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
