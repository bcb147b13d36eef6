/* METG, the minimum effective task granularity: the shortest tasks at which a model still spends
 * half of its time on the tasks (E. Slaughter et al., "Task Bench", SC20). */
#ifndef QUARTET_ANALYSIS_MODELS_METG_H
#define QUARTET_ANALYSIS_MODELS_METG_H

#include <stddef.h>
#include <stdint.h>

#include "common/stats.h"

/* Tasks of one length in one round (launch). */
struct metg_task {
  int64_t round;
  double granularity_s; /* wall time x cores / tasks, > 0 */
  double efficiency;    /* rate / the best rate, see metg_efficiencies */
};

/* The same as a rate, of any model. */
struct metg_rate {
  int64_t round, cores;
  double steps; /* of each task: its length */
  double rate;  /* steps per s, of all cores together */
};

/* efficiencies[i]: rate i over the best that any of the rates reached in the same round on as many
 * cores with tasks of at least steps_min steps (1024: long ones); NaN if there are none. */
void metg_efficiencies(const struct metg_rate *rates, size_t count, double steps_min,
                       double *efficiencies);

enum metg_outcome {
  METG_FOUND,
  METG_LESS,   /* even the shortest tasks are efficient enough: it is below shortest_s */
  METG_NONE,   /* not even the longest are */
  METG_NO_DATA /* no task with a granularity above 0 and an efficiency */
};

struct metg {
  enum metg_outcome outcome; /* of the median round */
  /* Over rounds, in s; an end is 0 where it lies below the shortest tasks and infinite where no
   * task was efficient enough. The median is NaN where the outcome is not METG_FOUND. */
  struct interval granularity_s;
  size_t rounds, rounds_less, rounds_none;
  double shortest_s; /* the median over the rounds of their shortest tasks; NaN without data */
};

/* The METG of one model: for each round where the efficiency crosses `threshold` (0.5), from the
 * shortest tasks that still reach it to the next shorter ones, linear in the logarithm of the
 * granularity; then the median over the rounds, with its interval at `level`. */
struct metg metg_find(const struct metg_task *tasks, size_t count, double threshold, double level);

#endif
