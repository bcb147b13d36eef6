/* Fetching documents over HTTP with libcurl: one attempt at a time, for a worker that blocks; the
 * cooperative loop drives the same handles by async_operations.c. Without libcurl every fetch is
 * refused when the interpreter is opened. */
#ifndef QUARTET_FETCH_H
#define QUARTET_FETCH_H

#include <stdbool.h>

#include "engine/io_environment.h"

/* Fetches, again if need be, and returns when that is settled. */
void fetch_await(struct io_environment *io, struct receive_buffer *received,
                 struct operation *operation);

/* The steps of a fetch, for callers with an event loop of their own. Prepares the receive buffer's
 * handle (a CURL *) for one attempt; returns NULL if there is no memory. */
void *fetch_prepare(const struct io_environment *io, struct receive_buffer *received,
                    const struct operation *operation);

/* Records the result of an attempt that ended with this CURLcode; true: it is to be repeated. */
bool fetch_settle(struct io_environment *io, struct receive_buffer *received,
                  struct operation *operation, int code);

void fetch_free(void *handle); /* NULL is fine */

#endif
