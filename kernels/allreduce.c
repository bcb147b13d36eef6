/* allreduce: the sum of vectors, one of each contributor, which all workers receive; repeated. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "kernels/kernel.h"

enum { ROUNDS, CONTRIBUTORS };
enum {
  WEIGHTS = 7, /* the contributors' weights are 1 to this, in turn */
  BLOCK = 1 << 20
};

static const struct kernel_option options[] = {
    {"rounds", OPTION_COUNT, 1000, 1, 1000000000, "round",
     "reductions in one repetition, one after another"},
    {"contributors", OPTION_COUNT, 64, 1, 65536, "contributor",
     "vectors that are added; at least as many as there are workers in all"},
    {0},
};

/* What the parts have got: how many contributors they had, and parts to which a sum was not right,
 * or the last one not what it was to the others. */
struct tally {
  uint64_t contributors, wrong;
  double first; /* element 0 of the last sum */
};

struct state {
  int64_t n, rounds, contributors; /* contributors: of the part */
  int64_t pass;                    /* under way, from 0 */
  double weight;                   /* of all contributors */
  const struct rounds_result *result;
  struct tally tally;
};

static int64_t *rounds_of(struct problem *problem) {
  return &problem->value[ROUNDS];
}

static int64_t units(const struct problem *problem) {
  return problem->value[CONTRIBUTORS];
}

static double weight_of(int64_t begin, int64_t end) {
  int64_t weight = 0;
  for (int64_t unit = begin; unit < end; unit++)
    weight += unit % WEIGHTS + 1;
  return (double)weight;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  (void)error;
  s->n = problem->n;
  s->rounds = problem->value[ROUNDS];
  s->weight = weight_of(0, problem->value[CONTRIBUTORS]);
  s->contributors = part->end - part->begin;
  return 0;
}

/* Element i is to the weight what i + base is to 1. The indices within a block are ints, which
 * every vector unit turns into doubles. */
static void fill_block(double *restrict value, int count, double weight, double base) {
#pragma omp simd
  for (int i = 0; i < count; i++)
    value[i] = weight * (base + (double)i);
}

static int count_right(const double *restrict value, int count, double weight, double base) {
  int right = 0;
#pragma omp simd reduction(+ : right)
  for (int i = 0; i < count; i++)
    right += value[i] == weight * (base + (double)i);
  return right;
}

static int block_at(int64_t begin, int64_t n) {
  return n - begin < BLOCK ? (int)(n - begin) : BLOCK;
}

static double sum_fill(const void *opaque, int64_t begin, int64_t end, double *vector) {
  const struct state *s = opaque;
  double weight = weight_of(begin, end);
  for (int64_t i = 0; i < s->n; i += BLOCK)
    fill_block(vector + i, block_at(i, s->n), weight, (double)(s->pass + i));
  return weight;
}

static uint64_t first_stamp(const struct state *s) {
  return (uint64_t)s->pass * (uint64_t)s->rounds;
}

static void sum_rounds(void *opaque, struct rounds *rounds) {
  const struct state *s = opaque;
  *rounds = (struct rounds){.kind = ROUNDS_ALLREDUCE,
                            .rounds = s->rounds,
                            .first_stamp = first_stamp(s),
                            .doubles = s->n,
                            .total_weight = s->weight,
                            .fill = sum_fill};
}

static int sum_then(void *opaque, const void *result) {
  ((struct state *)opaque)->result = result;
  return PHASE_END;
}

/* How many elements of the pass's last sum are right. Three of them are stamped. */
static int64_t count_all(const struct state *s) {
  const double *vector = s->result->vector;
  uint64_t number = first_stamp(s) + (uint64_t)s->rounds - 1;
  const int64_t stamped[] = {0, s->n - 1, rounds_moving(number, s->n)};
  int64_t right = 0;
  for (int64_t i = 0; i < s->n; i += BLOCK)
    right += count_right(vector + i, block_at(i, s->n), s->weight, (double)(s->pass + i));
  for (int k = 0; k < 3; k++) {
    int64_t i = stamped[k];
    bool again = (k > 0 && i == stamped[0]) || (k > 1 && i == stamped[1]);
    if (!again) {
      right -= vector[i] == s->weight * (double)(s->pass + i);
      right += vector[i] == s->weight * rounds_value(number);
    }
  }
  return right;
}

static void compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const struct rounds_result *result = s->result;
  uint64_t workers = (uint64_t)result->workers, rounds = (uint64_t)s->rounds;
  (void)begin;
  (void)end;
  *(struct tally *)partial = (struct tally){
      .contributors = (uint64_t)s->contributors,
      .wrong = result->right != workers * rounds ||
               result->stamps != workers * rounds_sum(first_stamp(s), rounds) ||
               count_all(s) != s->n,
      .first = result->vector[0],
  };
}

static void compare_combine(void *into, const void *from) {
  struct tally *a = into;
  const struct tally *b = from;
  a->contributors += b->contributors;
  a->wrong += b->wrong + (a->first != b->first);
}

static int compare_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = *(const struct tally *)total; /* every part has a unit */
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    {.name = "sum", .stage = STAGE_TIMED, .rounds = sum_rounds, .then = sum_then},
    {.name = "compare",
     .stage = STAGE_CHECK,
     .extent = extent_one, /* every part has one result, also one without contributors */
     .body = compare_body,
     .partial_bytes = sizeof(struct tally),
     .combine = compare_combine,
     .then = compare_then},
};

static struct work work(const struct problem *problem, int parts) {
  double rounds = (double)problem->value[ROUNDS];
  (void)parts;
  return (struct work){
      .operations = rounds,
      .bytes = rounds * (double)problem->n * sizeof(double),
  };
}

/* The sum of the weights 1, 2, ... WEIGHTS, 1, 2, ... of the contributors: complete cycles, and a
 * remainder. */
static int64_t closed_weight(int64_t contributors) {
  int64_t turns = contributors / WEIGHTS, rest = contributors % WEIGHTS;
  return turns * (WEIGHTS * (WEIGHTS + 1) / 2) + rest * (rest + 1) / 2;
}

/* All is below 2^53: the weight below 2^19, an element's number below 2^33. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)opaque)->tally;
  int64_t contributors = problem->value[CONTRIBUTORS], weight = closed_weight(contributors);
  uint64_t last = (uint64_t)passes * (uint64_t)problem->value[ROUNDS] - 1;
  int64_t expected = weight * (int64_t)rounds_value(last);
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%.17g", tally->first);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRId64, expected);
  verdict.error = fabs(tally->first - (double)expected) + (double)tally->wrong +
                  fabs((double)tally->contributors - (double)contributors);
  return verdict;
}

const struct kernel kernel_allreduce = {
    .name = "allreduce",
    .summary = "sum of vectors of n doubles over all workers, which all of them receive",
    .description =
        "64 contributors have a vector of n doubles each, and every part receives the sum of these "
        "vectors; a repetition does this several times. The vector of a worker is the sum of those "
        "of its own contributors, in closed form, and is written once for each pass. The threads "
        "of a process add up their vectors, each a slice of them, and MPI_Allreduce adds up those "
        "of the processes. The engine itself runs this loop and reads no clock inside it "
        "(docs/decisions/0015).\n\nWith one worker (serial, async) there is nothing to add, and "
        "the time is that of copying a vector. Other kernels combine their sums in a tree of "
        "partial results that is bitwise reproducible on any number of processes "
        "(docs/decisions/0002); kernel reduce measures that.",
    .counting =
        "An operation is one reduction; the bytes are the 8 n of its result, which NCCL's tests "
        "call the algorithm bandwidth. n = 1 gives the latency, as the Allreduce of the OSU and "
        "the Intel MPI benchmarks. The messages inside MPI_Allreduce are not counted.",
    .oracle =
        "Contributor u's element i is (u mod 7 + 1)(i + pass), the sum's element i therefore W (i "
        "+ pass) where W is the sum of the weights. In each round, the engine replaces the first "
        "element, the last and one that moves from round to round by the weight times the round's "
        "number, and compares their sums with W times that number; the kernel knows how many "
        "rounds must have been right on every worker, and the sum of their numbers. So a sum that "
        "is stale, incomplete or zeroed is an error. After a pass, all elements of the last sum "
        "are compared in every part, and the contributors are counted. All numbers are integers "
        "below 2^53; the comparison is exact.",
    .exchanged = "One MPI_Allreduce of n doubles for each reduction, in a loop of the engine.",
    .expectation =
        "Small vectors cost the latency of the synchronizations, which grows with log P at best; "
        "large ones are limited by the memory or the network: a library that splits the vector "
        "sends 2n doubles for each process whatever P (R. Thakur, R. Rabenseifner, W. Gropp, Int. "
        "J. High Performance Computing Applications 19, 2005). More workers never make it faster, "
        "since each adds a vector.",
    .unit = "contributor",
    .operation = "reductions",
    .bound = BOUND_NETWORK,
    .size = {"n", OPTION_COUNT, 1, 1, INT64_C(1) << 33, "element", "doubles in each vector"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .rounds = rounds_of,
    .units = units,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
