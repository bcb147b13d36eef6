/* A gate: threads wait until a counter reaches a number. A short wait costs a cache-line transfer
 * between cores; in a long wait the thread sleeps and frees its core. */
#ifndef QUARTET_GATE_H
#define QUARTET_GATE_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>

struct gate {
  _Alignas(64) _Atomic int sleepers;
  pthread_mutex_t mutex;
  pthread_cond_t moved;
};

/* Lets the other thread of a core run, and leaves a loop of looks without the penalty of loads that
 * were done too early. */
static inline void gate_relax(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#define GATE_INITIALIZER                                                                           \
  { 0, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER }

/* Waits until *counter is `least` or more. Looks at it `looks` times before it sleeps. What the
 * thread that moved the counter had written before is seen after. */
void gate_wait(struct gate *gate, const _Atomic uint64_t *counter, uint64_t least, int64_t looks);

/* Sets the counter, for which threads may be waiting at this gate. */
void gate_move(struct gate *gate, _Atomic uint64_t *counter, uint64_t value);

#endif
