/* A team: the workers of one address space. It runs a task for many indices; the interpreter
 * defines the task. */
#ifndef QUARTET_TEAM_H
#define QUARTET_TEAM_H

#include <stdbool.h>
#include <stdint.h>

#include "common/protocol.h"

/* Does the work of one index, as one of the workers 0 .. workers-1. */
typedef void team_task(void *context, int64_t index, int worker);

/* Ends a worker's share of a run. */
typedef void team_leave(void *context, int worker);

/* The code that runs while the workers wait in their region. */
typedef int team_body(void *context);

struct team {
  int workers;
  bool crowded; /* a waiting worker yields its core immediately: fewer cores than workers */
  /* Runs task(context, index, worker) once for every index in [0, count) and returns when all are
   * done. A worker that gets no more of them calls leave(context, worker), if that is not NULL.
   * Calls do not nest. */
  void (*run)(struct team *team, int64_t count, team_task *task, team_leave *leave, void *context);
  /* Runs task(context, worker, worker) once on every worker, all at the same time. NULL: a team for
   * tests, whose workers take turns. */
  void (*each)(struct team *team, team_task *task, void *context);
  /* Returns what body(context) returns, called on this thread as worker 0. Until then the other
   * workers wait in a parallel region, so that `run` and `each` only call them. Does not nest. */
  int (*within)(struct team *team, team_body *body, void *context);
};

/* How indices are distributed to workers; also how ranges are distributed to parts, if a phase is
 * movable. */
struct schedule {
  enum schedule_kind kind;
  int64_t
      chunk; /* ranges handed out at a time, at least; 0: the default (1, or static: one block) */
};

/* One worker, this thread; indices in order. */
extern struct team team_serial;

/* OpenMP threads, created here so that the first measured region does not pay for it. One such team
 * at a time. Fails when fewer threads can be had. */
int team_omp_open(struct team *team, int threads, const struct schedule *schedule,
                  struct error *error);

#endif
