#include "engine/errands.h"

#include <stdlib.h>

#include "common/limits.h"
#include "engine/await.h"
#include "engine/fetching.h"

void errands_open(struct errands *errands, uv_loop_t *loop) {
  *errands = (struct errands){.loop = loop};
}

void errands_close(struct errands *errands) {
  while (errands->spare) {
    struct errand *errand = errands->spare;
    errands->spare = errand->next;
    landing_free(&errand->landing);
    free(errand);
  }
#ifdef QUARTET_HAVE_CURL
  fetching_close(errands->fetching);
#endif
}

/* On a thread of the pool. */
static void run(uv_work_t *work) {
  struct errand *errand = work->data;
  outside_await(errand->outside, 0, &errand->landing, &errand->operation);
}

/* Puts an errand among those that are done. */
static void put_done(struct errand *errand) {
  struct errands *errands = errand->errands;
  errand->next = NULL;
  if (errands->first_done)
    errands->last_done->next = errand;
  else
    errands->first_done = errand;
  errands->last_done = errand;
  /* uv_run calls timers before it looks whether there is anything to wait for: what a timer settles
   * would lie here while it sleeps, for ever if nothing else is under way. */
  uv_stop(errands->loop);
}

/* On the loop's thread. */
static void come_back(uv_work_t *work, int status) {
  (void)status; /* nobody cancels */
  put_done(work->data);
}

int errands_start(struct errands *errands, int64_t task, struct outside *outside,
                  const struct operation *operation) {
  struct errand *errand = errands->spare;
  if (errand)
    errands->spare = errand->next;
  else
    errand = calloc(1, sizeof *errand);
  if (!errand)
    return -1;
  errand->work.data = errand;
  errand->loop = errands->loop;
  errand->errands = errands;
  errand->done = put_done;
  errand->outside = outside;
  errand->task = task;
  errand->operation = *operation;
  errands->under_way++;
#ifdef QUARTET_HAVE_CURL
  if (operation->kind == OPERATION_FETCH)
    return fetching_start(&errands->fetching, errand);
#endif
  if (!errands->threads_tried && limits_try_threads(errands_threads()) != 0)
    return UV_EAGAIN;
  errands->threads_tried = true;
  return uv_queue_work(errands->loop, &errand->work, run, come_back);
}

struct errand *errands_take(struct errands *errands) {
  struct errand *errand = errands->first_done;
  if (errand)
    errands->first_done = errand->next;
  return errand;
}

void errands_end(struct errands *errands, struct errand *errand) {
  errands->under_way--;
  errand->next = errands->spare;
  errands->spare = errand;
}

int errands_threads(void) {
  const char *text = getenv("UV_THREADPOOL_SIZE"); /* as libuv reads it */
  int count = text ? atoi(text) : 4;
  return count < 1 ? 1 : count > 1024 ? 1024 : count;
}
