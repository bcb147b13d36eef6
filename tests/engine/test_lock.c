/* The global lock: one holder at a time, a share of each worker's ranges, and a holder that is
 * asked hands over. No check depends on how long anything takes; one that hangs runs into CTest's
 * limit. */
#include "engine/lock.h"

#include "common/protocol.h"

#include <stdlib.h>

#include "tests/check.h"

enum { THREADS = 4, TAKES = 2000 };

static struct lock lock;

/* Guarded by the lock. */
static struct {
  int holders, most_holders;
  int64_t taken[THREADS];
} seen;

static void *take_often(void *context) {
  const int me = *(const int *)context;
  for (int i = 0; i < TAKES; i++) {
    lock_take_ns(&lock);
    seen.holders++;
    if (seen.holders > seen.most_holders)
      seen.most_holders = seen.holders;
    seen.taken[me]++;
    seen.holders--;
    lock_give_ns(&lock);
  }
  return NULL;
}

static void check_exclusive(int64_t switch_ns) {
  pthread_t threads[THREADS];
  int numbers[THREADS];
  seen.most_holders = 0;
  CHECK(lock_open(&lock, 1, switch_ns) == 0);
  for (int i = 0; i < THREADS; i++) {
    numbers[i] = i;
    seen.taken[i] = 0;
    CHECK(pthread_create(&threads[i], NULL, take_often, &numbers[i]) == 0);
  }
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
  CHECK(seen.most_holders == 1, "%d held it at the same time", seen.most_holders);
  for (int i = 0; i < THREADS; i++)
    CHECK(seen.taken[i] == TAKES);
  lock_close(&lock);
}

static void *take_once(void *context) {
  lock_take_ns(&lock);
  *(bool *)context = true; /* under the lock */
  lock_give_ns(&lock);
  return NULL;
}

/* A holder that continues until the lock is requested hands it to the requester before
 * it can have it again. */
static void check_handed_over(void) {
  pthread_t waiter;
  bool had = false;
  CHECK(lock_open(&lock, 1, 1000000) == 0);
  lock_take_ns(&lock);
  CHECK(pthread_create(&waiter, NULL, take_once, &had) == 0);
  while (!lock_wanted(&lock))
    ; /* computing */
  CHECK(!had, "it was taken from its holder");
  lock_give_ns(&lock);
  lock_take_ns(&lock);
  CHECK(had, "the waiter has had it in between");
  lock_give_ns(&lock);
  pthread_join(waiter, NULL);
  CHECK(!lock_wanted(&lock));
  lock_close(&lock);
}

static int64_t covered(double fraction, int64_t count, int workers, int64_t begin, int64_t end) {
  struct lock shares = {.fraction = fraction};
  int64_t sum = 0;
  for (int64_t k = begin; k < end; k++)
    sum += lock_covers(&shares, k, count, workers);
  return sum;
}

static void check_shares(void) {
  CHECK(covered(1, 128, 2, 0, 128) == 128);
  CHECK(covered(0, 128, 2, 0, 128) == 0);
  CHECK(covered(0.5, 128, 2, 0, 32) == 32, "first comes what is under the lock");
  CHECK(covered(0.5, 128, 2, 32, 64) == 0);
  CHECK(covered(0.5, 128, 2, 64, 96) == 32, "and so for each worker");
  CHECK(covered(0.5, 128, 2, 96, 128) == 0);
  CHECK(covered(0.25, 100, 3, 0, 100) == 24, "a quarter of 34, 33 and 33 ranges");
  CHECK(covered(1, 2, 3, 0, 2) == 2, "fewer ranges than workers");
  CHECK(covered(0, 2, 3, 0, 2) == 0);
  CHECK(covered(1, 1, 1, 0, 1) == 1);
}

int main(void) {
  check_exclusive(LOCK_SWITCH_NS);
  check_exclusive(1000);
  check_handed_over();
  check_shares();
  return test_result();
}
