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

enum job_scheduler { JOB_SLURM, JOB_PBS, JOB_LSF, JOB_FLUX, JOB_SCHEDULERS };

/* "slurm", "pbs", "lsf", "flux". */
const char *job_scheduler_name(enum job_scheduler scheduler);

struct job {
  enum job_scheduler scheduler;
  const struct config *config;
  const struct plan *plan;
  struct job_paths paths;
  int64_t shards; /* the script is an array of so many jobs; 0: it is one job */
};

/* Writes a script for sbatch, qsub, bsub or flux batch: batch.nodes nodes, on each as many tasks
 * and CPUs as the points take, and the time that the config gives, or that an earlier run in
 * paths.out lets expect for the plan, with shards for the longest of them. The sweep is stopped
 * before the time limit, and the job queues itself again until all is done; on another node of the
 * same kind it continues where it was. Texts of the config stand in it only as config_batch.c lets
 * them pass, paths in quotes. A job that runs shard I of N, of an array or because the plan is that
 * shard, writes to OUT.I-of-N. EXIT_USAGE if the config is not a file that lasts until then, or
 * asks for what the scheduler does not have, or there are not so many shards; EXIT_MACHINE if a
 * driver cannot be asked for the work of the shards, or the script cannot be written. */
int job_write(FILE *file, const struct job *job, struct error *error);

#endif
