#include "engine/lock.h"

#include <errno.h>
#include <time.h>

#include "common/clock.h"

int lock_open(struct lock *lock, double fraction, int64_t switch_ns) {
  pthread_condattr_t monotonic;
  *lock = (struct lock){.fraction = fraction, .switch_ns = switch_ns};
  int code = pthread_condattr_init(&monotonic);
  if (code)
    return code;
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC); /* as clock_now_ns */
  code = pthread_mutex_init(&lock->mutex, NULL);
  if (code == 0)
    code = pthread_cond_init(&lock->freed, &monotonic);
  if (code == 0)
    code = pthread_cond_init(&lock->switched, NULL);
  pthread_condattr_destroy(&monotonic);
  return code;
}

void lock_close(struct lock *lock) {
  pthread_cond_destroy(&lock->switched);
  pthread_cond_destroy(&lock->freed);
  pthread_mutex_destroy(&lock->mutex);
}

/* Waits until the lock is free; requests it when it has not changed hands for an interval. */
static void await_free(struct lock *lock) {
  while (lock->held) {
    int64_t takes = lock->takes, until_ns = clock_now_ns() + lock->switch_ns;
    struct timespec until = {until_ns / 1000000000, until_ns % 1000000000};
    int code = pthread_cond_timedwait(&lock->freed, &lock->mutex, &until);
    if (code == ETIMEDOUT && lock->held && lock->takes == takes)
      atomic_store_explicit(&lock->wanted, true, memory_order_relaxed);
  }
}

int64_t lock_take_ns(struct lock *lock) {
  int64_t start_ns = clock_now_ns();
  pthread_mutex_lock(&lock->mutex);
  lock->waiting++;
  await_free(lock);
  lock->waiting--;
  lock->held = true;
  lock->takes++;
  atomic_store_explicit(&lock->wanted, false, memory_order_relaxed);
  pthread_cond_signal(&lock->switched);
  pthread_mutex_unlock(&lock->mutex);
  return clock_now_ns() - start_ns;
}

int64_t lock_give_ns(struct lock *lock) {
  int64_t start_ns = clock_now_ns(), takes;
  pthread_mutex_lock(&lock->mutex);
  bool asked = lock_wanted(lock);
  takes = lock->takes;
  lock->held = false;
  pthread_cond_signal(&lock->freed);
  while (asked && lock->takes == takes && lock->waiting > 0)
    pthread_cond_wait(&lock->switched, &lock->mutex);
  pthread_mutex_unlock(&lock->mutex);
  return asked ? clock_now_ns() - start_ns : 0;
}

bool lock_covers(const struct lock *lock, int64_t index, int64_t count, int workers) {
  /* blocks as OpenMP's static schedule cuts them: the first count % workers have one more */
  int64_t size = count / workers, longer = count % workers;
  int64_t in_longer = longer * (size + 1);
  int64_t block = index < in_longer ? size + 1 : size;
  int64_t place = index < in_longer ? index % (size + 1) : (index - in_longer) % size;
  return (double)place + 0.5 < lock->fraction * (double)block;
}
