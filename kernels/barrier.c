/* barrier: the cost of a synchronization of all workers. */
#include <inttypes.h>
#include <stdio.h>

#include "kernels/kernel.h"

/* What the parts saw of a pass, in each of which the workers must have seen the same. */
struct tally {
  uint64_t rounds; /* that a worker went through; of the part where that is least */
  uint64_t wrong;  /* parts whose counts are inconsistent, or in which no round was checked */
  uint64_t early;  /* times that a worker or a part left before another had come */
};

struct state {
  int64_t n, pass; /* synchronizations in a pass; the pass under way, from 0 */
  const struct rounds_result *result;
  struct tally own, tally; /* of the part, of all */
};

static int64_t *rounds_of(struct problem *problem) {
  return &problem->n;
}

static int64_t units(const struct problem *problem) {
  (void)problem;
  return 1;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  (void)part;
  (void)error;
  ((struct state *)opaque)->n = problem->n;
  return 0;
}

static void meet_rounds(void *opaque, struct rounds *rounds) {
  const struct state *s = opaque;
  *rounds = (struct rounds){
      .kind = ROUNDS_BARRIER, .rounds = s->n, .first_stamp = (uint64_t)s->pass * (uint64_t)s->n};
}

static int meet_then(void *opaque, const void *result) {
  ((struct state *)opaque)->result = result;
  return PHASE_END;
}

static struct tally own_tally(const struct state *s) {
  const struct rounds_result *result = s->result;
  uint64_t workers = (uint64_t)result->workers, n = (uint64_t)s->n;
  uint64_t stamps = workers * rounds_sum((uint64_t)s->pass * n, n);
  return (struct tally){
      .rounds = workers > 0 ? result->right / workers : 0,
      .wrong = result->right != workers * n || result->stamps != stamps || result->checks == 0,
      .early = (uint64_t)result->early,
  };
}

static void count_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)begin;
  (void)end;
  s->own = own_tally(s);
  *(struct tally *)partial = s->own;
}

static void count_combine(void *into, const void *from) {
  struct tally *a = into;
  const struct tally *b = from;
  a->rounds = b->rounds < a->rounds ? b->rounds : a->rounds;
  a->wrong += b->wrong;
  a->early += b->early;
}

static int count_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = *(const struct tally *)total; /* every part has a unit */
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    {.name = "meet", .stage = STAGE_TIMED, .rounds = meet_rounds, .then = meet_then},
    {.name = "count",
     .stage = STAGE_CHECK,
     .extent = extent_one, /* every part has one result, also one without units */
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
  };
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64 "%s", s->tally.rounds,
           s->tally.early > 0 ? ", left early" : "");
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRId64, problem->n);
  verdict.error = (double)(s->own.wrong + s->tally.wrong + s->own.early + s->tally.early) +
                  (s->pass != passes) + (s->tally.rounds != (uint64_t)problem->n);
  return verdict;
}

const struct kernel kernel_barrier = {
    .name = "barrier",
    .summary = "n barriers of all workers, without computation between them",
    .description =
        "n consecutive barriers of all workers of all parts: MPI_Barrier between processes; "
        "between the threads of a process a dissemination barrier of flags, each in a cache line "
        "of its own (D. Hensgen, R. Finkel, U. Manber, Int. J. Parallel Programming 17, 1988); "
        "with both, the threads meet before and after MPI_Barrier. The engine itself runs this "
        "loop (docs/decisions/0015) and reads the clock only in the rounds that are checked, one "
        "in 61 or fewer. Like the BARRIER test of the EPCC OpenMP microbenchmarks (J. M. Bull, "
        "EWOMP 1999) and of the Intel MPI Benchmarks, and Synch_global of the Parallel Research "
        "Kernels (R. Van der Wijngaart, T. Mattson, HPEC 2014), an iteration of which has two "
        "barriers and a permutation of a string.\n\nWith one worker (serial, async) there is no "
        "other to wait for, and the time is that of an empty loop.",
    .counting =
        "An operation is one barrier. Messages: P ceil(log2 P) for each barrier of P parts, as in "
        "the dissemination barrier; the MPI library may choose another.",
    .oracle =
        "No worker may leave a barrier before the last has entered it. In one round of 61 (fewer "
        "in long passes, but hundreds in all; with two threads in one process in every round) and "
        "in the last one, each thread writes the round's "
        "number before the barrier and reads those of all others after it, which must be at least "
        "its own. Each process records the time just before and just after the barrier; by the "
        "common clock, no process may leave before another has entered (across machines, by more "
        "than the clocks' error and drift). Each worker counts its rounds and adds up their "
        "numbers. Exact.",
    .exchanged = "Only the barriers, which the engine runs.",
    .expectation =
        "The latency between cores, or of the network, limits it: the cost of a barrier grows with "
        "the number of workers, as log P at best, so more workers never make it faster. An "
        "oversubscribed machine adds a context switch for each worker.",
    .unit = "part",
    .operation = "syncs",
    .bound = BOUND_NETWORK,
    .size = {"n", OPTION_COUNT, 100000, 1, INT64_C(1000000000000), "synchronization",
             "synchronizations of all workers in one repetition"},
    .state_bytes = sizeof(struct state),
    .rounds = rounds_of,
    .units = units,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
