/* What a running sweep tells: one line that is rewritten on a terminal, a line for each launch
 * elsewhere. All of it goes to stderr; stdout is the report's. */
#ifndef QUARTET_RUNNER_PROGRESS_H
#define QUARTET_RUNNER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/outcome.h"
#include "runner/plan.h"
#include "runner/schedule.h"

struct progress {
  bool quiet;    /* failures only */
  bool terminal; /* stderr is one */
  const struct plan *plan;
  const struct schedule *schedule;
  size_t done;     /* launches, of this session and those before */
  double *seconds; /* how long each point's last launch took; NaN before */
  char last[100];  /* the last result */
};

/* `done`: launches of sessions before. */
void progress_begin(struct progress *progress, const struct schedule *schedule, size_t done,
                    bool quiet);

/* A launch begins, and has ended. */
void progress_launch(struct progress *progress, const struct turn *turn);
void progress_result(struct progress *progress, const struct turn *turn, double seconds,
                     const struct outcome *outcome);

/* Clears the line and frees. */
void progress_end(struct progress *progress);

#endif
