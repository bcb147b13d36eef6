/* A sweep as a batch job: the script that a scheduler runs on the node that it gives. */
#ifndef QUARTET_RUNNER_UI_JOB_H
#define QUARTET_RUNNER_UI_JOB_H

#include <stdio.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/plan/plan.h"

/* Where things are; relative paths are of the current folder, and become absolute. */
struct job_paths {
  const char *sweep;   /* the executable */
  const char *drivers; /* their folder */
  const char *out;     /* the folder of the results */
};

/* Writes a script for Slurm's sbatch: one node, as many tasks as the plan uses cores; the sweep
 * gets a signal a minute before the job is ended, and a job that is run again goes on where the one
 * before was. Texts of the config stand in it only as config_batch.c lets them pass, paths in
 * quotes. EXIT_USAGE if the config is not a file that lasts until then; EXIT_MACHINE if the script
 * cannot be written. */
int job_write(FILE *file, const struct config *config, const struct plan *plan,
              const struct job_paths *paths, struct error *error);

#endif
