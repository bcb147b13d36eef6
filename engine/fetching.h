/* Concurrent fetches beside a libuv loop: libcurl's multi interface; libuv reports events of
 * sockets and timers to it. */
#ifndef QUARTET_FETCHING_H
#define QUARTET_FETCHING_H

#include "engine/async_operation.h"

struct fetching; /* opened with the first fetch */

/* Starts an operation that is a fetch; its `done` is called when it is settled. -1: no memory. */
int fetching_start(struct fetching **fetching, struct async_operation *async_operation);

/* Begins closing; the loop must then run until nothing is active. NULL is fine. */
void fetching_close(struct fetching *fetching);

#endif
