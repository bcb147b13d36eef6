/* A flag between cores: a number that one thread raises and another waits for, in cache lines of
 * its own. Nobody sleeps at it, so that raising it is a plain store: a thread that waits long
 * yields its core. */
#ifndef QUARTET_FLAG_H
#define QUARTET_FLAG_H

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/gate.h"

/* Two lines: cores fetch the neighbouring one too. */
enum { FLAG_ALIGNMENT = 128 };

struct flag {
  _Alignas(FLAG_ALIGNMENT) _Atomic uint64_t number;
};

/* What this thread wrote before is seen by a thread that waited for the number. */
static inline void flag_raise(_Atomic uint64_t *flag, uint64_t number) {
  atomic_store_explicit(flag, number, memory_order_release);
}

/* A wait that lasts: the other thread of the core gets a share of it, then others the core. */
__attribute__((cold, noinline, unused)) static void flag_wait_long(const _Atomic uint64_t *flag,
                                                                   uint64_t least, bool crowded) {
  enum { LOOKS = 1 << 17 };
  for (int64_t i = 0; atomic_load_explicit(flag, memory_order_acquire) < least; i++)
    if (crowded || i >= LOOKS)
      sched_yield();
    else
      gate_relax();
}

static inline bool flag_is_up(const _Atomic uint64_t *flag, uint64_t least) {
  return __builtin_expect(atomic_load_explicit(flag, memory_order_acquire) >= least, false);
}

/* Waits until the number is `least` or more. The first looks, about a microsecond, are counted
 * four at a time: between two cores that exchange flags as fast as they can, a message took 2 of 50
 * ns longer with a branch of the counter beside each look. */
static inline void flag_wait(const _Atomic uint64_t *flag, uint64_t least, bool crowded) {
  enum { LOOKS = 1 << 10 };
  for (int i = 0; i < LOOKS / 4; i++)
    if (flag_is_up(flag, least) || flag_is_up(flag, least) || flag_is_up(flag, least) ||
        flag_is_up(flag, least))
      return;
  flag_wait_long(flag, least, crowded);
}

#endif
