/* The comm over MPI: one part in each rank of MPI_COMM_WORLD. MPI 3.1. */
#ifndef QUARTET_COMM_MPI_H
#define QUARTET_COMM_MPI_H

#include "engine/comm.h"

/* Starts MPI, for calls from this thread alone. `threaded`: beside other threads
 * (MPI_THREAD_FUNNELED; fails if MPI cannot); else MPI_THREAD_SINGLE, in which Open MPI takes no
 * locks: a third fewer instructions for a short message. After a failure other than of MPI itself
 * the comm can still be closed. */
int comm_mpi_open(struct comm *comm, bool threaded, int *argc, char ***argv, struct error *error);

/* The MPI library, "Open MPI v4.1.4". Returns text of at most MPI_MAX_LIBRARY_VERSION_STRING. */
const char *comm_mpi_library(void);

#endif
