/* Joins the shards of a run (see runner/plan/shard.h) into one folder of results. */
#ifndef QUARTET_RUNNER_RECORD_MERGE_H
#define QUARTET_RUNNER_RECORD_MERGE_H

#include <stddef.h>

#include "common/error.h"
#include "runner/launch/schedule.h"
#include "runner/plan/plan.h"
#include "runner/record/acceptance.h"
#include "runner/record/facts.h"
#include "runner/record/previous_run.h"
#include "runner/record/results.h"

struct merge {
  struct previous_run **shards; /* in the order of their index, whatever the order of the folders */
  size_t count;
  struct plan plan; /* the whole plan of their config, which is that of shards[0] */
  /* Filled by merge_write(): */
  struct results results;
  struct launch_schedule schedule; /* with the launches of all */
  struct acceptance acceptance;    /* of the whole run */
  struct run_facts facts;          /* config, plan, schedule and counts of the whole run */
};

/* Opens the shards in these folders, and checks that they are one run: all shards of one number,
 * each once; the same config; the same conditions, compared as by a resume; no launch left; every
 * point of the plan in one of them. EXIT_USAGE if not; lists of what differs and what is left go to
 * standard error. EXIT_MACHINE. To be closed in all cases. */
int merge_open(struct merge *merge, const char *const *folders, size_t count, struct error *error);

/* Writes samples.csv, with the rows of shard 1, shard 2, ... and `seq` counted through, and
 * run.json, with the points and sessions of all. `out` is the folder, NULL: results/NAME;
 * EXIT_USAGE if it holds a run, EXIT_MACHINE if it cannot be written: then neither file is there.
 * What a merge that was killed has left is replaced.
 * argc and argv: the command line, for run.json. */
int merge_write(struct merge *merge, const char *out, int argc, char *const *argv,
                struct error *error);
void merge_close(struct merge *merge);

#endif
