/* The command line and environment that run a point. */
#ifndef QUARTET_RUNNER_LAUNCH_COMMAND_H
#define QUARTET_RUNNER_LAUNCH_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/launch/tools.h"
#include "runner/plan/plan.h"
#include "runner/process/command_line.h"

struct command {
  struct command_line line;
  size_t program, rows; /* the indices of the driver, also under a launcher, and of its --csv */
};

/* The path of the driver that it runs. */
const char *command_program(const struct command *command);

/* Builds the command of a point. */
void command_build(struct command *command, const struct point *point, const struct tools *tools);
/* Lets the program write its rows to that file (see rows_file.h) instead of standard output. */
void command_set_rows(struct command *command, const char *path);
void command_free(struct command *command);

/* The command line of a point as a shell reads it, with what it changes in the environment, in
 * memory that the caller frees. Rows go to standard output. */
char *command_text(const struct point *point, const struct tools *tools);

/* The requested binding of the point's workers, as on the command line: "OMP_PROC_BIND=close
 * OMP_PLACES=cores", "mpirun -np 2 --map-by ppr:2:node --bind-to none mpi_driver --bind core", in
 * memory that the caller frees. */
char *command_binding_text(const struct point *point, const struct tools *tools);

/* The text of a warning about a point that is BINDING_OTHER: "its workers have no cores of their
 * own: requested '...', obtained '0-1'", in memory that the caller frees. `bound`: the column
 * `binding`; NULL: the warning is of an earlier session's rows, and does not say. */
char *command_binding_problem(const struct point *point, const struct tools *tools,
                              const char *bound);

#endif
