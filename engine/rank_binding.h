/* The affinity mask with which this process was started, and ranks that keep to their part of it
 * while MPI starts. */
#ifndef QUARTET_RANK_BINDING_H
#define QUARTET_RANK_BINDING_H

#include <sched.h>
#include <stdbool.h>

#include "common/protocol.h"

struct bind_request {
  enum bind_kind kind;
  bool given; /* on the command line; else variables of the environment (OMP_PLACES, ...) precede */
};

/* The mask before any library could change it: with OMP_PROC_BIND set, libgomp binds the initial
 * thread to its first place as it is loaded. false: unknown. */
bool rank_binding_inherited(cpu_set_t *mask);

/* The mask of the launcher's process that started this rank on this host, which has what the job
 * got. Open MPI's mpirun binds ranks to any cores of the machine, also to those of other jobs.
 * false: unknown, or no launcher that numbers the ranks of a host. */
bool rank_binding_of_launcher(cpu_set_t *mask);

/* Whether the environment determines where workers run, for the run time systems of GNU, LLVM and
 * Intel. */
bool rank_binding_environment_says(void);

/* Binds this process, where its launcher numbers the ranks of a host, to cores for `threads`
 * threads of its mask: the first rank to the first ones, and so on. It is done before MPI starts,
 * so that the buffers that MPI touches lie in the memory next to them, and it is provisional:
 * thread_binding.h knows the masks of all ranks. Nothing changes where the mask has too few
 * cores. */
void rank_binding_narrow(const struct bind_request *request, int threads);

/* Whether rank_binding_narrow has changed the mask. */
bool rank_binding_is_narrowed(void);

#endif
