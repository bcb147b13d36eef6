/* The global lock of `--lock global`, like that of an interpreter: only its holder computes, and a
 * worker that waits for an operation does not hold it.
 *
 * The holder keeps it from range to range until a worker that has waited for a whole switch
 * interval requests it; then the holder hands it over at the end of its range and does not take it
 * again before somebody else has had it. That is CPython's lock since 3.2 (A. Pitrou, "Reworking
 * the GIL", python-dev, October 2009; Python/ceval_gil.c), with the end of a range in the place of
 * the check between bytecodes. */
#ifndef QUARTET_LOCK_H
#define QUARTET_LOCK_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct lock {
  double fraction;   /* the share of each worker's ranges that compute under the lock, 0..1 */
  int64_t switch_ns; /* how long a waiter waits before it asks */
  /* private: */
  pthread_mutex_t mutex;
  pthread_cond_t freed;    /* it was released */
  pthread_cond_t switched; /* somebody else has taken it */
  bool held;
  int64_t takes;      /* how often it was taken */
  int64_t waiting;    /* threads in lock_take_ns */
  atomic_bool wanted; /* a waiter's interval has passed */
};

/* Returns 0, or an errno. */
int lock_open(struct lock *lock, double fraction, int64_t switch_ns);
void lock_close(struct lock *lock);

/* Takes the lock; returns how long that took. */
int64_t lock_take_ns(struct lock *lock);

/* Releases it. If another worker has requested it, returns when that one has it. Returns the time
 * that this took. */
int64_t lock_give_ns(struct lock *lock);

/* Whether the holder is asked to hand it over. */
static inline bool lock_wanted(struct lock *lock) {
  return atomic_load_explicit(&lock->wanted, memory_order_relaxed);
}

/* Whether range `index` of `count` computes under the lock: the first ones of each worker's do,
 * when `workers` share the ranges in equal blocks. Whole ranges are chosen, so that a fraction cuts
 * none in two and changes no result. */
bool lock_covers(const struct lock *lock, int64_t index, int64_t count, int workers);

#endif
