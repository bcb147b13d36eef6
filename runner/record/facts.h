/* run.json: everything about a run that is not a measurement. */
#ifndef QUARTET_RUNNER_RECORD_FACTS_H
#define QUARTET_RUNNER_RECORD_FACTS_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "common/error.h"
#include "runner/config/config.h"
#include "runner/launch/tools.h"
#include "runner/plan/plan.h"
#include "runner/record/acceptance.h"
#include "runner/record/conditions.h"
#include "runner/record/run_record.h"
#include "runner/record/warnings.h"

enum {
  RUN_ID_TEXT = 32,
  TIME_TEXT = 32,
  FACTS_DIGITS = 15 /* of a number with a fraction: 0.1 stays 0.1 */
};

/* How far a run is. */
struct run_counts {
  size_t done;       /* launches, each attempt at one, also of earlier sessions */
  size_t settled;    /* launches, each once, also of earlier sessions */
  size_t failed;     /* those whose last attempt failed, also of earlier sessions */
  size_t left;       /* launches, at most */
  size_t unaccepted; /* results out of the config's references' bounds */
};

/* The contents of run.json. */
struct run_facts {
  const char *run_id;
  int argc;
  char *const *argv;
  const struct config *config;
  const struct plan *plan;
  const struct tools *tools;
  const struct launch_schedule *schedule;
  const struct warnings *warnings;       /* of this session */
  const json_t *conditions;              /* of this session: see conditions.h */
  bool rows_name_build;                  /* samples.csv has the column build_id */
  const struct differences *differences; /* from those of the session before; NULL: none before */
  struct timespec start;                 /* of this session */
  /* Of an earlier session that this one continues: */
  const struct run_record *record; /* NULL: no earlier session */
  size_t launches_before;
  struct run_counts counts;
  /* Known at the end: */
  struct timespec end;                 /* tv_sec 0: not yet */
  const char *result;                  /* "running", "done", "interrupted", "failed" */
  const struct acceptance *acceptance; /* NULL: not yet */
};

/* An id that sorts by time and differs between runs: "20250131T235959.123456Z-4711". Returns text.
 */
char *run_id_make(char text[RUN_ID_TEXT]);

/* ISO 8601 in UTC, to the millisecond. Returns text. */
char *time_format(struct timespec time, char text[TIME_TEXT]);

/* A point as run.json has it; the caller's to release. */
json_t *facts_point(const struct point *point, const struct config *config);

/* The verdicts on the config's references; NULL: none yet. The caller releases it. */
json_t *facts_acceptance(const struct acceptance *acceptance);

/* Writes run.json into the folder: replaces the old file atomically. EXIT_MACHINE if it cannot be
 * written. facts_write_value() writes what `run` holds. */
int facts_write(const struct run_facts *facts, int folder, struct error *error);
int facts_write_value(const json_t *run, int folder, struct error *error);

#endif
