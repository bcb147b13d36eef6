#include "drivers/engine/deadlines.h"

#include <stdlib.h>

enum { ARITY = 4 };

int deadlines_reserve(struct deadlines *d, int64_t count) {
  if (count <= d->capacity)
    return 0;
  struct deadline *heap = realloc(d->heap, (size_t)count * sizeof *heap);
  if (!heap)
    return -1;
  d->heap = heap;
  d->capacity = count;
  return 0;
}

void deadlines_free(struct deadlines *d) {
  free(d->heap);
  *d = (struct deadlines){0};
}

void deadlines_add(struct deadlines *d, int64_t time_ns, int64_t task) {
  int64_t at = d->count++;
  while (at > 0) {
    int64_t parent = (at - 1) / ARITY;
    if (d->heap[parent].time_ns <= time_ns)
      break;
    d->heap[at] = d->heap[parent];
    at = parent;
  }
  d->heap[at] = (struct deadline){time_ns, task};
}

struct deadline deadlines_take(struct deadlines *d) {
  struct deadline first = d->heap[0], last = d->heap[--d->count];
  int64_t at = 0;
  for (;;) {
    int64_t child = ARITY * at + 1, end = child + ARITY, earliest = child;
    if (child >= d->count)
      break;
    for (int64_t i = child + 1; i < end && i < d->count; i++)
      if (d->heap[i].time_ns < d->heap[earliest].time_ns)
        earliest = i;
    if (d->heap[earliest].time_ns >= last.time_ns)
      break;
    d->heap[at] = d->heap[earliest];
    at = earliest;
  }
  d->heap[at] = last;
  return first;
}
