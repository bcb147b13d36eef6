/* Runs a plan: one launch after another, the rows into the journal, the facts into run.json. */
#ifndef QUARTET_RUNNER_RUN_H
#define QUARTET_RUNNER_RUN_H

#include <stdbool.h>

#include "common/error.h"
#include "runner/launch/programs.h"
#include "runner/record/facts.h"
#include "runner/record/warnings.h"

struct run {
  /* The caller fills argc, argv, config, plan, tools, warnings, conditions, differences and record
   * (NULL: a new run; else `out` is its folder), run_plan the rest. */
  struct run_facts facts;
  struct warnings *warnings;       /* those of the facts: what is warned of later is added */
  const struct programs *programs; /* of all points */
  const char *out;                 /* the folder; NULL: results/NAME */
  bool quiet, json_lines;          /* see progress.h */
  bool changed;      /* the config or the conditions are others: the rows get an id of their own */
  bool retry_failed; /* launches that failed are tried again */
  /* Filled by run_plan: */
  char *folder;     /* where the results are; the caller frees it */
  bool interrupted; /* a signal has ended it early */
};

/* Runs all, and leaves the counts in run->facts. Points that fail are rows, not errors: EXIT_USAGE
 * is for a folder that may not be used, EXIT_MACHINE for results that cannot be written.
 * launch_prepare has been called. */
int run_plan(struct run *run, struct error *error);

#endif
