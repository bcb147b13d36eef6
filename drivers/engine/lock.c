#include "drivers/engine/lock.h"

#include <math.h>

#include "drivers/engine/clock.h"

bool lock_covers(const struct lock *lock, int64_t index) {
  return lock &&
         floor((double)(index + 1) * lock->fraction) > floor((double)index * lock->fraction);
}

int64_t lock_take_ns(struct lock *lock) {
  int64_t start_ns = clock_now_ns();
  pthread_mutex_lock(&lock->mutex);
  return clock_now_ns() - start_ns;
}

void lock_give(struct lock *lock) {
  pthread_mutex_unlock(&lock->mutex);
}
