/* Operations beside a libuv loop that come back to it: those on files run on libuv's pool of
 * threads, since a file cannot report that it is ready; fetches are libcurl's, on the loop's
 * own. */
#ifndef QUARTET_ASYNC_OPERATIONS_H
#define QUARTET_ASYNC_OPERATIONS_H

#include <sched.h>
#include <stdbool.h>
#include <uv.h>

#include "engine/async_operation.h"

struct async_operations {
  uv_loop_t *loop;
  int64_t under_way;                  /* started, and not taken yet */
  struct async_operation *first_done; /* in the order of their coming */
  struct async_operation *last_done;
  struct async_operation *spare;
  cpu_set_t allowed; /* the affinity mask as the loop was opened, for the pool's threads */
  bool has_allowed;
  bool threads_tried; /* libuv aborts when it cannot create those of its pool: tried before */
  struct fetching *fetching; /* NULL: nothing was fetched yet */
};

void async_operations_open(struct async_operations *async_operations, uv_loop_t *loop);
/* To be called when none is in flight; the loop must then run until nothing is active. */
void async_operations_close(struct async_operations *async_operations);

/* Starts the operation that a task requested; `io` must outlive it. Returns -1 if there is no
 * memory, UV_EAGAIN if the threads of the pool cannot be created. */
int async_operations_start(struct async_operations *async_operations, int64_t task,
                           struct io_environment *io, const struct operation *operation);

/* One that is done, or NULL. To be returned with async_operations_end. */
struct async_operation *async_operations_take(struct async_operations *async_operations);
void async_operations_end(struct async_operations *async_operations,
                          struct async_operation *async_operation);

/* How many threads libuv does them on. */
int async_operations_threads(void);

#endif
