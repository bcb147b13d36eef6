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
  int64_t shards;    /* the script is an array of so many jobs; 0: it is one job */
  double forecast_s; /* set by job_prepare: how long a job takes at most; NaN: not known */
};

/* Checks what can be checked, and estimates the time by an earlier run in paths.out, with shards
 * that of the longest of them. EXIT_USAGE if the config is not a file that lasts until the job
 * starts, or so many shards are not possible; EXIT_MACHINE if a driver cannot be asked for the work
 * of the shards. */
int job_prepare(struct job *job, struct error *error);

/* Writes a script for sbatch, qsub, bsub or flux batch: batch.nodes nodes, on each as many tasks
 * and CPUs as the points take, and the time that the config gives or the forecast says. The sweep
 * is stopped before the time limit, and the job queues itself again until all is done; on another
 * node of the same kind it continues where it was. Texts of the config stand in it only as
 * config_batch.c lets them pass, paths in quotes. A job that runs shard I of N, of an array or
 * because the plan is that shard, writes to OUT.I-of-N. job_prepare() has succeeded. EXIT_USAGE if
 * the config asks for what the scheduler does not have; EXIT_MACHINE if the script cannot be
 * written. */
int job_write(FILE *file, const struct job *job, struct error *error);

#endif
