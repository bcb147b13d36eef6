/* The folder that a run writes into. */
#ifndef QUARTET_RUNNER_RECORD_RESULTS_H
#define QUARTET_RUNNER_RECORD_RESULTS_H

#include "common/error.h"

struct results {
  char *path;     /* as people see it: "results/quick" */
  int folder;     /* open, so that it stays ours wherever it is moved */
  char *moved_to; /* where an earlier run's folder went, or NULL */
};

/* Makes the folder. With `out` NULL it is results/NAME in the current folder, and what an earlier
 * run left there is moved to results/NAME.1, .2, ... An `out` that holds a run is refused.
 * The samples.csv of a run that was killed before its first row and its run.json is replaced.
 * EXIT_USAGE when the folder may not be used, EXIT_MACHINE when it cannot be made. */
int results_open(struct results *results, const char *out, const char *name, struct error *error);
/* Opens the folder of an earlier run. EXIT_USAGE if it is missing. */
int results_reopen(struct results *results, const char *path, struct error *error);
/* Makes a folder for rows that can no longer be written to `of`: beside it, PATH.rescued (or
 * .rescued.1, .2, ...), else in the current folder, else in that for temporary files. EXIT_MACHINE
 * if there is no place. */
int results_open_rescue(struct results *results, const struct results *of, struct error *error);
void results_close(struct results *results);

#endif
