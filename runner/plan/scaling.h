/* Weak scaling: the size at which `cores` cores have as much work each as one has at n, as the
 * kernel's own work model counts it. */
#ifndef QUARTET_RUNNER_PLAN_SCALING_H
#define QUARTET_RUNNER_PLAN_SCALING_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"
#include "runner/plan/point.h"
#include "runner/plan/work_query.h"

/* A size that was looked for. */
struct scaled {
  const struct build *build; /* whose driver was asked; NULL: without an axis of builds */
  const struct workload *workload;
  int64_t n, cores; /* the work of n, times this number of cores */
  int64_t size;
  double met; /* the work of `size` over that; 1: exactly */
};

/* The sizes found so far, so that the driver is called only once for each. */
struct scaling {
  /* private: */
  struct work_query work_query;
  const struct axis *cores; /* that will be asked about, too: in the same launch */
  struct scaled *known;
  size_t known_count, hint; /* hint: where the last one that was looked for is */
};

/* For a config's rule of scaling, with the drivers of a folder where there is no axis of builds.
 * Both must outlive it. */
void scaling_open(struct scaling *scaling, const struct config *config, const char *drivers);
void scaling_close(struct scaling *scaling);

/* A size that an earlier session obtained: the driver is not asked again. */
void scaling_remember(struct scaling *scaling, const struct scaled *scaled);

/* The size at which the point's cores have each as much work as one has at the point's n, as a
 * driver of the point's build counts it. 0, or the error's code: EXIT_USAGE if no size has it. */
int scaling_find(struct scaling *scaling, const struct point *point, struct scaled *scaled,
                 struct error *error);

#endif
