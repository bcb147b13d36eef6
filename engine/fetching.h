/* Many fetches at once beside a libuv loop: libcurl's multi interface; libuv reports events of
 * sockets and timers to it. */
#ifndef QUARTET_FETCHING_H
#define QUARTET_FETCHING_H

#include "engine/errand.h"

struct fetching; /* opened with the first fetch */

/* Starts an errand that is a fetch; errand->done is called when it is settled. -1: no memory. */
int fetching_start(struct fetching **fetching, struct errand *errand);

/* Begins closing; the loop must then run until nothing is active. NULL is fine. */
void fetching_close(struct fetching *fetching);

#endif
