#include "engine/placement.h"

#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cores.h"
#include "common/host.h"

/* The data that one process sends to the others. */
struct place {
  char host[HOST_TEXT];
  cpu_set_t cpus, cores; /* that its workers may use; a core by its first hardware thread */
  int quota;             /* most cores' worth of time that it may use */
  int workers;
  struct hold {
    bool core,
        thread;    /* each worker may use one core only that no other may; one hardware thread */
    bool one_core; /* one core only */
    bool node;     /* cores of one NUMA node only, of several */
  } each;
};

/* The data that one worker reports to its process. */
struct worker_places {
  cpu_set_t cpus;
  char binding[HOST_TEXT];
};

static void find_seat(void *context, int64_t index, int worker) {
  struct worker_places *seat = &((struct worker_places *)context)[worker];
  (void)index;
  sched_getaffinity(0, sizeof seat->cpus, &seat->cpus); /* else: none known */
  host_binding(seat->binding);
}

static bool overlap(const cpu_set_t *a, const cpu_set_t *b) {
  cpu_set_t both;
  CPU_AND(&both, a, b);
  return CPU_COUNT(&both) > 0;
}

/* Adds a worker that may use these hardware threads. `core_of`: the first one of each one's core,
 * plus 1; 0: not looked up yet. */
static void add_worker(struct place *place, const cpu_set_t *cpus, int core_of[CORES_CPUS]) {
  cpu_set_t all, cores;
  CPU_ZERO(&cores);
  memset(&all, 0xff, sizeof all);
  for (int cpu = 0; cpu < CORES_CPUS; cpu++) {
    if (!CPU_ISSET((size_t)cpu, cpus))
      continue;
    if (core_of[cpu] == 0)
      core_of[cpu] = cores_first_thread(cpu, &all) + 1;
    CPU_SET((size_t)core_of[cpu] - 1, &cores);
  }
  struct hold *each = &place->each;
  each->one_core &= CPU_COUNT(&cores) == 1;
  each->core &= each->one_core && !overlap(&place->cores, &cores);
  each->thread &= CPU_COUNT(cpus) == 1 && !overlap(&place->cpus, cpus);
  each->node &= cores_are_in_one_node(cpus);
  CPU_OR(&place->cores, &place->cores, &cores);
  CPU_OR(&place->cpus, &place->cpus, cpus);
}

/* *binding: of all workers, or the one that they share; the caller frees it. */
static int find_place(struct place *place, char **binding, struct team *team, struct error *error) {
  size_t workers = (size_t)team->workers;
  struct worker_places *seats = calloc(workers, sizeof *seats);
  char *text = *binding = calloc(workers, HOST_TEXT + 1);
  int core_of[CORES_CPUS] = {0};
  bool alike = true;
  if (!seats || !text) {
    free(seats);
    return error_set(error, EXIT_MACHINE, "no memory for %d workers", team->workers);
  }
  team->each(team, find_seat, seats);
  *place = (struct place){
      .workers = team->workers, .quota = host_quota(), .each = {true, true, true, true}};
  host_name(place->host);
  for (int i = 0; i < team->workers; i++) {
    add_worker(place, &seats[i].cpus, core_of);
    alike = alike && strcmp(seats[i].binding, seats[0].binding) == 0;
  }
  for (int i = 0; i < (alike ? 1 : team->workers); i++)
    text += sprintf(text, "%s%s", i > 0 ? "/" : "", seats[i].binding);
  free(seats);
  return 0;
}

/* Adds what another process of the same host may use. */
static void add_place(struct place *host, const struct place *place) {
  struct hold *each = &host->each;
  each->one_core &= place->each.one_core;
  each->core &= place->each.core && !overlap(&host->cores, &place->cores);
  each->thread &= place->each.thread && !overlap(&host->cpus, &place->cpus);
  each->node &= place->each.node;
  CPU_OR(&host->cores, &host->cores, &place->cores);
  CPU_OR(&host->cpus, &host->cpus, &place->cpus);
  host->workers += place->workers;
}

/* Whether the processes of a host have fewer cores than workers. */
static bool is_crowded(const struct place *host, bool whole_cores) {
  int cpus = CPU_COUNT(&host->cpus);
  int available = cpus == 0 || cpus > host->quota ? host->quota : cpus;
  bool share_cores = whole_cores && !host->each.thread && CPU_COUNT(&host->cores) > 0 &&
                     host->workers > CPU_COUNT(&host->cores);
  return host->workers > available || share_cores;
}

static enum bound_to bound_to_of(const struct hold *each) {
  return each->core       ? BOUND_TO_CORE
         : each->thread   ? BOUND_TO_HWTHREAD
         : each->one_core ? BOUND_TO_SHARED
         : each->node     ? BOUND_TO_NUMA
                          : BOUND_TO_NONE;
}

/* Over all hosts: they are crowded if one is, and bound to what each of them is. */
static void judge_hosts(struct placement *placement, const struct place *places, int count,
                        bool whole_cores) {
  struct hold each = {true, true, true, true};
  for (int i = 0; i < count; i++) {
    bool is_new = true;
    for (int k = 0; k < i && is_new; k++)
      is_new = strcmp(places[k].host, places[i].host) != 0;
    if (!is_new)
      continue;
    struct place host = places[i];
    for (int k = i + 1; k < count; k++)
      if (strcmp(places[k].host, host.host) == 0)
        add_place(&host, &places[k]);
    placement->oversubscribed = placement->oversubscribed || is_crowded(&host, whole_cores);
    each.core &= host.each.core;
    each.thread &= host.each.thread || host.each.core;
    each.one_core &= host.each.one_core;
    each.node &= host.each.node;
  }
  placement->bound_to = bound_to_of(&each);
}

static bool host_is_new(const char (*hosts)[HOST_TEXT], int i) {
  for (int k = 0; k < i; k++)
    if (strcmp(hosts[k], hosts[i]) == 0)
      return false;
  return true;
}

char *placement_hosts(struct comm *comm, struct error *error) {
  char own[HOST_TEXT] = "";
  struct gathered all;
  host_name(own);
  if (comm->gather(comm, own, sizeof own, &all, error))
    return NULL;
  const char(*hosts)[HOST_TEXT] = all.bytes;
  char *text = calloc((size_t)comm->processes, HOST_TEXT + 1), *at = text;
  if (!text)
    error_set(error, EXIT_MACHINE, "no memory for the hosts of %d processes", comm->processes);
  for (int i = 0; text && i < comm->processes; i++)
    if (host_is_new(hosts, i))
      at += sprintf(at, "%s%s", i > 0 ? "+" : "", hosts[i]);
  return text;
}

/* The texts of all processes, each with its end, become one: "0|1". */
static int describe_binding(struct placement *placement, const struct gathered *texts,
                            struct error *error) {
  char *binding = placement->binding = malloc(texts->size + 1);
  if (!binding)
    return error_set(error, EXIT_MACHINE, "no memory for the binding of all processes");
  memcpy(binding, texts->bytes, texts->size);
  binding[texts->size] = '\0';
  for (size_t i = 0; i + 1 < texts->size; i++)
    if (binding[i] == '\0')
      binding[i] = '|';
  return 0;
}

int placement_find(struct placement *placement, bool whole_cores, struct comm *comm,
                   struct team *team, struct error *error) {
  struct place place;
  struct gathered all;
  char *binding = NULL;
  *placement = (struct placement){0};
  find_place(&place, &binding, team, error);
  if (comm_agree(comm, error) == 0 && comm->gather(comm, &place, sizeof place, &all, error) == 0)
    judge_hosts(placement, all.bytes, comm->processes, whole_cores);
  if (comm_agree(comm, error) == 0 &&
      comm->gather(comm, binding, strlen(binding) + 1, &all, error) == 0)
    describe_binding(placement, &all, error);
  free(binding);
  return comm_agree(comm, error);
}

void placement_close(struct placement *placement) {
  free(placement->binding);
  *placement = (struct placement){0};
}
