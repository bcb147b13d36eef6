/* The command line and environment that run a point. */
#ifndef QUARTET_RUNNER_LAUNCH_COMMAND_H
#define QUARTET_RUNNER_LAUNCH_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/launch/tools.h"
#include "runner/plan/plan.h"
#include "runner/process/launch.h"

enum { COMMAND_VARIABLES = 8 };

struct command {
  char **argv;        /* ended by NULL */
  size_t count, rows; /* rows: the index of --csv, for command_set_rows */
  char *program;      /* the driver's path, also under mpirun */
  char *bind;         /* the value of a variable; NULL: it is not set */
  struct variable variables[COMMAND_VARIABLES];
  size_t variable_count;
};

/* Builds the command of a point. */
void command_build(struct command *command, const struct point *point, const struct tools *tools);
/* Lets the program write its rows to that file (see rows_file.h) instead of standard output. */
void command_set_rows(struct command *command, const char *path);
/* The ranks of an MPI driver end by themselves so much later than the sweep ends the launch (0: no
 * limit): it cannot reach those on a host whose network has gone. */
enum { COMMAND_GRACE_S = 5 };
void command_limit(struct command *command, const struct point *point, int64_t timeout_ns);
void command_free(struct command *command);

/* The requested binding of the point's workers, as on the command line: "OMP_PROC_BIND=close
 * OMP_PLACES=cores mpirun -np 2 --bind-to core --map-by slot:PE=1", in memory that the caller
 * frees. */
char *command_binding_text(const struct point *point, const struct tools *tools);

/* The text of a warning about a point that is BINDING_OTHER: "its workers have no cores of their
 * own: requested '...', obtained '0-1'", in memory that the caller frees. `bound`: the column
 * `binding`; NULL: the warning is of an earlier session's rows, and does not say. */
char *command_binding_problem(const struct point *point, const struct tools *tools,
                              const char *bound);

#endif
