#include "engine/thread_binding.h"

#include <stdlib.h>
#include <string.h>

static bool overlap(const cpu_set_t *a, const cpu_set_t *b) {
  cpu_set_t both;
  CPU_AND(&both, a, b);
  return CPU_COUNT(&both) > 0;
}

static bool leaves_launcher(const struct allowance *process) {
  cpu_set_t both;
  CPU_AND(&both, &process->mask, &process->launcher);
  return process->asks && CPU_COUNT(&process->launcher) > 0 && !CPU_EQUAL(&both, &process->mask);
}

bool thread_binding_return(struct allowance *all, int count, int me) {
  bool one_leaves = false;
  for (int i = 0; i < count; i++)
    one_leaves |= strcmp(all[i].host, all[me].host) == 0 && leaves_launcher(&all[i]);
  for (int i = 0; one_leaves && i < count; i++)
    if (strcmp(all[i].host, all[me].host) == 0 && CPU_COUNT(&all[i].launcher) > 0)
      all[i].mask = all[i].launcher;
  return one_leaves;
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

/* A process that has the mask for itself begins where it runs: the system has put it there as
 * others run elsewhere. */
cpu_set_t *thread_binding_share(enum bind_kind kind, const struct allowance *all, int count, int me,
                                struct error *error) {
  const struct allowance *mine = &all[me];
  enum cores_unit unit = kind == BIND_HWTHREAD ? CORES_HARDWARE_THREAD : CORES_WHOLE;
  int total, first = thread_binding_first(all, count, me, &total);
  bool alone = total == mine->workers;
  if (first < 0 || kind == BIND_NONE || cores_count(&mine->mask, unit) < total)
    return NULL;
  cpu_set_t *shares = calloc((size_t)mine->workers, sizeof *shares);
  if (!shares) {
    error_set(error, EXIT_MACHINE, "no memory for %d workers", mine->workers);
  } else if (!cores_split(&mine->mask, unit, alone ? CORES_FROM_HERE : first, mine->workers,
                          shares)) {
    free(shares);
    return NULL;
  }
  for (int i = 0; shares && kind == BIND_NUMA && i < mine->workers; i++)
    cores_widen_to_node(&mine->mask, &shares[i]);
  return shares;
}

/* This process has no cores of its own: it may use the whole mask again, whatever
 * rank_binding_narrow or the launcher did. */
static int give_back_mask(struct thread_binding *binding, const struct allowance *mine,
                          struct error *error) {
  binding->shares = calloc((size_t)mine->workers, sizeof *binding->shares);
  if (!binding->shares)
    return error_set(error, EXIT_MACHINE, "no memory for %d workers", mine->workers);
  for (int i = 0; i < mine->workers; i++)
    binding->shares[i] = mine->mask;
  return 0;
}

int thread_binding_open(struct thread_binding *binding, const struct bind_request *request,
                        struct comm *comm, struct team *team, struct error *error) {
  static const enum threads_bound states[] = {[BIND_CORE] = THREADS_ON_CORES,
                                              [BIND_HWTHREAD] = THREADS_ON_HARDWARE_THREADS,
                                              [BIND_NUMA] = THREADS_ON_NODES};
  /* One process of one worker has no run time system that the environment could mean. */
  bool single = comm->processes == 1 && team->workers == 1;
  bool as_set = !request->given && !single && rank_binding_environment_says();
  struct allowance mine = {.workers = team->workers};
  struct gathered all;
  *binding = (struct thread_binding){
      .state = as_set ? THREADS_AS_SET : THREADS_UNBOUND,
      .whole_cores = !as_set && (request->kind == BIND_CORE || request->kind == BIND_NUMA)};
  bool known = rank_binding_inherited(&mine.mask);
  mine.asks = known && !as_set && request->kind != BIND_NONE;
  if (!rank_binding_of_launcher(&mine.launcher))
    CPU_ZERO(&mine.launcher);
  host_name(mine.host);
  if (comm->gather(comm, &mine, sizeof mine, &all, error))
    return error->code;
  bool moved = mine.asks && thread_binding_return(all.bytes, comm->processes, comm->process);
  if (mine.asks)
    binding->shares =
        thread_binding_share(request->kind, all.bytes, comm->processes, comm->process, error);
  if (binding->shares)
    binding->state = states[request->kind];
  else if ((rank_binding_is_narrowed() || moved) && !error->code)
    give_back_mask(binding, (const struct allowance *)all.bytes + comm->process, error);
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
