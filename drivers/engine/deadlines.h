/* Deadlines of sleeping tasks: a heap that yields the earliest first, those of the same time in no
 * particular order. */
#ifndef QUARTET_DEADLINES_H
#define QUARTET_DEADLINES_H

#include <stdint.h>

struct deadline {
  int64_t time_ns;
  int64_t task;
};

struct deadlines {
  struct deadline
      *heap; /* children of i: 4i+1 .. 4i+4; a flat tree keeps a path in few cache lines */
  int64_t count, capacity;
};

/* Makes room for `count` deadlines; -1 when memory is short. */
int deadlines_reserve(struct deadlines *deadlines, int64_t count);
void deadlines_free(struct deadlines *deadlines);

/* Adds one; there must be room. */
void deadlines_add(struct deadlines *deadlines, int64_t time_ns, int64_t task);

/* Takes the earliest out; there must be one. */
struct deadline deadlines_take(struct deadlines *deadlines);

#endif
