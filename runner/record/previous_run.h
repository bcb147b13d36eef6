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

/* Whether nothing is left to be done, and no sweep is at it. */
bool previous_run_is_complete(const struct previous_run *run);

/* For a resume: opens the config as it is now, with the builds where they were, and prints what is
 * wrong with it. EXIT_USAGE if it is not as it was then, unless `anyway`; *changed becomes whether.
 * To be closed in all cases, before the record. */
int previous_run_open_config(struct run_record *record, struct config *config, bool anyway,
                             bool *changed);

/* The folder of the drivers: as given (NULL: not), else that of the run, else, where that has gone,
 * this program's own. Whether their files are the same is not looked at. */
const char *previous_run_drivers(const struct run_record *record, const char *given);

#endif
