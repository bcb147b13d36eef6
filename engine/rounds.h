/* Runs phases of rounds (struct rounds in kernel.h): the engine's own loops over messages, barriers
 * and sums, in which every message is stamped and compared. */
#ifndef QUARTET_ROUNDS_H
#define QUARTET_ROUNDS_H

#include "common/error.h"
#include "engine/comm.h"
#include "engine/proof.h"
#include "engine/team.h"
#include "kernels/kernel.h"

/* A part that this process holds, and the kernel's state of it. Both are the caller's. */
struct rounds_part {
  const struct part *part;
  void *state;
};

/* Where rounds run. */
struct rounds_place {
  struct comm *comm;
  struct team *team;
  int64_t grain; /* from 2 on, neighbouring units are on one worker */
  bool poison;   /* tests: fill what is received with NaN first */
};

struct rounds_run;

/* Makes *run, for the comm's held parts, of which the first `comm->held` stand in `parts`. The
 * comm, the team, parts and states must outlive it; the array need not. */
int rounds_open(struct rounds_run **run, const struct rounds_place *place,
                const struct rounds_part *parts, struct error *error);
void rounds_close(struct rounds_run *run); /* NULL: nothing */

/* Runs the rounds of the phase on all parts and workers, and adds the units planned and executed: a
 * worker's rounds of each part, or an endpoint's. Collective. Fails when memory is short. */
int rounds_execute(struct rounds_run *run, const struct phase *phase, struct tally *planned,
                   struct tally *executed, struct error *error);

/* What the held part i is to see of them. */
const struct rounds_result *rounds_result_of(const struct rounds_run *run, int i);

/* Completes the results of a barrier: whether a process left before another had come. Collective;
 * nothing to do after other rounds, or the second time. */
void rounds_prove(struct rounds_run *run);

#endif
