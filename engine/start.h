/* The common start of the processes of a repetition, on a common clock.
 *
 * A process that leaves a barrier late, or is not scheduled then, would start its own clock late
 * and hide the delay. So times of all processes are put on process 0's clock: wall time runs from
 * the earliest start to the latest end (S. Hunold and A. Carpen-Amarie, "Reproducible MPI
 * benchmarking is still not as easy as you think", IEEE TPDS 27, 2016). */
#ifndef QUARTET_START_H
#define QUARTET_START_H

#include <stdbool.h>

#include "engine/comm.h"

/* How the processes start together. */
enum start_kind {
  START_ALONE,   /* one process */
  START_BARRIER, /* as each of them leaves a barrier: where they share cores */
  START_WINDOW   /* at an instant that all know beforehand; waits for it by polling the clock */
};

extern const char *const start_names[]; /* by enum start_kind: the column sync */

/* How this number of processes should start. */
enum start_kind start_kind_for(int processes, bool oversubscribed);

/* Starts all processes; collective. `clock`: as comm->compare_clocks has just filled it in. Returns
 * whether this process was too late for the instant; *error when memory is short. */
bool start_together(struct comm *comm, enum start_kind kind, const struct clock_offset *clock,
                    struct error *error);

/* A time of this process on process 0's clock; the drift between both comparisons is taken to be
 * linear. */
int64_t start_common_ns(const struct clock_offset *before, const struct clock_offset *after,
                        int64_t time_ns);

#endif
