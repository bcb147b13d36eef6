#include "common/deadlines.h"

#include <stdbool.h>
#include <stdlib.h>

enum { ARITY = 4 };

static int64_t queue_count(const struct deadlines *d) {
  return (int64_t)(d->tail - d->head);
}

/* Room in the ring, keeping what is in it. */
static int reserve_queue(struct deadlines *d, int64_t count) {
  uint64_t wanted = 64, kept = 0;
  while (wanted < (uint64_t)count)
    wanted *= 2;
  if (d->queue && wanted <= d->mask + 1)
    return 0;
  struct deadline *queue = malloc(wanted * sizeof *queue);
  if (!queue)
    return -1;
  for (; d->head != d->tail; kept++)
    queue[kept] = d->queue[d->head++ & d->mask];
  free(d->queue);
  d->queue = queue;
  d->mask = wanted - 1;
  d->head = 0;
  d->tail = kept;
  return 0;
}

int deadlines_reserve(struct deadlines *d, int64_t count) {
  if (count <= d->capacity)
    return 0;
  struct deadline *heap = realloc(d->heap, (size_t)count * sizeof *heap);
  if (!heap)
    return -1;
  d->heap = heap;
  if (reserve_queue(d, count))
    return -1;
  d->capacity = count;
  return 0;
}

void deadlines_free(struct deadlines *d) {
  free(d->heap);
  free(d->queue);
  *d = (struct deadlines){0};
}

static void heap_add(struct deadlines *d, struct deadline deadline) {
  int64_t at = d->heap_count++;
  while (at > 0) {
    int64_t parent = (at - 1) / ARITY;
    if (d->heap[parent].time_ns <= deadline.time_ns)
      break;
    d->heap[at] = d->heap[parent];
    at = parent;
  }
  d->heap[at] = deadline;
}

static struct deadline heap_take(struct deadlines *d) {
  struct deadline first = d->heap[0], last = d->heap[--d->heap_count];
  int64_t at = 0;
  for (;;) {
    int64_t child = ARITY * at + 1, end = child + ARITY, earliest = child;
    if (child >= d->heap_count)
      break;
    for (int64_t i = child + 1; i < end && i < d->heap_count; i++)
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

void deadlines_add(struct deadlines *d, int64_t time_ns, int64_t task) {
  const struct deadline deadline = {time_ns, task};
  d->count++;
  if (queue_count(d) > 0 && d->queue[(d->tail - 1) & d->mask].time_ns > time_ns)
    heap_add(d, deadline);
  else
    d->queue[d->tail++ & d->mask] = deadline;
}

static bool queue_is_first(const struct deadlines *d) {
  return d->heap_count == 0 ||
         (queue_count(d) > 0 && d->queue[d->head & d->mask].time_ns <= d->heap[0].time_ns);
}

const struct deadline *deadlines_first(const struct deadlines *d) {
  return queue_is_first(d) ? &d->queue[d->head & d->mask] : &d->heap[0];
}

struct deadline deadlines_take(struct deadlines *d) {
  d->count--;
  return queue_is_first(d) ? d->queue[d->head++ & d->mask] : heap_take(d);
}
