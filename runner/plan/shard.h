/* Shards: a plan in parts, one for each job of an array. Every job computes the same division. */
#ifndef QUARTET_RUNNER_PLAN_SHARD_H
#define QUARTET_RUNNER_PLAN_SHARD_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "runner/plan/plan.h"

enum { SHARDS_MAX = 100000 };

/* Reads "2/8", the second of eight. EXIT_USAGE if it is something else. */
int shard_parse(const char *text, struct shard *shard, struct error *error);

/* The shard of each point, from 1, if the plan is divided into so many; the caller frees it.
 *
 * Points of one kernel with one set of options and one n (of weak scaling: the size for one core;
 * any n if the config derives it) are a comparison, and stay together. The comparisons are cut, in
 * the order of the plan, into stretches, so that the longest stretch is as short as possible. The
 * estimate of a launch uses only its work: 0.1 s, and a second for 10^9 operations of each
 * core. Measured times would be better, but not the same in every job.
 *
 * `operations` of a repetition has a value for each point, NaN: not known. NULL, with EXIT_USAGE in
 * `error`, if there are fewer comparisons than shards. */
int64_t *shard_divide(const struct plan *plan, const struct config *config, int64_t shards,
                      const double *operations, struct error *error);

/* Reduces the plan to the points that are to be kept. */
void shard_keep(struct plan *plan, const bool *kept);

/* The folder below results/ for a config of that name: "NAME", or "NAME.2-of-8" of a shard. The
 * caller frees it. */
char *shard_folder(const struct shard *shard, const char *name);

#endif
