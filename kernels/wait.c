/* wait: n requests of which each takes a fixed time and no computing. */
#include <inttypes.h>
#include <stdio.h>

#include "kernels/kernel.h"

enum { DELAY };

static const struct kernel_option options[] = {
    {"delay", OPTION_DURATION, 50000000, 0, INT64_C(3600000000000), NULL,
     "how long each request takes"},
    {0},
};

/* What the arrived requests add up to; whole numbers, so the order of arrival does not matter. */
struct tally {
  uint64_t count, unit_sum;
  int64_t early_ns; /* by how much the earliest came before its time; 0 if none did */
};

struct state {
  const struct problem *problem;
  struct tally tally;
};

static int64_t units(const struct problem *problem) {
  return problem->n;
}

static int open_part(void *state, const struct problem *problem, const struct part *part,
                     struct error *error) {
  (void)part;
  (void)error;
  ((struct state *)state)->problem = problem;
  return 0;
}

static void wait_ask(void *state, int64_t unit, struct operation *operation) {
  (void)unit;
  operation->kind = OPERATION_DELAY;
  operation->as.delay_ns = ((const struct state *)state)->problem->value[DELAY];
}

static void wait_arrived(void *state, int64_t unit, const struct operation *operation,
                         void *partial) {
  int64_t early_ns = ((const struct state *)state)->problem->value[DELAY] - operation->elapsed_ns;
  struct tally *tally = partial;
  tally->count++;
  tally->unit_sum += (uint64_t)unit;
  if (early_ns > tally->early_ns)
    tally->early_ns = early_ns;
}

static void tally_combine(void *into, const void *from) {
  struct tally *sum = into;
  const struct tally *more = from;
  sum->count += more->count;
  sum->unit_sum += more->unit_sum;
  if (more->early_ns > sum->early_ns)
    sum->early_ns = more->early_ns;
}

static int wait_then(void *state, const void *total) {
  ((struct state *)state)->tally = total ? *(const struct tally *)total : (struct tally){0};
  return PHASE_END;
}

static const struct phase phases[] = {
    {
        .name = "wait",
        .stage = STAGE_TIMED,
        .ask = wait_ask,
        .arrived = wait_arrived,
        .partial_bytes = sizeof(struct tally),
        .combine = tally_combine,
        .then = wait_then,
    },
};

static struct work work(const struct problem *problem, int parts) {
  (void)parts;
  return (struct work){.operations = (double)problem->n};
}

/* Each request arrived once: the count and the sum of the units' numbers say so; and none too
 * early. */
static struct verdict verify(const void *state, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)state)->tally;
  uint64_t n = (uint64_t)problem->n;
  uint64_t unit_sum = n == 0 ? 0 : n % 2 == 0 ? n / 2 * (n - 1) : (n - 1) / 2 * n;
  struct verdict verdict = {.tolerance = 0};
  (void)passes; /* each pass is counted afresh */
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64, tally->count);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRIu64, n);
  verdict.error = tally->count > n ? (double)(tally->count - n) : (double)(n - tally->count);
  if (tally->unit_sum != unit_sum)
    verdict.error += 1;
  verdict.error += (double)tally->early_ns * 1e-9;
  return verdict;
}

const struct kernel kernel_wait = {
    .name = "wait",
    .summary = "n requests that each take a fixed time: waiting, no computing",
    .description =
        "Awaits n delays, as a program does that asks n slow servers. A worker that blocks waits "
        "for one at a time; cooperative tasks wait for all at once.",
    .counting = "An operation is one delay that has passed. No bytes are counted.",
    .oracle =
        "Every request arrived exactly once (the count is n and the sum of the requests' numbers "
        "is n(n-1)/2) and none before its time by a monotonic clock. Exact.",
    .exchanged = "Nothing but a count of 24 bytes when all have arrived.",
    .expectation =
        "Nothing computes, so the number of cores does not matter: W workers that block take n/W "
        "delays one after the other, one thread with n cooperative tasks takes one. The lock "
        "changes nothing, since who waits does not hold it.",
    .unit = "request",
    .operation = "waits",
    .bound = BOUND_WAIT,
    .size = {"n", OPTION_COUNT, 100, 0, 1000000000, "request", "how many requests"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
    .work = work,
    .verify = verify,
};
