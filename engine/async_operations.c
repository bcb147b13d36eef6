#include "engine/async_operations.h"

#include <stdlib.h>

#include "common/limits.h"
#include "engine/await.h"
#include "engine/fetching.h"

void async_operations_open(struct async_operations *async_operations, uv_loop_t *loop) {
  *async_operations = (struct async_operations){.loop = loop};
  async_operations->has_allowed =
      sched_getaffinity(0, sizeof async_operations->allowed, &async_operations->allowed) == 0;
}

void async_operations_close(struct async_operations *async_operations) {
  while (async_operations->spare) {
    struct async_operation *async_operation = async_operations->spare;
    async_operations->spare = async_operation->next;
    receive_buffer_free(&async_operation->received);
    free(async_operation);
  }
#ifdef QUARTET_HAVE_CURL
  fetching_close(async_operations->fetching);
#endif
}

/* On a thread of the pool. */
static void run(uv_work_t *work) {
  struct async_operation *async_operation = work->data;
  io_environment_await(async_operation->io, 0, &async_operation->received,
                       &async_operation->operation);
}

/* Appends an operation to the list of completed ones. */
static void put_done(struct async_operation *async_operation) {
  struct async_operations *async_operations = async_operation->async_operations;
  async_operation->next = NULL;
  if (async_operations->first_done)
    async_operations->last_done->next = async_operation;
  else
    async_operations->first_done = async_operation;
  async_operations->last_done = async_operation;
  /* uv_run calls timers before it looks whether there is anything to wait for: what a timer settles
   * would lie here while it sleeps, forever if nothing else is in flight. */
  uv_stop(async_operations->loop);
}

/* On the loop's thread. */
static void come_back(uv_work_t *work, int status) {
  (void)status; /* nobody cancels */
  put_done(work->data);
}

/* libuv creates its threads with the first work, and they inherit the mask of this thread, which is
 * bound to one core by then: they would all wait for that one. */
static int queue_first(struct async_operations *async_operations,
                       struct async_operation *async_operation) {
  cpu_set_t own;
  if (limits_try_threads(async_operations_threads()) != 0)
    return UV_EAGAIN;
  async_operations->threads_tried = true;
  bool widened = async_operations->has_allowed && sched_getaffinity(0, sizeof own, &own) == 0 &&
                 sched_setaffinity(0, sizeof own, &async_operations->allowed) == 0;
  int code = uv_queue_work(async_operations->loop, &async_operation->work, run, come_back);
  if (widened)
    sched_setaffinity(0, sizeof own, &own);
  return code;
}

int async_operations_start(struct async_operations *async_operations, int64_t task,
                           struct io_environment *io, const struct operation *operation) {
  struct async_operation *async_operation = async_operations->spare;
  if (async_operation)
    async_operations->spare = async_operation->next;
  else
    async_operation = calloc(1, sizeof *async_operation);
  if (!async_operation)
    return -1;
  async_operation->work.data = async_operation;
  async_operation->loop = async_operations->loop;
  async_operation->async_operations = async_operations;
  async_operation->done = put_done;
  async_operation->io = io;
  async_operation->task = task;
  async_operation->operation = *operation;
  async_operations->under_way++;
#ifdef QUARTET_HAVE_CURL
  if (operation->kind == OPERATION_FETCH)
    return fetching_start(&async_operations->fetching, async_operation);
#endif
  if (!async_operations->threads_tried)
    return queue_first(async_operations, async_operation);
  return uv_queue_work(async_operations->loop, &async_operation->work, run, come_back);
}

struct async_operation *async_operations_take(struct async_operations *async_operations) {
  struct async_operation *async_operation = async_operations->first_done;
  if (async_operation)
    async_operations->first_done = async_operation->next;
  return async_operation;
}

void async_operations_end(struct async_operations *async_operations,
                          struct async_operation *async_operation) {
  async_operations->under_way--;
  async_operation->next = async_operations->spare;
  async_operations->spare = async_operation;
}

int async_operations_threads(void) {
  const char *text = getenv("UV_THREADPOOL_SIZE"); /* as libuv reads it */
  int count = text ? atoi(text) : 4;
  return count < 1 ? 1 : count > 1024 ? 1024 : count;
}
