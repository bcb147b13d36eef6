/* The requested binding of a point's workers, a core of its own for each, and the obtained one. */
#ifndef QUARTET_RUNNER_LAUNCH_BINDING_H
#define QUARTET_RUNNER_LAUNCH_BINDING_H

#include "runner/launch/tools.h"
#include "runner/plan/plan.h"

/* The unit to which OpenMP and the launcher are requested to bind each worker; a driver of one
 * worker binds itself. */
enum binding_asked binding_asked(const struct point *point, const struct tools *tools);

/* The obtained binding. */
enum binding {
  BINDING_UNKNOWN, /* nothing was asked, the row does not say it all, or this system binds nothing
                    */
  BINDING_GOT,     /* as asked */
  BINDING_OTHER    /* workers share a core, may move between cores, or may leave sweep's mask */
};

/* The columns of a row that state the binding. `binding` has the format of engine/placement.h,
 * "0-1|2-3": for each process (separated by '|') the hardware threads that it may use, for each
 * worker if they differ (separated by '/'). Each host has its own numbers: with several hosts
 * `bound_to` decides, which drivers of older versions leave empty. */
struct binding_cells {
  const char *binding, *hosts, *bound_to;
};

/* Judges a launch by its rows. */
enum binding binding_judge(const struct binding_cells *cells, const struct point *point,
                           const struct tools *tools);

#endif
