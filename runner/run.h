/* Runs a plan: one launch after another, the rows into the journal, the facts into run.json. */
#ifndef QUARTET_RUNNER_RUN_H
#define QUARTET_RUNNER_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/launch/tools.h"
#include "runner/plan/plan.h"
#include "runner/record/conditions.h"
#include "runner/record/run_record.h"
#include "runner/record/warnings.h"

struct run {
  const struct config *config;
  const struct plan *plan;
  const struct tools *tools;
  const struct programs *programs;       /* of all points */
  const json_t *conditions;              /* see conditions.h */
  const struct differences *differences; /* from the session before; NULL: a new run */
  struct warnings *warnings;             /* of the start; what is warned of later is added */
  const char *out;                       /* the folder; NULL: results/NAME */
  bool quiet, json_lines;                /* see progress.h */
  /* To go on with an earlier run, in `out`: */
  const struct run_record *record; /* its run.json; NULL: a new run */
  bool changed;      /* the config or the conditions are others: the rows get an id of their own */
  bool retry_failed; /* launches that failed are tried again */
  int argc;          /* for the record */
  char *const *argv;
  /* Filled by run_plan: */
  char *folder;      /* where the results are; the caller frees it */
  size_t done;       /* launches, each attempt at one, also of earlier sessions */
  size_t settled;    /* launches, each once, also of earlier sessions */
  size_t failed;     /* those whose last attempt failed, also of earlier sessions */
  size_t left;       /* launches, at most */
  size_t unaccepted; /* results out of the config's references' bounds */
  bool interrupted;  /* a signal has ended it early */
};

/* Runs all. Points that fail are rows, not errors: EXIT_USAGE is for a folder that may not be used,
 * EXIT_MACHINE for results that cannot be written. launch_prepare has been called. */
int run_plan(struct run *run, struct error *error);

#endif
