/* Binds each worker of all processes to a core of its own, or to what is requested.
 *
 * Two threads that start on one core may stay there for the whole run: a thread that waits by
 * polling (gate.h) keeps the core from the one that it waits for, and the system sees a busy core
 * beside an idle one and moves nothing. Each synchronization then takes some 8 ms in the place of
 * 1 us. Binding costs nothing and makes runs alike. A single worker is bound as well, as it is the
 * base of every speedup: unbound, the launches of a serial program differed by 4.4 times the
 * quartiles of one launch, those of bound threads by 0.8.
 *
 * Cores are taken from the affinity masks with which the processes were started, so that a job
 * keeps to its own, whatever launcher has started it: processes of a host with the same mask share
 * it in the order of their numbers; a mask that a process has for itself is used as it is. Where
 * the launcher has bound a process of a host to CPUs that the launcher itself may not use, all
 * processes of that host share the launcher's mask. */
#ifndef QUARTET_THREAD_BINDING_H
#define QUARTET_THREAD_BINDING_H

#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "common/cores.h"
#include "common/host.h"
#include "engine/comm.h"
#include "engine/rank_binding.h"
#include "engine/team.h"

enum threads_bound {
  THREADS_UNBOUND,  /* none was requested; there are more workers than cores; masks of processes
                       overlap; or the system does not bind */
  THREADS_AS_SET,   /* the environment says where threads run (OMP_PROC_BIND, OMP_PLACES, ...) */
  THREADS_ON_CORES, /* each worker has a core of its own, with all its hardware threads */
  THREADS_ON_HARDWARE_THREADS, /* each has a hardware thread of its own */
  THREADS_ON_NODES             /* each has the NUMA node of the core that it would have */
};

struct thread_binding {
  enum threads_bound state;
  bool
      whole_cores; /* workers are to have cores: hardware threads of one core do not count as two */
  /* private: */
  cpu_set_t *shares; /* one for each worker; NULL: nothing is bound */
  atomic_bool refused;
};

/* The affinity mask of a process, for thread_binding_first. */
struct allowance {
  char host[HOST_TEXT];
  cpu_set_t mask;
  cpu_set_t launcher; /* that of the launcher on this host; empty: unknown */
  int workers;
  bool asks; /* it is to be bound by us */
};

/* Gives the processes of the host of process `me` the launcher's mask, if the mask of one that is
 * to be bound leaves the launcher's. Whether it did. */
bool thread_binding_return(struct allowance *all, int count, int me);

/* How many workers come before those of process `me` in its affinity mask, where processes of a
 * host that have the same mask share it in the order of their numbers; *total becomes the number of
 * all that share it. -1: unknown, as masks overlap or some process is not to be bound. */
int thread_binding_first(const struct allowance *all, int count, int me, int *total);

/* Cuts the share of process `me` out of its mask, a set for each worker, which the caller frees.
 * NULL: no worker can be bound there (see above, or there are too few cores), or no memory, and an
 * error. */
cpu_set_t *thread_binding_share(enum bind_kind kind, const struct allowance *all, int count, int me,
                                struct error *error);

/* Assigns cores to workers, inside each process's affinity mask. Collective. Free with
 * thread_binding_close. */
int thread_binding_open(struct thread_binding *binding, const struct bind_request *request,
                        struct comm *comm, struct team *team, struct error *error);

/* Binds the workers; again in each `within` of the team, whose threads may be others. */
void thread_binding_apply(struct thread_binding *binding, struct team *team);

void thread_binding_close(struct thread_binding *binding); /* safe on a zeroed one */

#endif
