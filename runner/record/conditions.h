/* Under which conditions a session measures: the machine, the libraries, the builds and the
 * settings that its times depend on, as run.json holds them. Launches of other conditions are
 * another population: a resume is refused, or with --anyway continues with separate points. The
 * host's name is no condition: nodes of one partition, and containers of one image, are of the same
 * kind. */
#ifndef QUARTET_RUNNER_RECORD_CONDITIONS_H
#define QUARTET_RUNNER_RECORD_CONDITIONS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "runner/launch/programs.h"
#include "runner/launch/tools.h"
#include "runner/plan/plan.h"
#include "runner/record/run_record.h"

/* The objects `machine`, `libraries`, `builds` and `openmp` of a session in run.json, in one object
 * that the caller releases. */
json_t *conditions_make(const struct plan *plan, const struct tools *tools,
                        const struct programs *programs);

enum condition {
  CONDITION_MACHINE,    /* the machine itself, and its libraries */
  CONDITION_BUILD,      /* the drivers */
  CONDITION_OPENMP,     /* variables of the OpenMP run time */
  CONDITION_REPETITIONS /* of a launch: its rows would not be those that samples.csv begins with */
};

/* A difference, as text: "cores: 8, before 4". */
struct difference {
  enum condition kind;
  char *text;
};
struct differences {
  struct difference *items;
  size_t count;
};

/* The differences between the last session of an earlier run and now. A fact that one of them does
 * not have is no difference: run.json of an older version has fewer. To be freed. */
struct differences conditions_compare(const struct run_record *record, const struct plan *plan,
                                      const json_t *now);
/* Whether the run may continue: EXIT_USAGE, with what differs on standard error, unless there is no
 * difference or the user has said `anyway`; numbers of repetitions may never differ. */
int differences_check(const struct differences *differences, const struct run_record *record,
                      bool anyway);
/* Prints them on standard error, a line each; of many, the first. */
void differences_print(const struct differences *differences);
void differences_free(struct differences *differences);

/* Whether there is a difference of that kind. */
bool differences_have(const struct differences *differences, enum condition kind);

#endif
