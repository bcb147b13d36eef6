/* wait: n requests that each take some time, and some computing with each answer. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/random.h"
#include "kernels/blocks/steps.h"
#include "kernels/kernel.h"

enum { DELAY, DISTRIBUTION, SEED, WORK };
enum { FIXED, UNIFORM, EXPONENTIAL };

static const char *const distributions[] = {"fixed", "uniform", "exponential", NULL};

static const struct kernel_option options[] = {
    {"delay", OPTION_DURATION, 50000000, 0, INT64_C(3600000000000), NULL,
     "how long a request takes, on average"},
    {.name = "distribution",
     .type = OPTION_CHOICE,
     .initial = FIXED,
     .min = FIXED,
     .max = EXPONENTIAL,
     .help = "of the delays: all alike, even in 0 to twice the average, or exponential",
     .choices = distributions},
    {"seed", OPTION_COUNT, 1, 0, INT64_MAX, "seed", "of the delays that differ"},
    {"work", OPTION_COUNT, 0, 0, 1000000000, "step",
     "dependent steps computed with each answer, of 4 cycles or so"},
    {0},
};

/* What the arrived requests add up to; whole numbers, so the order of arrival does not matter. */
struct tally {
  uint64_t count, unit_sum;
  uint64_t computed; /* the sum of what the steps came to, modulo 2^64 */
  int64_t early_ns;  /* by how much the earliest came before its time; 0 if none did */
};

struct state {
  const struct problem *problem;
  int64_t pass; /* the one under way, from 0 */
  struct tally tally;
};

static int open_part(void *state, const struct problem *problem, const struct part *part,
                     struct error *error) {
  (void)part;
  (void)error;
  ((struct state *)state)->problem = problem;
  return 0;
}

/* A number in [0, 1) that depends on the seed and the unit alone. */
static double random_of(uint64_t seed, uint64_t unit) {
  uint64_t bits = random_mix((seed * RANDOM_STEP) ^ ((unit + 1) * 0xbf58476d1ce4e5b9u));
  return (double)(bits >> 11) * 0x1p-53;
}

static int64_t delay_of(const struct problem *problem, int64_t unit) {
  const int64_t mean_ns = problem->value[DELAY];
  if (problem->value[DISTRIBUTION] == FIXED)
    return mean_ns;
  double random = random_of((uint64_t)problem->value[SEED], (uint64_t)unit);
  double ns = problem->value[DISTRIBUTION] == UNIFORM ? 2 * random : -log1p(-random);
  return (int64_t)(ns * (double)mean_ns);
}

static void wait_ask(void *state, int64_t unit, struct operation *operation) {
  operation->kind = OPERATION_DELAY;
  operation->as.delay_ns = delay_of(((const struct state *)state)->problem, unit);
}

static void wait_arrived(void *state, int64_t unit, const struct operation *operation,
                         void *partial) {
  const struct state *s = state;
  const struct problem *problem = s->problem;
  int64_t early_ns = delay_of(problem, unit) - operation->elapsed_ns;
  struct tally *tally = partial;
  tally->count++;
  tally->unit_sum += (uint64_t)unit;
  tally->computed += steps_take(steps_start(unit, s->pass), problem->value[WORK]);
  if (early_ns > tally->early_ns)
    tally->early_ns = early_ns;
}

static void tally_combine(void *into, const void *from) {
  struct tally *sum = into;
  const struct tally *more = from;
  sum->count += more->count;
  sum->unit_sum += more->unit_sum;
  sum->computed += more->computed;
  if (more->early_ns > sum->early_ns)
    sum->early_ns = more->early_ns;
}

static int wait_then(void *state, const void *total) {
  struct state *s = state;
  s->tally = total ? *(const struct tally *)total : (struct tally){0};
  s->pass++;
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

/* Each request arrived once: the count and the sum of the units' numbers say so; none too early;
 * and all steps of this pass were computed. */
static struct verdict verify(const void *state, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)state)->tally;
  uint64_t n = (uint64_t)problem->n, unit_sum = sum_below(n);
  uint64_t computed = steps_sum(n, passes - 1, problem->value[WORK]);
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64, tally->count);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRIu64, n);
  verdict.error = tally->count > n ? (double)(tally->count - n) : (double)(n - tally->count);
  verdict.error += tally->unit_sum != unit_sum;
  verdict.error += tally->computed != computed;
  verdict.error += (double)tally->early_ns * 1e-9;
  return verdict;
}

const struct kernel kernel_wait = {
    .name = "wait",
    .summary = "n requests with a delay each: waiting, and optionally computation",
    .description =
        "Waits for n delays, as a program that sends requests to n slow servers, and computes with "
        "each answer (option work; nothing by default). A blocking worker waits for one delay at a "
        "time; cooperative tasks wait for all at the same time. The delays are constant, or drawn "
        "from a distribution with that mean; the delay of a request depends only on the seed and "
        "its number, so all models wait for the same delays.",
    .counting = "An operation is one delay. No bytes are counted.",
    .oracle =
        "Every request arrived exactly once (the count is n and the sum of the requests' numbers "
        "is n(n-1)/2), none before its time by a monotonic clock, and the result computed with the "
        "answers is a closed form (jumps of a linear congruential generator; F. Brown, 1994), from "
        "other numbers in each repetition. Exact.",
    .exchanged = "Only 32 bytes of counters for each part at the end.",
    .expectation =
        "Without work there is no computation, so the number of cores does not matter: W blocking "
        "workers take n/W delays, one thread with n cooperative tasks takes one. The lock has no "
        "effect, since a worker releases it while it waits. With work the threads compute on "
        "several cores, while cooperative tasks are limited by their one thread: option work "
        "shifts the kernel from I/O-bound to compute-bound.",
    .unit = "request",
    .operation = "waits",
    .bound = BOUND_WAIT,
    .size = {"n", OPTION_COUNT, 100, 0, 1000000000, "request", "how many requests"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
