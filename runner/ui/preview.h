/* `sweep plan`: what a run would do and what it would cost, before it starts. */
#ifndef QUARTET_RUNNER_UI_PREVIEW_H
#define QUARTET_RUNNER_UI_PREVIEW_H

#include "runner/plan/plan.h"
#include "runner/ui/arguments.h"

/* Prints the plan in the format of the arguments: as a list with a forecast, which an earlier run
 * or a probe gives, as the commands of the points, or as a job script. builds_ask has been
 * called. EXIT_MACHINE if that fails, EXIT_USAGE for a config that a job cannot read,
 * EXIT_INTERRUPTED. */
int preview_print(const struct arguments *arguments, const struct config *config,
                  const struct plan *plan, const char *drivers, struct error *error);

#endif
