/* How short tasks may be: the efficiency of models by task granularity, from kernel spin over
 * its option steps. */
#ifndef QUARTET_ANALYSIS_ANSWER_GRANULARITY_H
#define QUARTET_ANALYSIS_ANSWER_GRANULARITY_H

#include "analysis/answer/answer.h"
#include "analysis/models/metg.h"
#include "analysis/statistics/describe.h"

/* Tasks of fewer steps are no measure of what a core can do. bench/metg.sh has the same. */
#define GRANULARITY_STEPS_MIN 1024

/* A variant with tasks of one length. */
struct granularity_place {
  size_t standing;
  double steps;
  struct description granularity_s; /* wall time x cores / tasks, over launches */
  struct description efficiency;    /* steps per s over the most that any model on as many cores
                                     * reached in the same round with tasks of at least
                                     * GRANULARITY_STEPS_MIN steps */
};

/* A variant over all lengths, on its contests' cores. */
struct granularity {
  size_t machine, variant;
  int64_t cores;
  struct granularity_place *places; /* rising steps */
  size_t place_count;
  struct metg metg; /* of 50 % */
};

struct granularities {
  struct granularity *items; /* by machine, then variant */
  size_t count;
};

/* Variants that ran spin with two lengths or more, one of them of long tasks. To be freed. */
void granularities_find(struct granularities *all, const struct answer *answer);
void granularities_free(struct granularities *all);

#endif
