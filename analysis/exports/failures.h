/* How the launches of a point ended. */
#ifndef QUARTET_ANALYSIS_EXPORTS_FAILURES_H
#define QUARTET_ANALYSIS_EXPORTS_FAILURES_H

#include <stdbool.h>

#include "analysis/data/dataset.h"

/* Launches of a point by status. */
struct failures {
  size_t launches, by_status[STATUSES];
  size_t machine; /* of those that failed: out of memory, or a system error (exit status 3) */
  size_t failed;  /* neither verified nor skipped */
};

struct failures failures_count(const struct data_point *point);

/* "2 of 6 launches failed: 1 wrong (exit status 1), 1 fail (signal 11)"; of each status the first
 * launch says how it ended. "" if all verified. The caller frees it. */
char *failures_text(const struct data_point *point);

#endif
