/* allreduce: the sum of vectors, one from each contributor, known to all; again and again. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "kernels/kernel.h"

enum { ROUNDS, CONTRIBUTORS };
enum { PHASE_REDUCE, PHASE_COMPARE };
enum {
  WEIGHTS = 7,     /* the contributors' weights are 1 to this, in turn */
  MODULUS = 65521, /* of the bases; prime */
  STRIDE = 7919,   /* from one sample to the next; prime */
  BLOCK = 1 << 20
};

static const struct kernel_option options[] = {
    {"rounds", OPTION_COUNT, 1000, 1, 1000000000, "round",
     "reductions in one repetition, each of which needs the result of the one before"},
    {"contributors", OPTION_COUNT, 64, 1, 65536, "contributor",
     "vectors that are added; at least as many as there are workers in all"},
    {0},
};

/* What a range contributes. The combining sees nothing else, so the length stands in it; twice, or
 * what no body has written would be taken for one. */
struct partial {
  uint64_t length, not_length; /* not_length == ~length */
  double value[];
};

/* What the parts have got: how many contributors they had; how many of them in a part to which the
 * last total was not right, or not what it was to the others. */
struct tally {
  uint64_t contributors, wrong;
  double first;
};

struct state {
  int64_t n, rounds;
  int64_t pass, round; /* under way, from 0 */
  double weight;       /* of all contributors */
  int64_t base;        /* of this round */
  int64_t right;       /* elements of the pass's last total that are as they must be */
  double first;        /* of them */
  struct tally tally;
};

static int64_t units(const struct problem *problem) {
  return problem->value[CONTRIBUTORS];
}

static int64_t first_base(int64_t pass) {
  return pass * WEIGHTS % MODULUS + 1;
}

/* The base of the round that follows, out of one value of the total, which is a whole number. What
 * is none shows as a base that no round has. */
static int64_t next_base(int64_t base, double value) {
  return value >= 0 && value < 0x1p53 ? (base + (int64_t)value) % MODULUS + 1 : -1;
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
  (void)part;
  (void)error;
  s->n = problem->n;
  s->rounds = problem->value[ROUNDS];
  s->weight = weight_of(0, problem->value[CONTRIBUTORS]);
  s->base = first_base(0);
  return 0;
}

static size_t reduce_size(const void *opaque) {
  return sizeof(struct partial) + (size_t)((const struct state *)opaque)->n * sizeof(double);
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

static void reduce_body(void *opaque, int64_t begin, int64_t end, void *opaque_partial) {
  const struct state *s = opaque;
  struct partial *partial = opaque_partial;
  double weight = weight_of(begin, end);
  partial->length = (uint64_t)s->n;
  partial->not_length = ~partial->length;
  for (int64_t i = 0; i < s->n; i += BLOCK)
    fill_block(partial->value + i, block_at(i, s->n), weight, (double)(s->base + i));
}

static void reduce_combine(void *opaque_into, const void *opaque_from) {
  struct partial *into = opaque_into;
  const struct partial *from = opaque_from;
  if (into->length != ~into->not_length || from->length != into->length ||
      from->not_length != into->not_length)
    return;
  double *restrict a = into->value;
  const double *restrict b = from->value;
#pragma omp simd
  for (uint64_t i = 0; i < into->length; i++)
    a[i] += b[i];
}

/* Each round takes its base from one value of the total before it, another one each time; after the
 * last of a pass, all of the total is looked at. */
static int reduce_then(void *opaque, const void *opaque_total) {
  struct state *s = opaque;
  const double *value = ((const struct partial *)opaque_total)->value; /* there is a contributor */
  if (++s->round < s->rounds) {
    s->base = next_base(s->base, value[s->round * STRIDE % s->n]);
    return PHASE_REDUCE;
  }
  s->first = value[0];
  s->right = 0;
  for (int64_t i = 0; i < s->n; i += BLOCK)
    s->right += count_right(value + i, block_at(i, s->n), s->weight, (double)(s->base + i));
  s->round = 0;
  s->base = first_base(++s->pass);
  return PHASE_END;
}

static void compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  uint64_t contributors = (uint64_t)(end - begin);
  *(struct tally *)partial = (struct tally){
      .contributors = contributors,
      .wrong = s->right == s->n ? 0 : contributors,
      .first = s->first,
  };
}

static void compare_combine(void *into, const void *from) {
  struct tally *a = into;
  const struct tally *b = from;
  a->contributors += b->contributors;
  a->wrong += b->wrong + (a->first == b->first ? 0 : b->contributors);
}

static int compare_then(void *opaque, const void *total) {
  ((struct state *)opaque)->tally = *(const struct tally *)total; /* there is a contributor */
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_REDUCE] = {.name = "reduce",
                      .stage = STAGE_TIMED,
                      .body = reduce_body,
                      .partial_size = reduce_size,
                      .combine = reduce_combine,
                      .then = reduce_then},
    [PHASE_COMPARE] = {.name = "compare",
                       .stage = STAGE_CHECK,
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

/* The weights 1, 2, ... WEIGHTS, 1, 2, ... of so many contributors: whole turns and a rest. */
static int64_t closed_weight(int64_t contributors) {
  int64_t turns = contributors / WEIGHTS, rest = contributors % WEIGHTS;
  return turns * (WEIGHTS * (WEIGHTS + 1) / 2) + rest * (rest + 1) / 2;
}

/* Follows the bases through the rounds of the last pass in integers: weight * (base + k) must have
 * been element k of each total. All is below 2^53: the weight below 2^19, an element's number below
 * 2^33, and a base below 2^17. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)opaque)->tally;
  int64_t contributors = problem->value[CONTRIBUTORS], weight = closed_weight(contributors);
  int64_t base = first_base(passes - 1);
  for (int64_t round = 1; round < problem->value[ROUNDS]; round++)
    base = (base + weight * (base + round * STRIDE % problem->n)) % MODULUS + 1;
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%.17g", tally->first);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRId64, weight * base);
  verdict.error = fabs(tally->first - (double)(weight * base)) + (double)tally->wrong +
                  fabs((double)tally->contributors - (double)contributors);
  return verdict;
}

const struct kernel kernel_allreduce = {
    .name = "allreduce",
    .summary = "vectors of n doubles added up over all workers, the sum known to all",
    .description =
        "Each of a few contributors (64) has a vector of n doubles; all parts are to have the sum "
        "of the vectors. So many rounds in a repetition, each of which needs the result of the "
        "one before, so that none can begin early. A worker first adds up its own contributors "
        "(in closed form: one vector is written for each range) and the engine combines the "
        "ranges' vectors in its fixed tree, so the bits do not depend on who had which. It "
        "measures that tree, in one memory and across processes: the MPI_Allreduce of a program "
        "that wants the same bits on any number of processes.\n\n"
        "With one worker (serial; async with --tasks 1) there is nothing to combine, and the "
        "figure is what a step of the engine and the writing of one vector cost.",
    .counting =
        "An operation is one reduction, bytes are the 8 n of its result: what NCCL's tests call "
        "the algorithm bandwidth, and n = 1 the latency, as in the Allreduce of the OSU and the "
        "Intel MPI benchmarks. What combining partial results sends is not counted as messages.",
    .oracle =
        "Contributor u's element i is (u mod 7 + 1)(i + base), the total's element i therefore "
        "W (i + base) where W is the sum of the weights. The base changes from round to round and "
        "is taken from an element of the total before, another one each time, so that a total that "
        "is stale or wrong there leads astray all that follow. Held against it: every element of a "
        "pass's last total in every part, the bases of all rounds (followed in integers from W in "
        "closed form), and the number of contributors. Whole numbers below 2^53; exact.",
    .exchanged =
        "What a part's ranges leave in the tree of partial results (docs/decisions/0002): one "
        "vector of n doubles with the default grain. In log2 P steps pairs of processes exchange "
        "what they have and combine it (recursive doubling); where P is no power of two, some take "
        "two steps more, and what they exchange is up to log2 P vectors.",
    .expectation =
        "Small vectors cost the latency of the synchronisations, which grows with log P at best; "
        "large ones are limited by the memory or the network, over which each process sends and "
        "receives n log2 P doubles. A library that splits the vector sends 2n whatever P (R. "
        "Thakur, R. Rabenseifner, W. Gropp, Int. J. High Performance Computing Applications 19, "
        "2005). More workers never make it faster: each adds a vector.",
    .unit = "contributor",
    .operation = "reductions",
    .bound = BOUND_NETWORK,
    .size = {"n", OPTION_COUNT, 1, 1, INT64_C(1) << 33, "element", "doubles in each vector"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
