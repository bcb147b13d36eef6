/* One attempt at a launch: starts a point's program, takes its rows and judges how it ended. */
#ifndef QUARTET_RUNNER_LAUNCH_ATTEMPT_H
#define QUARTET_RUNNER_LAUNCH_ATTEMPT_H

#include <stdint.h>

#include "common/error.h"
#include "runner/launch/outcome.h"
#include "runner/launch/tools.h"
#include "runner/plan/plan.h"
#include "runner/process/foreign.h"
#include "runner/process/launch.h"

struct attempt {
  const struct point *point;
  const struct tools *tools;
  int64_t timeout_ns;           /* 0: no limit */
  int folder;                   /* open; of the file of rows; -1: a temporary folder */
  struct foreign *foreign;      /* counts the lines on standard output that are no rows */
  void (*woken)(void *context); /* see process/launch.h; may be NULL */
  void *woken_context;
};

/* Makes the attempt and fills *outcome. *result is to be freed by launch_free; a driver that is
 * missing is not started: ENDED_UNSTARTED. An interrupted launch is judged, too. EXIT_MACHINE if
 * there is no process to be had, or if the rows cannot be taken (see rows_file.h). */
int attempt_run(const struct attempt *attempt, struct launch_result *result,
                struct outcome *outcome, struct error *error);

#endif
