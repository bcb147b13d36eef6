/* Operations beside a libuv loop that come back to it: those on files run on libuv's pool of
 * threads, since a file has no way to say that it is ready; fetches are libcurl's, on the loop's
 * own. */
#ifndef QUARTET_ERRANDS_H
#define QUARTET_ERRANDS_H

#include <uv.h>

#include "engine/errand.h"

struct errands {
  uv_loop_t *loop;
  int64_t under_way;         /* started, and not taken yet */
  struct errand *first_done; /* in the order of their coming */
  struct errand *last_done;
  struct errand *spare;
  bool threads_tried; /* libuv aborts when it cannot create those of its pool: tried before */
  struct fetching *fetching; /* NULL: nothing was fetched yet */
};

void errands_open(struct errands *errands, uv_loop_t *loop);
/* When none is under way; the loop must then run until nothing is active. */
void errands_close(struct errands *errands);

/* Starts what a task asked for; the outside must outlive it. Fails with -1 if there is no memory,
 * with UV_EAGAIN if the pool's threads cannot be created. */
int errands_start(struct errands *errands, int64_t task, struct outside *outside,
                  const struct operation *operation);

/* One that is done, or NULL. Goes back to errands_end. */
struct errand *errands_take(struct errands *errands);
void errands_end(struct errands *errands, struct errand *errand);

/* How many threads libuv does them on. */
int errands_threads(void);

#endif
