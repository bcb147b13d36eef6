/* From a config to the points that will run, in order. */
#ifndef QUARTET_RUNNER_PLAN_PLAN_H
#define QUARTET_RUNNER_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/plan/allocation.h"
#include "runner/plan/point.h"
#include "runner/plan/scaling.h"

/* A point of the product that does not run. */
struct omission {
  struct point point;
  bool excluded;   /* by the config; false: it does not apply to this driver */
  const char *why; /* lives as long as the config */
};

/* A part of a plan, which another job can run at the same time (see shard.h). */
struct shard {
  int64_t index, count; /* from 1; count 0: it is the whole plan */
};

/* Refers to the config, which must outlive it. */
struct plan {
  struct point *points;
  size_t point_count;
  struct omission *omissions;
  size_t omission_count;
  int64_t least, most; /* launches of each point */
  double width;        /* as struct measure has it, and so the rest */
  int64_t retries, seed;
  enum order order;
  struct shard shard; /* that the points are */
  struct resources resources;
  const struct allocation *allocation; /* they are of; the caller's. NULL: not known */
  int64_t machine_cores;               /* of all nodes */
};

/* Makes the plan for these nodes. EXIT_USAGE if no point would run, or far too
 * many, or an expression of the config has no value for one, or weak scaling finds no size; the
 * message begins with the config's path, or the place in it. `scaling` is needed for weak scaling
 * alone, and may be NULL otherwise; EXIT_MACHINE if its driver cannot be asked. */
int plan_make(struct plan *plan, const struct config *config, const struct resources *resources,
              struct scaling *scaling, struct error *error);
void plan_free(struct plan *plan);

#endif
