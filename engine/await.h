/* Does an operation and returns when it is complete: for a worker that blocks. The cooperative loop
 * starts the same operations and does not wait (async_operations.h). */
#ifndef QUARTET_AWAIT_H
#define QUARTET_AWAIT_H

#include <stdint.h>

#include "engine/io_environment.h"

/* Fills data, size, failure, but not elapsed_ns. Received data is in `received`. asked_ns: when it
 * was requested. */
void io_environment_await(struct io_environment *io, int64_t asked_ns,
                          struct receive_buffer *received, struct operation *operation);

/* Frees what io_environment_await, or a fetch, has left in it. */
void receive_buffer_free(struct receive_buffer *received);

#endif
