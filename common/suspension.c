#include "common/suspension.h"

#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>

static atomic_int count; /* lock-free, so that a handler may change it */

static void note(int signal) {
  (void)signal;
  atomic_fetch_add_explicit(&count, 1, memory_order_relaxed);
}

void suspension_watch(void) {
  struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
  sigemptyset(&action.sa_mask);
  sigaction(SIGCONT, &action, NULL);
}

int suspension_count(void) {
  return atomic_load_explicit(&count, memory_order_relaxed);
}
