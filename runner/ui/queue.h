/* A sweep in the queue of a scheduler: hands its job script over, and asks how the job fares. */
#ifndef QUARTET_RUNNER_UI_QUEUE_H
#define QUARTET_RUNNER_UI_QUEUE_H

#include <stdbool.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/plan/plan.h"
#include "runner/ui/arguments.h"

/* Writes DIR/job.sh, submits it, writes scheduler and number of the job to DIR/job.id, and prints
 * them; DIR as sweep run would have it. The scheduler is the one of --format, or of the config's
 * batch, or the one whose command is found. EXIT_USAGE if there is none or DIR may not be used;
 * EXIT_MACHINE if it does not take the job. launch_prepare has been called. */
int queue_submit(const struct arguments *arguments, const struct config *config,
                 const struct plan *plan, const char *drivers, struct error *error);

/* Prints the job of a run's folder and its state, as its scheduler calls that, after `prefix`.
 * false: no job was submitted from there. */
bool queue_print_state(int folder, const char *prefix);

#endif
