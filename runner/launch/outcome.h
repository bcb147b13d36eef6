/* The outcome of a launch, and its rows in samples.csv. */
#ifndef QUARTET_RUNNER_LAUNCH_OUTCOME_H
#define QUARTET_RUNNER_LAUNCH_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/protocol.h"
#include "runner/launch/binding.h"
#include "runner/launch/programs.h"
#include "runner/launch/schedule.h"
#include "runner/plan/plan.h"
#include "runner/process/launch.h"

struct outcome {
  enum status status;
  int exit_code;                  /* -1: none */
  int signal;                     /* 0: none */
  bool hopeless;                  /* another launch of this point would fail alike */
  double wall_s;                  /* median of the timed repetitions, if ok */
  double operations, bytes;       /* of a repetition, as its last row says */
  size_t timed, suspect;          /* timed repetitions, and those with evidence of a disturbance */
  char work_unit[WORK_UNIT_TEXT]; /* what is counted as operations; "": not known */
  double process_s;               /* from starting the program until it had ended */
  enum binding binding;           /* whether its workers ran where asked, if ok */
  char bound[200];                /* where they ran: the column `binding`, cut if long */
  char hosts[POPULATION_HOSTS];   /* the column `hosts`, if ok, cut if long */
  char failed_hosts[FAILURE_HOSTS]; /* where it failed, as its driver reports; "": not known */
  char message[400];                /* if not ok: what happened, one line */
};

/* Fills the message; what is too long is shortened as in errors. */
__attribute__((format(printf, 2, 3))) void outcome_say(struct outcome *outcome, const char *format,
                                                       ...);

/* Judges a launch. `oom_killed` says whether the system has killed a process for want of memory
 * meanwhile; `timeout_ns` is for the message, `tools` say what was asked of the binding. */
void outcome_judge(struct outcome *outcome, const struct point *point, const struct tools *tools,
                   const struct launch_result *result, bool oom_killed, int64_t timeout_ns);

/* Settles the launch in the schedule; `population` as in schedule_population. */
void outcome_settle(const struct outcome *outcome, struct launch_schedule *schedule,
                    const struct scheduled_launch *next, uint64_t population);

/* Facts of a workload from the driver's rows, for the rows of launches that fail; NULL before. */
struct workload_cells {
  char *bound, *options, *work_unit;
};

/* The facts of this run for a point's rows. */
struct row_context {
  const char *run_id, *host;
  const struct allocation
      *allocation;                  /* of which a launch of ranks gets nodes; NULL: this machine */
  const struct programs *programs;  /* that say which build a point's driver is of */
  size_t columns;                   /* of a row: those of the file, see journal.h */
  int64_t seq;                      /* of the last row written */
  struct workload_cells *workloads; /* for each workload of the config */
};

/* Frees the texts, not the array. */
void workload_cells_free(struct workload_cells *cells);

/* Writes the rows of a launch: the driver's if it went well, else one with the factors, the status
 * and no figures. `result` may be NULL for STATUS_SKIPPED. `workload` is the point's index into the
 * config's. Returns 0, or -1 as stdio has failed. */
int outcome_write(const struct outcome *outcome, const struct point *point, size_t workload,
                  const struct launch_result *result, const struct scheduled_launch *next,
                  struct row_context *context, FILE *file);

#endif
