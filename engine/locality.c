#include "engine/locality.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/pages.h"

/* Adds a type to those that are there, in their order; those beyond the eighth are omitted. */
static void add_type(char types[LOCALITY_TYPES][CORES_TYPE_TEXT], const char *type) {
  int at = 0;
  while (at < LOCALITY_TYPES && *types[at] != '\0' && strcmp(types[at], type) < 0)
    at++;
  if (*type == '\0' || at == LOCALITY_TYPES || strcmp(types[at], type) == 0)
    return;
  memmove(types[at + 1], types[at], (size_t)(LOCALITY_TYPES - 1 - at) * sizeof *types);
  snprintf(types[at], sizeof *types, "%s", type);
}

/* Half the sum of the differences between the nodes' shares of workers and of pages. With all
 * workers on one node it is the share of pages on the others. */
static double remote_share(const int64_t workers[CORES_NODES], const int64_t pages[CORES_NODES]) {
  double all_workers = 0, all_pages = 0, sum = 0;
  for (int node = 0; node < CORES_NODES; node++) {
    all_workers += (double)workers[node];
    all_pages += (double)pages[node];
  }
  for (int node = 0; node < CORES_NODES && all_workers > 0 && all_pages > 0; node++)
    sum += fabs((double)workers[node] / all_workers - (double)pages[node] / all_pages);
  return all_workers > 0 && all_pages > 0 ? sum / 2 : NAN;
}

static uint64_t bits_of(const int64_t on_node[CORES_NODES]) {
  uint64_t bits = 0;
  for (int node = 0; node < CORES_NODES; node++)
    bits |= (uint64_t)(on_node[node] > 0) << node;
  return bits;
}

int locality_of_process(struct own_locality *own, const int *cpus, int workers,
                        struct error *error) {
  struct memory_block blocks[MEMORY_BLOCKS];
  struct pages pages;
  int64_t workers_on[CORES_NODES] = {0};
  char(*types)[CORES_TYPE_TEXT] = calloc((size_t)workers, sizeof *types);
  *own = (struct own_locality){0};
  if (!types)
    return error_set(error, EXIT_MACHINE, "no memory for %d workers", workers);
  cores_types(cpus, workers, types);
  for (int i = 0; i < workers; i++) {
    const int node = cores_node(cpus[i]);
    add_type(own->types, types[i]);
    if (node != CORES_NO_NODE)
      workers_on[node]++;
  }
  free(types);
  own->thread_nodes = bits_of(workers_on);
  pages_find(blocks, memory_large_blocks(blocks), own->thread_nodes != 0, &pages);
  own->page_nodes = bits_of(pages.on_node);
  own->bytes = pages.bytes;
  own->huge_bytes = pages.huge_bytes;
  const double remote = remote_share(workers_on, pages.on_node);
  if (!isnan(remote)) {
    own->placed_bytes = pages.bytes;
    own->remote_bytes = remote * pages.bytes;
  }
  return 0;
}

static void list_nodes(uint64_t nodes, char text[LOCALITY_TEXT]) {
  int used = 0;
  *text = '\0';
  for (int node = 0; node < CORES_NODES; node++) /* at most 64 * 3 characters */
    if (nodes >> node & 1)
      used +=
          snprintf(text + used, (size_t)(LOCALITY_TEXT - used), "%s%d", used > 0 ? "+" : "", node);
}

static void list_types(char types[LOCALITY_TYPES][CORES_TYPE_TEXT], char text[LOCALITY_TEXT]) {
  int used = 0;
  *text = '\0';
  for (int i = 0; i < LOCALITY_TYPES && *types[i] != '\0'; i++) /* at most 8 * 32 characters */
    used += snprintf(text + used, (size_t)(LOCALITY_TEXT - used), "%s%s", used > 0 ? "+" : "",
                     types[i]);
}

void locality_combine(struct locality *locality, const struct own_locality *all, int count) {
  struct own_locality sum = {0};
  for (int i = 0; i < count; i++) {
    for (int k = 0; k < LOCALITY_TYPES; k++)
      add_type(sum.types, all[i].types[k]);
    sum.thread_nodes |= all[i].thread_nodes;
    sum.page_nodes |= all[i].page_nodes;
    sum.bytes += all[i].bytes;
    sum.huge_bytes += all[i].huge_bytes;
    sum.placed_bytes += all[i].placed_bytes;
    sum.remote_bytes += all[i].remote_bytes;
  }
  list_types(sum.types, locality->core_types);
  list_nodes(sum.thread_nodes, locality->thread_nodes);
  list_nodes(sum.page_nodes, locality->page_nodes);
  locality->core_types_differ = *sum.types[1] != '\0';
  locality->huge_pages = sum.bytes > 0 ? sum.huge_bytes / sum.bytes : NAN;
  locality->remote_pages = sum.placed_bytes > 0 ? sum.remote_bytes / sum.placed_bytes : NAN;
}

static void find_cpu(void *context, int64_t index, int worker) {
  (void)index;
  ((int *)context)[worker] = sched_getcpu();
}

int locality_find(struct locality *locality, struct comm *comm, struct team *team,
                  struct error *error) {
  struct own_locality own;
  struct gathered all;
  int *cpus = calloc((size_t)team->workers, sizeof *cpus);
  if (cpus) {
    team->each(team, find_cpu, cpus);
    locality_of_process(&own, cpus, team->workers, error);
    free(cpus);
  } else {
    error_set(error, EXIT_MACHINE, "no memory for %d workers", team->workers);
  }
  if (comm_agree(comm, error) == 0 && comm->gather(comm, &own, sizeof own, &all, error) == 0)
    locality_combine(locality, all.bytes, comm->processes);
  return error->code;
}
