/* The progress messages of a running sweep: on stderr a bar at the bottom of a terminal, or a line
 * for each launch elsewhere; as JSON lines on stdout if requested. */
#ifndef QUARTET_RUNNER_UI_PROGRESS_H
#define QUARTET_RUNNER_UI_PROGRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/launch/outcome.h"
#include "runner/launch/schedule.h"
#include "runner/plan/plan.h"
#include "runner/ui/estimate.h"

struct progress {
  bool quiet;      /* failures only */
  bool bar;        /* on the terminal that stderr is */
  bool json_lines; /* on stdout */
  const struct config *config;
  const struct plan *plan;
  const struct launch_schedule *schedule;
  struct run_estimate estimate;
  size_t done;                  /* launches, of this session and those before */
  size_t timed, suspect;        /* repetitions of this session, and the suspect ones among them */
  struct scheduled_launch next; /* the last one passed to progress_launch */
  char last[100];               /* the last result; "": none yet */
};

/* What it prints, and how. */
struct progress_how {
  bool quiet, json_lines;
  const struct config *config;
  const char *name, *run_id, *folder;
};

/* `done`: launches of sessions before. The schedule must outlive it. */
void progress_begin(struct progress *progress, const struct launch_schedule *schedule, size_t done,
                    const struct progress_how *how);

/* A launch begins (or is skipped), and has ended, been settled and written. */
void progress_launch(struct progress *progress, const struct scheduled_launch *next);
void progress_result(struct progress *progress, const struct scheduled_launch *next,
                     const struct outcome *outcome);

/* To be called now and then while a launch runs: follows the terminal's width. */
void progress_woken(void *progress);

/* Prints a warning to stderr, where the bar was. */
void progress_warn(struct progress *progress, const char *text);

/* Takes the bar away, prints the share of suspect repetitions, and frees; the JSON lines are
 * events_end's to end. */
void progress_end(struct progress *progress);

#endif
