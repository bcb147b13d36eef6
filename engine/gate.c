#include "engine/gate.h"

/* A thread announces its sleep before it checks the counter a last time, and the thread that moves
 * the counter does so before it checks for sleepers; with all four accesses in one order (seq_cst)
 * at least one of the threads sees the other. */
void gate_wait(struct gate *gate, const _Atomic uint64_t *counter, uint64_t least, int64_t looks) {
  for (int64_t i = 0; i < looks; i++) {
    if (atomic_load_explicit(counter, memory_order_acquire) >= least)
      return;
    gate_relax();
  }
  pthread_mutex_lock(&gate->mutex);
  atomic_fetch_add(&gate->sleepers, 1);
  while (atomic_load(counter) < least)
    pthread_cond_wait(&gate->moved, &gate->mutex);
  atomic_fetch_sub(&gate->sleepers, 1);
  pthread_mutex_unlock(&gate->mutex);
}

void gate_move(struct gate *gate, _Atomic uint64_t *counter, uint64_t value) {
  atomic_store(counter, value);
  if (atomic_load(&gate->sleepers) == 0)
    return;
  pthread_mutex_lock(&gate->mutex);
  pthread_cond_broadcast(&gate->moved);
  pthread_mutex_unlock(&gate->mutex);
}
