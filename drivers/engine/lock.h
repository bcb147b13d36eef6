/* The global lock of `--lock global`: as in an interpreter with one, only its holder computes, and
 * waiting releases it. */
#ifndef QUARTET_LOCK_H
#define QUARTET_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct lock {
  pthread_mutex_t mutex;
  double fraction; /* the share of the ranges that compute under the lock, 0..1, spread evenly */
};

/* Whether range `index` computes under the lock. Whole ranges are chosen,
 * so that a fraction cuts no range in two and changes no result. */
bool lock_covers(const struct lock *lock, int64_t index);

/* Takes and gives back the lock; returns how long it took to get it. */
int64_t lock_take_ns(struct lock *lock);
void lock_give(struct lock *lock);

#endif
