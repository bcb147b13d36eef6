/* What the readers of allocations share. */
#ifndef QUARTET_RUNNER_PLAN_ALLOCATION_READING_H
#define QUARTET_RUNNER_PLAN_ALLOCATION_READING_H

#include "runner/plan/allocation.h"

enum { HOST_BYTES = 256 }; /* of a host's name: POSIX has 255 at most */

/* The node of that name; NULL: there is none. */
struct allocation_node *allocation_node_find(struct allocation *allocation, const char *host);

/* Removes all nodes. */
void allocation_drop_nodes(struct allocation *allocation);

/* Ends the reading of a variable that cannot be read, with the problem; returns false. */
bool allocation_refuse(struct allocation *allocation, const char *variable, const char *text,
                       const char *expected);

/* Digits at *at, a number from 1 to max; *at is moved behind them. */
bool allocation_number(const char **at, int64_t max, int64_t *value);

/* Whether the text is a host's name. */
bool allocation_is_host(const char *text);

/* Asks Flux; false: it does not answer. */
bool allocation_ask_flux(struct allocation *allocation);

/* Reads the hostfile at that path. */
int allocation_open_hostfile(struct allocation *allocation, const char *path, struct error *error);

/* Makes cores of the lines of PBS_NODEFILE, on machines of that many cores. */
void allocation_count_pbs(struct allocation *allocation, int64_t cores);

#endif
