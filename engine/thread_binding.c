#include "engine/thread_binding.h"

#include <stdlib.h>
#include <string.h>

/* Whether the environment determines the binding, for the run time systems of GNU, LLVM and Intel.
 * One process of one worker has no such system, whatever the environment says. */
static bool environment_says(const struct comm *comm, const struct team *team) {
  static const char *const names[] = {"OMP_PROC_BIND", "OMP_PLACES", "GOMP_CPU_AFFINITY",
                                      "KMP_AFFINITY"};
  if (comm->processes == 1 && team->workers == 1)
    return false;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (getenv(names[i]))
      return true;
  return false;
}

static bool overlap(const cpu_set_t *a, const cpu_set_t *b) {
  cpu_set_t both;
  CPU_AND(&both, a, b);
  return CPU_COUNT(&both) > 0;
}

int thread_binding_first(const struct allowance *all, int count, int me, int *total) {
  int first = 0;
  *total = 0;
  for (int i = 0; i < count; i++) {
    if (strcmp(all[i].host, all[me].host) != 0)
      continue;
    bool same = CPU_EQUAL(&all[i].mask, &all[me].mask);
    if (!all[i].asks || (!same && overlap(&all[i].mask, &all[me].mask)))
      return -1;
    if (!same)
      continue;
    first += i < me ? all[i].workers : 0;
    *total += all[i].workers;
  }
  return first;
}

/* Cuts this process's share of its mask into one piece for each worker. A process that has the mask
 * for itself begins where it runs: the system has put it there as others run elsewhere. */
static int share_out(struct thread_binding *binding, const struct allowance *all, int count, int me,
                     struct error *error) {
  const struct allowance *mine = &all[me];
  int total, first = thread_binding_first(all, count, me, &total);
  bool alone = first >= 0 && total == mine->workers;
  if (first < 0)
    return 0;
  binding->shares = calloc((size_t)mine->workers, sizeof *binding->shares);
  if (!binding->shares)
    return error_set(error, EXIT_MACHINE, "no memory for %d workers", mine->workers);
  static const struct {
    enum cores_unit unit;
    enum threads_bound state;
  } tries[] = {{CORES_WHOLE, THREADS_ON_CORES},
               {CORES_HARDWARE_THREAD, THREADS_ON_HARDWARE_THREADS}};
  for (size_t i = 0; i < sizeof tries / sizeof *tries && binding->state == THREADS_UNBOUND; i++)
    if (cores_count(&mine->mask, tries[i].unit) >= total &&
        cores_split(&mine->mask, tries[i].unit, alone ? CORES_FROM_HERE : first, mine->workers,
                    binding->shares))
      binding->state = tries[i].state;
  if (binding->state == THREADS_UNBOUND) {
    free(binding->shares);
    binding->shares = NULL;
  }
  return 0;
}

int thread_binding_open(struct thread_binding *binding, struct comm *comm, struct team *team,
                        struct error *error) {
  struct allowance mine = {.workers = team->workers, .asks = !environment_says(comm, team)};
  struct gathered all;
  *binding = (struct thread_binding){.state = THREADS_UNBOUND};
  if (team->workers == 1 && comm->processes > 1) /* in all processes alike; ranks are mpirun's */
    return 0;
  if (!mine.asks)
    binding->state = THREADS_AS_SET;
  mine.asks = mine.asks && sched_getaffinity(0, sizeof mine.mask, &mine.mask) == 0;
  host_name(mine.host);
  if (comm->gather(comm, &mine, sizeof mine, &all, error))
    return error->code;
  if (mine.asks)
    share_out(binding, all.bytes, comm->processes, comm->process, error);
  return comm_agree(comm, error);
}

static void bind_worker(void *context, int64_t index, int worker) {
  struct thread_binding *binding = context;
  cpu_set_t got;
  (void)index;
  const cpu_set_t *share = &binding->shares[worker];
  if (sched_setaffinity(0, sizeof *share, share) != 0 ||
      sched_getaffinity(0, sizeof got, &got) != 0 || !CPU_EQUAL(&got, share))
    atomic_store(&binding->refused, true); /* some sandboxes take any mask and set none */
}

void thread_binding_apply(struct thread_binding *binding, struct team *team) {
  if (!binding->shares)
    return;
  team->each(team, bind_worker, binding);
  if (atomic_load(&binding->refused))
    binding->state = THREADS_UNBOUND;
}

void thread_binding_close(struct thread_binding *binding) {
  free(binding->shares);
  binding->shares = NULL;
}
