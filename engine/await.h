/* Does an operation and returns when it is complete: for a worker that blocks. The cooperative loop
 * starts the same operations and does not wait (errands.h). */
#ifndef QUARTET_AWAIT_H
#define QUARTET_AWAIT_H

#include <stdint.h>

#include "engine/outside.h"

/* Fills data, size, failure, but not elapsed_ns. What was brought lies in the landing. asked_ns:
 * when it was asked for. */
void outside_await(struct outside *outside, int64_t asked_ns, struct landing *landing,
                   struct operation *operation);

/* Frees what outside_await, or a fetch, has left in it. */
void landing_free(struct landing *landing);

#endif
