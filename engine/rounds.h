/* Runs phases of rounds (struct rounds in kernel.h): the engine's own loops over messages, barriers
 * and sums, in which every message is stamped and compared. */
#ifndef QUARTET_ROUNDS_H
#define QUARTET_ROUNDS_H

#include "common/error.h"

struct interpreter;
struct rounds_run;

/* Runs the rounds of the interpreter's phase on all of its parts and workers, and notes the units
 * planned and executed: a worker's rounds of each part, or an endpoint's. Collective. Fails when
 * memory is short. */
int rounds_execute(struct interpreter *interpreter, int phase, struct error *error);

/* What the held part i is to see of them. */
const struct rounds_result *rounds_result_of(const struct rounds_run *run, int i);

/* Completes the results of a barrier: whether a process left before another had come. Collective;
 * nothing to do after other rounds, or the second time. */
void rounds_prove(struct interpreter *interpreter);

void rounds_free(struct rounds_run *run); /* NULL: nothing */

#endif
