/* The launcher that started this process under MPI, by the environment: MPI has no function for
 * it. */
#ifndef QUARTET_LAUNCHER_H
#define QUARTET_LAUNCHER_H

#include <stdbool.h>

#include "common/error.h"

/* Whether a launcher (mpirun, mpiexec, srun) has set its variables. */
bool launcher_present(void);

/* Checks that MPI sees as many processes as the launcher says that it has started. A launcher of
 * another MPI library starts N processes each of which sees itself alone: N runs of one process
 * instead of one run of N. Returns 0, or EXIT_USAGE. `processes` is the size of MPI_COMM_WORLD. */
int launcher_check(int processes, struct error *error);

/* How many processes a batch job (Slurm, PBS, LSF, Grid Engine) has been given; 1 outside of one.
 */
int launcher_job_processes(void);

#endif
