/* barrier: the cost of a synchronisation, as that of a step which computes next to nothing. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/kernel.h"

enum { SLOTS };
enum { PHASE_FILL, PHASE_STEP, PHASE_COUNT };
enum { CACHE_LINE = 64 };

static const struct kernel_option options[] = {
    {"slots", OPTION_COUNT, 64, 1, 1 << 20, "slot",
     "values that take part; at least as many as there are workers in all"},
    {0},
};

/* A line of its own, so that only who reads a neighbour's value fetches it, however many share the
 * slots. */
struct slot {
  uint64_t value;
  char rest[CACHE_LINE - sizeof(uint64_t)];
};

/* The oracle's view of the slots; integers modulo 2^64, in which nothing is lost. */
struct tally {
  uint64_t count, sum, wrong;
};

struct state {
  int64_t n, begin, end; /* synchronisations in a pass; the own slots */
  uint64_t step;         /* steps done since SETUP */
  struct slot *slots[2]; /* written in steps of this parity; own slots only */
  struct tally tally;
};

static int64_t units(const struct problem *problem) {
  return problem->value[SLOTS];
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  s->n = problem->n;
  s->begin = part->begin;
  s->end = part->end;
  for (int i = 0; i < 2; i++)
    if (memory_allocate(&s->slots[i], part->end - part->begin, sizeof(struct slot), "the slots",
                        error))
      return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->slots[0]);
  free(s->slots[1]);
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    s->slots[0][i - s->begin].value = (uint64_t)i;
    s->slots[1][i - s->begin].value = 0;
  }
}

static void step_request(void *opaque, struct request *request) {
  (void)opaque;
  request->kind = REQUEST_BARRIER;
}

/* Takes over the next slot's value of the step before, plus 1; the part's last slot takes that of
 * its first. */
static void step_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const struct slot *restrict from = s->slots[s->step % 2];
  struct slot *restrict to = s->slots[(s->step + 1) % 2];
  int64_t first = begin - s->begin, last = end - s->begin - 1;
  (void)partial;
  for (int64_t i = first; i < last; i++)
    to[i].value = from[i + 1].value + 1;
  to[last].value = from[end == s->end ? 0 : last + 1].value + 1;
}

static int step_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->step++;
  return s->step % (uint64_t)s->n == 0 ? PHASE_END : PHASE_STEP;
}

static void count_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const struct slot *slots = s->slots[s->step % 2];
  uint64_t own = (uint64_t)(s->end - s->begin);
  struct tally tally = {.count = (uint64_t)(end - begin)};
  for (int64_t i = begin; i < end; i++) {
    uint64_t value = slots[i - s->begin].value, from = (uint64_t)(i - s->begin) + s->step % own;
    tally.sum += value;
    tally.wrong += value != (uint64_t)s->begin + from % own + s->step;
  }
  *(struct tally *)partial = tally;
}

static void count_combine(void *into, const void *from) {
  struct tally *a = into;
  const struct tally *b = from;
  a->count += b->count;
  a->sum += b->sum;
  a->wrong += b->wrong;
}

static int count_then(void *opaque, const void *total) {
  ((struct state *)opaque)->tally = *(const struct tally *)total; /* there is a slot */
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_STEP] = {.name = "step",
                    .stage = STAGE_TIMED,
                    .request = step_request,
                    .body = step_body,
                    .edge = EDGE_ALL,
                    .then = step_then},
    [PHASE_COUNT] = {.name = "count",
                     .stage = STAGE_CHECK,
                     .body = count_body,
                     .partial_bytes = sizeof(struct tally),
                     .combine = count_combine,
                     .then = count_then},
};

static int rounds_of_dissemination(int parts) {
  int rounds = 0;
  while (INT64_C(1) << rounds < parts)
    rounds++;
  return rounds;
}

static struct work work(const struct problem *problem, int parts) {
  return (struct work){
      .operations = (double)problem->n,
      .messages = (double)problem->n * parts * rounds_of_dissemination(parts),
      .memory = 2.0 * (double)problem->value[SLOTS] * sizeof(struct slot),
  };
}

/* A step moves the values round and adds 1 to each, so their sum tells how many there were. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)opaque)->tally;
  uint64_t slots = (uint64_t)problem->value[SLOTS];
  uint64_t steps = (uint64_t)passes * (uint64_t)problem->n;
  uint64_t expected = slots * (slots - 1) / 2 + slots * steps;
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64, tally->sum);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRIu64, expected);
  verdict.error = (double)tally->wrong + (tally->sum != expected) + (tally->count != slots);
  return verdict;
}

const struct kernel kernel_barrier = {
    .name = "barrier",
    .summary = "n synchronisations of all workers, and next to nothing between them",
    .description =
        "n steps between which all workers of all parts synchronise. In a step each of a few "
        "slots (64) takes over the value that its neighbour had after the step before, plus 1, in "
        "two buffers that change places; the part's last slot takes that of its first. The loads "
        "and stores take some nanoseconds, so the time of a step is that of a synchronisation as "
        "a program meets it: all have come, and what they wrote before is seen by all after. Like "
        "Synch_global of the Parallel Research Kernels (R. Van der Wijngaart, T. Mattson, HPEC "
        "2014), of which an iteration holds two barriers and a scrambling of a string, and the "
        "BARRIER test of the EPCC OpenMP microbenchmarks (J. M. Bull, EWOMP 1999) and of the "
        "Intel MPI Benchmarks.\n\n"
        "In one thread (serial, async) there is nobody to wait for, and the figure is what a step "
        "of the engine costs.",
    .counting =
        "An operation is one step. Messages: P ceil(log2 P) for each step of P parts, as in the "
        "dissemination barrier (D. Hensgen, R. Finkel, U. Manber, Int. J. Parallel Programming 17, "
        "1988); the MPI library may choose another.",
    .oracle =
        "After k steps in all, the slot i of a part that owns m slots from b on holds b + (i - b "
        "+ k) mod m + k: where one worker has read what another had not yet written, or had "
        "written too early, it does not. Held against it: every slot, their number, and that "
        "their sum is s(s-1)/2 + s k, where s is the number of all slots and the engine has "
        "counted the steps. Integers modulo 2^64; exact. Between parts the barrier is all there "
        "is, and that one part waited for the others does not show in any data.",
    .exchanged = "Nothing but a barrier before each step (REQUEST_BARRIER).",
    .expectation =
        "The latency between cores, or of the network, limits it: a synchronisation costs more the "
        "more workers there are, as log P at best, and a pass never gets faster by more of them. "
        "More workers than cores cost a switch of threads each.",
    .unit = "slot",
    .operation = "syncs",
    .bound = BOUND_NETWORK,
    .size = {"n", OPTION_COUNT, 100000, 1, INT64_C(1000000000000), "synchronisation",
             "synchronisations of all workers in one repetition"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
