/* The means to run points on this machine: the drivers, mpirun, and cores to bind workers to. */
#ifndef QUARTET_RUNNER_LAUNCH_TOOLS_H
#define QUARTET_RUNNER_LAUNCH_TOOLS_H

#include <stdbool.h>
#include <stdint.h>

enum mpi_flavour { MPI_UNKNOWN, MPI_OPEN, MPI_HYDRA };

enum { TOOLS_CPUS = 1024 }; /* hardware threads that a cpu_set_t knows */

struct tools {
  const char *drivers; /* the folder of the drivers */
  const char *mpirun;  /* a path, or a name to be looked up in PATH */
  int mpirun_error;    /* 0, or the errno that says why mpirun cannot be run */
  enum mpi_flavour flavour;
  char mpi_version[200];  /* the first line that `mpirun --version` says; "" if it did not run */
  int64_t physical_cores; /* that this process may use; hardware threads of one core count once */
  int16_t core_of[TOOLS_CPUS]; /* of each hardware thread: the first one of its core that this
                                  process may use; -1: not ours */
  bool binds;                  /* a process of this system can be bound to a core */
  bool narrowed; /* our affinity mask is smaller than the one that mpirun binds to: taskset, say */
};

/* Fills tools; finds out what mpirun is by asking it. The texts must outlive the tools.
 * QUARTET_MPIRUN in the environment names another mpirun. */
void tools_find(struct tools *tools, const char *drivers);

/* Lets the tools take any hardware thread as ours: for judging what ran with another affinity mask.
 */
void tools_forget_mask(struct tools *tools);

/* From the text of `mpirun --version`. */
enum mpi_flavour mpi_flavour_of(const char *version);

#endif
