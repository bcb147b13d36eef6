/* Whether a launcher belongs to the MPI library of the drivers: a trial before the run. A launcher
 * of another library starts N processes each of which sees itself alone: N runs of one rank instead
 * of one run of N ranks. */
#ifndef QUARTET_RUNNER_LAUNCH_TRIAL_H
#define QUARTET_RUNNER_LAUNCH_TRIAL_H

#include "common/error.h"
#include "runner/launch/tools.h"
#include "runner/plan/plan.h"

/* Launches mpi_driver of each build that has points of several ranks once, briefly, on two ranks.
 * EXIT_USAGE, with both names and what to do, if it then runs on one rank; an interruption is left
 * to the run. A scheduler's launcher that was not requested is replaced by that of the library
 * if the trial fails for any reason; of others, what else goes wrong is left to the rows. */
int trial_run(struct tools *tools, const struct plan *plan, struct error *error);

#endif
