/* samples.csv in memory: groups of what is compared, cells of what was run, launches, repetitions.
 */
#ifndef QUARTET_ANALYSIS_CELLS_H
#define QUARTET_ANALYSIS_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

enum cell_status {
  CELL_OK,
  CELL_WRONG,
  CELL_FAIL,
  CELL_TIMEOUT,
  CELL_OOM,
  CELL_SKIPPED,
  CELL_STATUSES
};

/* As in the CSV. */
extern const char *const cell_status_names[CELL_STATUSES];

/* The status that the CSV calls so; CELL_STATUSES if there is none. */
enum cell_status cell_status_of(const char *text);

/* One start of the program. */
struct launch {
  char *id; /* of the run and the launch */
  enum cell_status status;
  double *walls; /* of its timed repetitions, if ok */
  size_t wall_count;
};

/* What tells cells of one group apart, as texts of the CSV. */
enum factor { MODEL, DRIVER, CORES, RANKS, THREADS, TASKS, GRAIN, SCHEDULE, LOCK, FACTORS };
extern const char *const factor_names[FACTORS];

/* One way of running one problem: all rows with the same factors. */
struct cell {
  char *id; /* the CSV's cell_id, or the factors */
  char *factors[FACTORS];
  bool oversubscribed;
  double error; /* the largest that the oracle has found in what is right; NaN if none */
  struct launch *launches;
  size_t launch_count;
};

/* One problem: what its cells are compared on. */
struct group {
  char *kernel, *n, *jobs, *options;
  struct cell *cells;
  size_t cell_count;
};

struct cells {
  struct group *groups;
  size_t group_count;
  long rows;
};

/* Reads a samples.csv. Returns 0; EXIT_USAGE for what is not one, with the line; EXIT_MACHINE. To
 * be freed in all cases. */
int cells_read(struct cells *cells, const char *path, struct error *error);
void cells_free(struct cells *cells);

#endif
