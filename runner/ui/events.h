/* A running sweep as other programs follow it: one JSON object a line on stdout, each written at
 * once. results/README.md says what they hold. A reader that goes away stops nothing. */
#ifndef QUARTET_RUNNER_UI_EVENTS_H
#define QUARTET_RUNNER_UI_EVENTS_H

#include <stddef.h>

#include "runner/launch/outcome.h"
#include "runner/launch/schedule.h"
#include "runner/plan/plan.h"
#include "runner/record/facts.h"

/* The counts at the start of a sweep. */
struct events_start {
  const char *name, *run_id, *folder;
  size_t points, points_done;     /* done: by sessions before */
  size_t launches, launches_done; /* launches: at most, with those of sessions before */
};

/* How far it is after a launch. */
struct events_state {
  size_t done, left;   /* launches; left: at most */
  double seconds_left; /* at most; NaN: not known */
};

void events_start(const struct events_start *start);
void events_launch(const struct point *point, const struct config *config,
                   const struct scheduled_launch *next);
void events_result(const struct point *point, const struct scheduled_launch *next,
                   const struct outcome *outcome, const struct events_state *state);
void events_enough(const struct point *point, enum enough reason);
/* How it ended; the result as in run.json: "done", "interrupted", "failed". */
void events_end(const char *result, const struct run_counts *counts);

#endif
