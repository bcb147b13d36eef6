/* Measuring: consecutive passes, each timed from a common start to the end of the slowest process,
 * and checked by the oracle. */
#ifndef QUARTET_MEASURE_H
#define QUARTET_MEASURE_H

#include "common/samples.h"
#include "engine/locality.h"
#include "engine/session.h"
#include "engine/start.h"

/* One pass, summed up over all processes. */
struct repetition {
  bool warmup;
  int64_t index;                /* within the warm-ups, or within the timed ones; from 0 */
  int64_t start_wall_ns;        /* since 1970 */
  double figures[COLUMN_COUNT]; /* by the column of samples.csv; NaN: not measured here */
  bool late;                    /* a process came too late for the common start */
  double
      missing_cpu_s; /* the most that a process had less CPU time than it computed by the clock */
  double clock_readings; /* of the slowest process, inside what is timed */
  bool right;
  bool suspended; /* a process was stopped meanwhile: the figures are void, it is run again */
  struct verdict verdict; /* of a wrong problem if there is one */
};

struct measurement {
  struct session *session;
  enum start_kind start; /* of several processes */
  int64_t reps, warmup;
  struct locality *locality; /* filled after SETUP; NULL: not requested */
  /* Runs the TIMED stage; session_run unless the driver has another. */
  int (*pass)(void *context, struct session *session, struct error *error);
  void *pass_context;
  /* Called after each pass, on every process; a nonzero return ends the measuring with that error.
   */
  int (*report)(void *context, const struct repetition *repetition, struct error *error);
  void *report_context;
};

/* SETUP, the warm-ups, the timed repetitions; a wrong result is reported like any other. A
 * repetition during which a process was stopped (suspension.h) is reported as suspended and run
 * again; EXIT_MACHINE if that happens SUSPENSIONS_MAX times in turn. Ends all processes if one of
 * several fails alone. */
enum { SUSPENSIONS_MAX = 10 };
int measure(const struct measurement *measurement, struct error *error);

/* The TIMED stage by session_run. */
int measure_plain_pass(void *context, struct session *session, struct error *error);

#endif
