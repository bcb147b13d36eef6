/* Warnings about single launches. Each function adds a warning if there is something to warn of,
 * and returns its text, else NULL. */
#ifndef QUARTET_RUNNER_RECORD_LAUNCH_WARNINGS_H
#define QUARTET_RUNNER_RECORD_LAUNCH_WARNINGS_H

#include "runner/launch/outcome.h"
#include "runner/launch/schedule.h"
#include "runner/launch/tools.h"
#include "runner/process/foreign.h"
#include "runner/record/run_record.h"
#include "runner/record/warnings.h"

/* A point that did not run where it was asked to, once for each point. */
const char *warn_of_binding(struct warnings *warnings, struct launch_schedule *schedule,
                            size_t point, const struct tools *tools, const struct outcome *outcome);

/* The same of all points of earlier sessions: run.json of a session that was killed lacks what it
 * warned of; the rows in the schedule say it again. */
void warn_of_earlier_bindings(struct warnings *warnings, const struct launch_schedule *schedule,
                              const struct tools *tools, const struct run_record *record);

/* Lines among a driver's rows that are not its own, once: *reported becomes true. */
const char *warn_of_foreign_lines(struct warnings *warnings, const struct foreign *foreign,
                                  bool *reported);

/* A launch that a suspension disturbed has been repeated; if none was left alone, the rows of the
 * last one stand, with a warning. The drivers repeat what was stopped, so that only what they do
 * not see, such as a frozen cgroup, is in their times. */
const char *warn_of_suspension(struct warnings *warnings, const struct point *point, int64_t launch,
                               const struct launch_result *result);

#endif
