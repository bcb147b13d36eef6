/* One operation beside a libuv loop: async_operations.h keeps them. */
#ifndef QUARTET_ASYNC_OPERATION_H
#define QUARTET_ASYNC_OPERATION_H

#include <stdint.h>
#include <uv.h>

#include "engine/io_environment.h"

struct async_operations; /* async_operations.h */

/* One operation, in flight or done. */
struct async_operation {
  uv_work_t work;
  uv_loop_t *loop;
  struct async_operations *async_operations; /* to which it belongs */
  void (*done)(
      struct async_operation *async_operation); /* called on the loop's thread when it is settled */
  struct async_operation *next;                 /* in the list that it is in */
  struct io_environment *io;
  struct receive_buffer received;
  int64_t task; /* who asked */
  struct operation operation;
};

#endif
