/* Comparing the clocks of the machines that MPI processes run on. */
#ifndef QUARTET_COMM_MPI_CLOCKS_H
#define QUARTET_COMM_MPI_CLOCKS_H

#include <mpi.h>

#include "engine/comm.h"

/* Fills in the offset from this process's clock to that of the first process of `leaders`; all
 * processes of `node` share a clock, and its first is in `leaders` (else MPI_COMM_NULL).
 * Collective; takes ROUND_TRIPS messages and answers for each machine but the first. */
void clocks_compare(MPI_Comm node, MPI_Comm leaders, struct clock_offset *offset);

#endif
