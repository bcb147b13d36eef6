/* Deadlines of sleeping tasks: yields the earliest first, those of the same time in no particular
 * order.
 *
 * A program whose waits are equally long adds deadlines in rising order. These go into a queue
 * at no cost; only a deadline that lies before the queue's last goes into a heap. */
#ifndef QUARTET_DEADLINES_H
#define QUARTET_DEADLINES_H

#include <stdint.h>

struct deadline {
  int64_t time_ns;
  int64_t task;
};

struct deadlines {
  struct deadline *heap;  /* children of i: 4i+1 .. 4i+4; a flat tree keeps a path in few lines */
  struct deadline *queue; /* a ring, rising */
  int64_t count;          /* in both */
  /* private: */
  int64_t heap_count, capacity;
  uint64_t head, tail, mask;
};

/* Makes room for `count` deadlines; -1 when memory is short. */
int deadlines_reserve(struct deadlines *deadlines, int64_t count);
void deadlines_free(struct deadlines *deadlines);

/* Adds one; there must be room. */
void deadlines_add(struct deadlines *deadlines, int64_t time_ns, int64_t task);

/* The earliest; there must be one. */
const struct deadline *deadlines_first(const struct deadlines *deadlines);

/* Takes the earliest out; there must be one. */
struct deadline deadlines_take(struct deadlines *deadlines);

#endif
