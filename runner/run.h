/* Runs a plan: every launch in turn, its rows into the journal, the facts beside them. */
#ifndef QUARTET_RUNNER_RUN_H
#define QUARTET_RUNNER_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "runner/command.h"
#include "runner/config.h"
#include "runner/plan.h"

struct run {
  const struct config *config;
  const struct plan *plan;
  const struct tools *tools;
  const char *out; /* the folder; NULL: results/NAME */
  bool quiet;
  int argc; /* for the record */
  char *const *argv;
  /* Filled by run_plan: */
  char *folder;               /* where the results are; the caller frees it */
  size_t done, failed, total; /* launches; failed ones are among the done */
  bool interrupted;           /* a signal has ended it early */
};

/* Runs all. Points that fail are rows, not errors: EXIT_USAGE is for a folder that may not be used,
 * EXIT_MACHINE for results that cannot be written. launch_prepare has been called. */
int run_plan(struct run *run, struct error *error);

#endif
