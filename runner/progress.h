/* What a running sweep tells: one line that is rewritten on a terminal, a line for each launch
 * elsewhere. All of it goes to stderr; stdout is the report's. */
#ifndef QUARTET_RUNNER_PROGRESS_H
#define QUARTET_RUNNER_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/outcome.h"
#include "runner/plan.h"

struct progress {
  bool quiet;    /* failures only */
  bool terminal; /* stderr is one */
  const struct plan *plan;
  size_t done, total; /* launches */
  double *seconds;    /* how long each point's last launch took; NaN before */
  char last[100];     /* the last result */
};

void progress_begin(struct progress *progress, const struct plan *plan, bool quiet);

/* A launch begins, and has ended. */
void progress_launch(struct progress *progress, size_t point, int64_t launch);
void progress_result(struct progress *progress, size_t point, int64_t launch, double seconds,
                     const struct outcome *outcome);

/* Clears the line and frees. */
void progress_end(struct progress *progress);

#endif
