#include "runner/plan/placement.h"

static int64_t threads_of(const struct point *point) {
  return point->setup->threads == CONFIG_UNSET ? 1 : point->setup->threads;
}

/* The number of ranks of that many threads for which a node has cores of their own; at least 1. */
static int64_t ranks_on_node(int64_t threads, const struct resources *resources) {
  int64_t ranks = resources->node_cores / threads;
  return ranks > 0 ? ranks : 1;
}

/* Drivers of one process run on this node. */
static const char *settle_process(struct point *point, const struct resources *resources) {
  bool elsewhere = point->nodes > 1;
  point->nodes = point->ranks_per_node = 1;
  point->oversubscribed = point->cores > resources->own_cores;
  if (elsewhere)
    return "not applicable: this driver runs on one node";
  if (point->setup->driver->use == CORES_ONE)
    return point->cores == 1 ? NULL : "not applicable: this driver uses one core";
  point->threads = point->cores;
  return point->setup->threads == CONFIG_UNSET || point->setup->threads == point->cores
             ? NULL
             : "not applicable: the cores are not the driver's fixed number of threads";
}

/* The nodes that the config asks for; what it does not say follows from the ranks. */
static const char *place(struct point *point, const struct resources *resources) {
  if (point->nodes == 0)
    point->nodes = point->ranks / point->ranks_per_node;
  if (point->ranks_per_node == 0)
    point->ranks_per_node = point->ranks / point->nodes;
  if (point->nodes < 1 || point->ranks_per_node < 1 ||
      point->nodes * point->ranks_per_node != point->ranks)
    return "not applicable: the ranks are not nodes x ranks_per_node";
  if (point->nodes > resources->nodes && !resources->open)
    return "not applicable: more nodes than there are; a job or a hostfile gives several";
  return NULL;
}

/* Without a word in the config ranks fill node after node. */
static void pack(struct point *point, const struct resources *resources) {
  int64_t most = ranks_on_node(point->threads, resources);
  point->ranks_per_node = point->ranks < most ? point->ranks : most;
  point->nodes = (point->ranks - 1) / point->ranks_per_node + 1;
  if (point->nodes > resources->nodes) { /* oversubscribed */
    point->nodes = resources->nodes;
    point->ranks_per_node = (point->ranks - 1) / point->nodes + 1;
  }
}

static const char *settle_ranks(struct point *point, const struct resources *resources) {
  if (workload_fixes(point->workload, FACTOR_CORES, NULL) &&
      point->cores > resources_cores(resources))
    return "not applicable: a kernel's own cores beyond those of the machine are for threads, "
           "not for ranks";
  point->threads = threads_of(point);
  point->ranks = point->cores / point->threads;
  if (point->cores % point->threads != 0)
    return "not applicable: the cores are no multiple of the threads of a rank";
  point->placed = point->nodes > 0 || point->ranks_per_node > 0;
  const char *why = NULL;
  if (point->placed)
    why = place(point, resources);
  else
    pack(point, resources);
  point->oversubscribed = point->ranks_per_node * point->threads > resources->node_cores;
  return why;
}

const char *placement_settle(struct point *point, const struct resources *resources) {
  point->ranks = point->threads = 1;
  point->placed = false;
  return point->setup->driver->use == CORES_RANKS ? settle_ranks(point, resources)
                                                  : settle_process(point, resources);
}

int64_t placement_all_cores(const struct point *point, const struct resources *resources) {
  return point->setup->driver->use == CORES_RANKS ? resources_cores(resources)
                                                  : resources->own_cores;
}

int64_t placement_natural_cores(const struct point *point, const struct resources *resources) {
  int64_t threads = threads_of(point);
  switch (point->setup->driver->use) {
  case CORES_ONE:
    return 1;
  case CORES_THREADS:
    return point->setup->threads == CONFIG_UNSET ? resources->own_cores : threads;
  default: {
    int64_t nodes = point->nodes > 0 ? point->nodes : resources->nodes;
    int64_t ranks =
        point->ranks_per_node > 0 ? point->ranks_per_node : ranks_on_node(threads, resources);
    return nodes * ranks * threads;
  }
  }
}
