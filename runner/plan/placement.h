/* Where the workers of a point run: shares its cores out to nodes, ranks and threads. */
#ifndef QUARTET_RUNNER_PLAN_PLACEMENT_H
#define QUARTET_RUNNER_PLAN_PLACEMENT_H

#include "runner/plan/allocation.h"
#include "runner/plan/point.h"

/* Settles ranks, threads, nodes, ranks_per_node, placed and oversubscribed of a point whose driver
 * setup and cores are known; nodes and ranks_per_node are those of the axes, 0 without. Where they
 * do not say it, ranks fill one node after the other, each with as many as have cores there.
 * Returns NULL, or why the driver does not run there. */
const char *placement_settle(struct point *point, const struct resources *resources);

/* All cores that the point's driver can use: of all nodes, or of this one. */
int64_t placement_all_cores(const struct point *point, const struct resources *resources);

/* The cores of the point's driver setup when no axis says them: as many as there are, on the nodes
 * and with the ranks for each that the point has. */
int64_t placement_natural_cores(const struct point *point, const struct resources *resources);

#endif
