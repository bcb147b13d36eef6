/* From a config to the points that will run, in order. */
#ifndef QUARTET_RUNNER_PLAN_PLAN_H
#define QUARTET_RUNNER_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/plan/scaling.h"

enum { CELL_ID_TEXT = 13 }; /* 12 hexadecimal digits and the NUL */

/* One point: every factor settled. */
struct point {
  const struct workload *workload;
  const struct way *way;
  const struct build *build; /* NULL: the config has no axis of builds */
  int64_t n, jobs, grain;
  int64_t cores, ranks, threads; /* cores = ranks x threads */
  int64_t reps, warmup;
  int64_t base_n;       /* weak scaling: the size on one core, of which n is made; else n itself */
  double met;           /* weak scaling: the work of n over cores times that of base_n; else 1 */
  long double *derived; /* by the config's derivations: the values of new names. NULL: none; the
                           plan's */
  bool oversubscribed;  /* more cores than this machine lets us use */
  char cell_id[CELL_ID_TEXT]; /* of the factors alone: the same in every run, on every machine */
};

/* A point of the product that does not run. */
struct omission {
  struct point point;
  bool excluded;   /* by the config; false: it does not apply to this driver */
  const char *why; /* lives as long as the config */
};

/* Refers to the config, which must outlive it. */
struct plan {
  struct point *points;
  size_t point_count;
  struct omission *omissions;
  size_t omission_count;
  int64_t least, most; /* launches of each point */
  double width;        /* as struct measure has it, and so the rest */
  int64_t retries, seed;
  enum order order;
  int64_t machine_cores;
};

/* Makes the plan for a machine of that many cores. EXIT_USAGE if no point would run, or far too
 * many, or an expression of the config has no value for one, or weak scaling finds no size; the
 * message begins with the config's path, or the place in it. `scaling` is needed for weak scaling
 * alone, and may be NULL otherwise; EXIT_MACHINE if its driver cannot be asked. */
int plan_make(struct plan *plan, const struct config *config, int64_t machine_cores,
              struct scaling *scaling, struct error *error);
void plan_free(struct plan *plan);

/* Where a point has that factor. */
int64_t *point_factor(struct point *point, enum factor factor);

/* The CSV's name for a point's model: serial, threads, threads+lock, async, processes, hybrid. */
const char *point_model(const struct point *point);

/* "omp_driver lock=global sumsq n=10000000 jobs=4 cores=2", for people; cut if long. Returns text.
 */
enum { POINT_TEXT = 160 };
char *point_text(const struct point *point, char text[POINT_TEXT]);

#endif
