/* One launchable combination of a config's factors. */
#ifndef QUARTET_RUNNER_PLAN_POINT_H
#define QUARTET_RUNNER_PLAN_POINT_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/config/config.h"

enum { CELL_ID_TEXT = 13 }; /* 12 hexadecimal digits and the NUL */

/* One point: every factor settled. */
struct point {
  const struct workload *workload;
  const struct driver_setup *setup;
  const struct build *build; /* NULL: the config has no axis of builds */
  int64_t n, jobs, grain;
  int64_t cores, ranks, threads; /* cores = ranks x threads */
  int64_t nodes,
      ranks_per_node; /* 1 and 1 for drivers without ranks; the last node may have fewer */
  bool placed;        /* the config says how many nodes, and not only the cores do */
  int64_t reps, warmup;
  int64_t base_n;       /* weak scaling: the size on one core, of which n is made; else n itself */
  double met;           /* weak scaling: the work of n over cores times that of base_n; else 1 */
  long double *derived; /* by the config's derivations: the values of new names. NULL: none; the
                           plan's */
  bool oversubscribed;  /* more cores than the nodes let us use */
  char cell_id[CELL_ID_TEXT]; /* of the factors alone: the same in every run, on every machine */
};

/* Fills cell_id from the factors. */
void point_set_cell_id(struct point *point);

/* Where a point has that factor. */
int64_t *point_factor(struct point *point, enum point_factor factor);

/* The CSV's name for a point's model: serial, threads, threads+lock, async, processes, hybrid. */
const char *point_model(const struct point *point);

/* "omp_driver lock=global sumsq n=10000000 jobs=4 cores=2", for people; cut if long. Returns text.
 */
enum { POINT_TEXT = 160 };
char *point_text(const struct point *point, char text[POINT_TEXT]);

#endif
