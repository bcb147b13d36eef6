/* A sweep in the queue of a scheduler: hands its job script over, and asks how the job fares. */
#ifndef QUARTET_RUNNER_UI_QUEUE_H
#define QUARTET_RUNNER_UI_QUEUE_H

#include <stdbool.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/plan/plan.h"
#include "runner/ui/arguments.h"

enum { QUEUE_ID_TEXT = 128 };

/* A job that was submitted from a folder. */
struct queued_job {
  char scheduler[16];
  char id[QUEUE_ID_TEXT]; /* as the scheduler names it */
  int64_t shards;         /* it is an array of so many jobs, one for each shard; 0: it is one job */
};

/* Writes DIR/job.sh, submits it, writes the job to DIR/job.id, and prints it; DIR as sweep run
 * would have it, and so the folders of shards: what earlier runs have left there is moved, or
 * refused. The scheduler is the one of --format, or of the config's batch, or the one whose command
 * is found. EXIT_USAGE if there is none, or it takes no such job, or DIR may not be used;
 * EXIT_MACHINE if it does not take the job. launch_prepare has been called. */
int queue_submit(const struct arguments *arguments, const struct config *config,
                 const struct plan *plan, const char *drivers, struct error *error);

/* The job of a folder, by its job.id. false: no job was submitted from there. */
bool queue_find(int folder, struct queued_job *job);

/* Prints the job and its state, as its scheduler calls that, after `prefix`. */
void queue_print_state(const struct queued_job *job, const char *prefix);

/* The tasks of an array that are queued or run, as lines "INDEX STATE", which the caller frees.
 * NULL, with the scheduler's reason in `error`, if it knows none or does not answer. */
char *queue_tasks(const struct queued_job *job, struct error *error);

#endif
