/* The cost of a plan: time, core-hours and memory, before anything of it runs. Times come from an
 * earlier run of the config, or from a probe; those of points that neither has are scaled from the
 * nearest that is known, by the work that the kernel's own model counts. */
#ifndef QUARTET_RUNNER_RECORD_FORECAST_H
#define QUARTET_RUNNER_RECORD_FORECAST_H

#include <stddef.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/launch/tools.h"
#include "runner/plan/plan.h"

enum forecast_source {
  FORECAST_NONE,     /* nothing of the kernel with these options has been measured */
  FORECAST_MEASURED, /* this point has been */
  FORECAST_SCALED    /* another has been, of the same kernel and options */
};
/* As `sweep plan --format csv` says it: "", "measured", "scaled". */
const char *forecast_source_name(enum forecast_source source);

struct forecast_point {
  enum forecast_source source;
  double rep_s, start_s; /* of a repetition, and of all else in a launch; NaN: not known */
  double operations, memory_bytes; /* NaN: no driver has reported it */
};

struct forecast {
  struct forecast_point *points;    /* as in the plan */
  size_t known, measured;           /* of them */
  double least_s, most_s;           /* all launches of those known: as few as may be, or as many */
  double least_core_s, most_core_s; /* the same, times their cores */
  size_t largest;   /* the point that takes the most memory; plan->point_count: none is known */
  char *from;       /* what was measured: the folder of a run, or "the probe"; NULL: nothing */
  char *missing;    /* why nothing is measured, where nothing is; NULL: something is */
  struct error why; /* why no driver reports the work of some point; code 0: all is known */
};

/* Asks the drivers in that folder what each point is worth; one that refuses leaves its points
 * unknown and says why. EXIT_MACHINE only if memory is short. */
int forecast_open(struct forecast *forecast, const struct plan *plan, const char *drivers,
                  struct error *error);
void forecast_close(struct forecast *forecast);

/* Takes over what the samples.csv in a folder says of the plan's points, if there is one. Whatever
 * is wrong with it, what it does not say is just not known. */
void forecast_look(struct forecast *forecast, const struct plan *plan, const char *folder);

/* Launches each kernel in each driver setup once, at the size with the least work, with one
 * repetition and no warm-up. What fails stays unknown; `why` gets the first failure. Returns
 * EXIT_MACHINE if no process can be created; 130 in `error` if a signal interrupted it. */
int forecast_probe(struct forecast *forecast, const struct plan *plan, const struct config *config,
                   const struct tools *tools, struct error *error);

/* Scales, and sums up. */
void forecast_finish(struct forecast *forecast, const struct plan *plan);

/* Of one launch of a point. NaN: not known. */
double forecast_launch_s(const struct forecast *forecast, const struct plan *plan, size_t point);

#endif
