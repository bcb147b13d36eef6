/* A run that is in a folder, opened to be read: its config and plan as they were then, and what its
 * rows say of each point. */
#ifndef QUARTET_RUNNER_RECORD_PREVIOUS_RUN_H
#define QUARTET_RUNNER_RECORD_PREVIOUS_RUN_H

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/config/problems.h"
#include "runner/launch/schedule.h"
#include "runner/plan/plan.h"
#include "runner/record/journal.h"
#include "runner/record/results.h"
#include "runner/record/run_record.h"

struct previous_run {
  struct results results;
  struct run_record record;
  struct problems problems;
  struct config config;
  struct plan plan;
  struct launch_schedule schedule; /* with the launches that the rows have */
  struct replay replay;
  struct journal journal;
};

/* Opens the run in a folder, whether it is done or not. EXIT_USAGE: no run, or one that this
 * version cannot read; EXIT_MACHINE. The message names the folder. To be closed in all cases. */
int previous_run_open(struct previous_run *run, const char *folder, struct error *error);
void previous_run_close(struct previous_run *run);

#endif
