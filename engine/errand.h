/* One operation beside a libuv loop: errands.h keeps them. */
#ifndef QUARTET_ERRAND_H
#define QUARTET_ERRAND_H

#include <stdint.h>
#include <uv.h>

#include "engine/outside.h"

struct errands; /* errands.h */

/* One operation under way or done. */
struct errand {
  uv_work_t work;
  uv_loop_t *loop;
  struct errands *errands;             /* to which it belongs */
  void (*done)(struct errand *errand); /* called on the loop's thread when it is settled */
  struct errand *next;                 /* in the list that it is in */
  struct outside *outside;
  struct landing landing;
  int64_t task; /* who asked */
  struct operation operation;
};

#endif
