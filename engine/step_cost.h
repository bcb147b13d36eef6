/* What the engine itself adds to a step of a kernel: a step without work, measured once for each
 * launch, outside of what is timed. */
#ifndef QUARTET_STEP_COST_H
#define QUARTET_STEP_COST_H

#include "engine/session.h"

/* Seconds, of this process; about 3 ms are spent on it. The median of a few batches of
 * - empty phases: of a unit that does nothing for each worker, without a request or a result, on
 *   the session's team; with several jobs, on the one worker that has a job;
 * - where the kernel's TIMED stage has rounds: rounds of the same kind, with messages or vectors of
 *   8 bytes, whose ends are all on one worker: what the engine does between two calls of MPI or two
 *   flags, that is stamping, copying, comparing and counting.
 * NAN if the TIMED stage awaits operations, whose steps are those of the system, or without memory.
 * SETUP has run; not collective. */
double step_cost_s(struct session *session);

#endif
