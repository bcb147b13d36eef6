/* spin: n independent tasks of a given number of dependent steps: work without data. */
#include <inttypes.h>
#include <stdio.h>

#include "kernels/blocks/steps.h"
#include "kernels/kernel.h"

enum { STEPS };

static const struct kernel_option options[] = {
    {"steps", OPTION_COUNT, 75000, 0, INT64_C(1) << 40, "step",
     "dependent multiply-adds in a task, of 4 cycles or so: 750 take about 1 us at 3 GHz"},
    {0},
};

/* Added up over tasks, modulo 2^64, so that their order does not matter. */
struct tally {
  uint64_t count, ends; /* tasks done; the sum of what they came to */
};

struct state {
  int64_t steps;
  int64_t pass; /* the one under way, from 0 */
  struct tally tally;
};

static int open_part(void *state, const struct problem *problem, const struct part *part,
                     struct error *error) {
  (void)part;
  (void)error;
  ((struct state *)state)->steps = problem->value[STEPS];
  return 0;
}

static void spin_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const int64_t steps = s->steps, pass = s->pass;
  struct tally tally = {(uint64_t)(end - begin), 0};
  for (int64_t task = begin; task < end; task++)
    tally.ends += steps_take(steps_start(task, pass), steps);
  *(struct tally *)partial = tally;
}

static void tally_combine(void *into, const void *from) {
  ((struct tally *)into)->count += ((const struct tally *)from)->count;
  ((struct tally *)into)->ends += ((const struct tally *)from)->ends;
}

static int spin_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = total ? *(const struct tally *)total : (struct tally){0};
  s->pass++;
  return PHASE_END;
}

static const struct phase phases[] = {
    {
        .name = "spin",
        .stage = STAGE_TIMED,
        .body = spin_body,
        .partial_bytes = sizeof(struct tally),
        .combine = tally_combine,
        .movable = true,
        .then = spin_then,
    },
};

static struct work work(const struct problem *problem, int parts) {
  (void)parts;
  return (struct work){.operations = (double)problem->n * (double)problem->value[STEPS]};
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct tally *tally = &((const struct state *)opaque)->tally;
  uint64_t n = (uint64_t)problem->n, expected = steps_sum(n, passes - 1, problem->value[STEPS]);
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%016" PRIx64, tally->ends);
  snprintf(verdict.expected, sizeof verdict.expected, "%016" PRIx64, expected);
  verdict.error = (tally->count != n) + (tally->ends != expected);
  return verdict;
}

const struct kernel kernel_spin = {
    .name = "spin",
    .summary = "n independent tasks of a given length: computation without data",
    .description =
        "Runs n tasks, each a chain of dependent steps x -> a x + c modulo 2^64 (option steps: how "
        "many), which access no memory. The dependences fix the duration of a task: at 3 GHz 750 "
        "steps take about 1 us, 750 million about 1 s. With --grain 1 each task is a range of its "
        "own, and the overhead of a model becomes visible: the smallest task at which it is still "
        "50 % efficient is its METG (E. Slaughter et al., Task Bench, SC 2020), which "
        "bench/metg.sh measures.",
    .counting =
        "An operation is one step: a 64-bit multiplication (3 cycles of latency) and an addition "
        "(1). No bytes are counted.",
    .oracle =
        "Steps of a linear congruential generator have a closed form (F. Brown, 1994), and so has "
        "the sum of the final values of all tasks, modulo 2^64. Both this sum and the number of "
        "tasks are compared exactly. The tasks start with other numbers in each repetition, so "
        "that the result of one is wrong in all others.",
    .exchanged = "Only 16 bytes of partial results for each part.",
    .expectation =
        "Long tasks scale with the cores in every model except threads+lock and async, which use "
        "one core at a time. With short tasks the cost of scheduling a range becomes visible. Any "
        "part may run any task, so dynamic schedules work across processes; as all tasks are "
        "equal, they gain only if other programs take time from a core.",
    .unit = "task",
    .operation = "steps",
    .bound = BOUND_COMPUTE,
    .size = {"n", OPTION_COUNT, 1000, 0, INT64_C(1) << 40, "task", "how many tasks"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units_n,
    .open = open_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = verify,
};
