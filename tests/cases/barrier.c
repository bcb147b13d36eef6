#define kernel_barrier kernel_barrier_copy
#include "kernels/barrier.c"
#undef kernel_barrier

#include "tests/cases/case.h"

static const int64_t sizes[] = {1, 2, 7, 200, -1};

static void few_rounds(void *state, struct rounds *rounds) {
  case_honest("meet")->rounds(state, rounds);
  rounds->rounds--;
}

static void stale_rounds(void *state, struct rounds *rounds) {
  case_honest("meet")->rounds(state, rounds);
  rounds->first_stamp = 0;
}

static const struct fault faults[] = {
    {.what = "a barrier too few", .phase = "meet", .rounds = few_rounds},
    {.what = "the numbers of the first pass again", .phase = "meet", .rounds = stale_rounds},
    {0},
};

const struct kernel_case case_barrier = {
    .sizes = sizes,
    .fault_size = 5,
    .faults = faults,
    /* the parts' results are the same, so that of one part stands for the others; a process whose
     * own is wrong sees that before they are combined */
    .nothing_lost_by_partials = true,
};
