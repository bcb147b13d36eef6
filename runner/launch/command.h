/* The command line and environment that run a point. */
#ifndef QUARTET_RUNNER_LAUNCH_COMMAND_H
#define QUARTET_RUNNER_LAUNCH_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/plan/plan.h"
#include "runner/process/launch.h"

enum mpi_flavour { MPI_UNKNOWN, MPI_OPEN, MPI_HYDRA };

enum { TOOLS_CPUS = 1024 }; /* hardware threads that a cpu_set_t knows */

/* What this machine runs points with. */
struct tools {
  const char *drivers; /* the folder of the drivers */
  const char *mpirun;  /* a path, or a name to be looked up in PATH */
  int mpirun_error; /* 0, or the errno that says why mpirun cannot be run */
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

enum { COMMAND_VARIABLES = 8 };

struct command {
  char **argv; /* ended by NULL */
  size_t count;
  char *program; /* the driver's path, also under mpirun */
  char *bind;    /* the value of a variable; NULL: it is not set */
  struct variable variables[COMMAND_VARIABLES];
  size_t variable_count;
};

/* Builds the command of a point. */
void command_build(struct command *command, const struct point *point, const struct tools *tools);
/* Lets the program write its rows to that file (see rows_file.h) instead of standard output. */
void command_set_rows(struct command *command, const char *path);
void command_free(struct command *command);

#endif
