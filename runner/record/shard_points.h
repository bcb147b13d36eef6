/* Which points a shard has: by the work of the plan, or by the run.json of the shard. */
#ifndef QUARTET_RUNNER_RECORD_SHARD_POINTS_H
#define QUARTET_RUNNER_RECORD_SHARD_POINTS_H

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/plan/plan.h"
#include "runner/record/forecast.h"
#include "runner/record/run_record.h"

/* The shard of each point, from 1, by the work that the forecast has; the caller frees it. See
 * shard_divide(). NULL with EXIT_MACHINE if a driver could not be asked: other jobs might obtain an
 * answer and divide differently. */
int64_t *shard_points_divide(const struct plan *plan, const struct config *config, int64_t shards,
                             const struct forecast *forecast, struct error *error);

/* Reduces the plan to the shard; asks the drivers in that folder for the work of each point. */
int shard_points_choose(struct plan *plan, const struct config *config, const struct shard *shard,
                        const char *drivers, struct error *error);

/* If the run is a shard, reduces the plan of its config to the points that its run.json lists. */
void shard_points_restore(struct plan *plan, const struct run_record *record);

#endif
