#include "runner/plan/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "runner/plan/derive.h"
#include "runner/plan/placement.h"

enum { POINTS_MAX = 1000000 };

struct maker {
  struct plan *plan;
  const struct config *config;
  struct scaling *scaling;
  struct error *error;
};

/* Why the config excludes the point, or NULL. */
static int find_exclusion(const struct config *config, const struct point *point, const char **why,
                          struct error *error) {
  bool holds = false;
  *why = NULL;
  for (size_t i = 0; i < config->exclusion_count && !holds; i++) {
    const struct exclusion *exclusion = &config->exclusions[i];
    if (point_holds(point, exclusion->where, config, &exclusion->at, &holds, error) != 0)
      return error->code;
    if (holds)
      *why = exclusion->why;
  }
  return 0;
}

/* With weak scaling n is the size for one core; here it becomes that for the point's. */
static int scale_point(struct maker *maker, struct point *point) {
  const struct scaling_rule *rule = &maker->config->scaling;
  struct error *error = maker->error;
  struct scaled scaled = {.size = point->n, .met = 1};
  point->base_n = point->n;
  if (rule->weak && maker->scaling == NULL)
    error_set(error, EXIT_MACHINE, "there is no driver that could report the work of a size");
  else if (rule->weak && point->cores > 1)
    scaling_find(maker->scaling, point, &scaled, error);
  if (error->code != 0)
    return config_place(error, maker->config, &rule->at, 0);
  point->n = scaled.size;
  point->met = scaled.met;
  return 0;
}

/* Settles the rest of a point whose factors are those of the axes. */
static int add_point(struct maker *maker, struct point point) {
  struct plan *plan = maker->plan;
  struct error ignored = {0};
  const char *excluded = NULL, *inapplicable = placement_settle(&point, &plan->resources);
  /* Omitted points are derived, too, for the list of omissions; but errors are ignored. */
  int code = derive_point(&point, maker->config, inapplicable != NULL ? &ignored : maker->error);
  point.base_n = point.n;
  point.met = 1;
  if (inapplicable == NULL && code == 0)
    code = scale_point(maker, &point);
  if (inapplicable == NULL && code == 0)
    code = find_exclusion(maker->config, &point, &excluded, maker->error);
  if (inapplicable == NULL && code != 0) {
    free(point.derived);
    return code;
  }
  if (inapplicable != NULL || excluded != NULL) {
    *GROW(plan->omissions, plan->omission_count) =
        (struct omission){point, excluded != NULL, excluded != NULL ? excluded : inapplicable};
    return 0;
  }
  point_set_cell_id(&point);
  *GROW(plan->points, plan->point_count) = point;
  return 0;
}

/* The same point in each build, next to each other. */
static int add_builds(struct maker *maker, struct point point) {
  const struct config *config = maker->config;
  int code = 0;
  if (config->build_count == 0)
    return add_point(maker, point);
  for (size_t i = 0; i < config->build_count && code == 0; i++) {
    point.build = &config->builds[i];
    code = add_point(maker, point);
  }
  return code;
}

/* All builds of a driver setup at one position, for each value of the cores: those of the workload,
 * or else of the axis. `all` means those that the driver can use. A kernel's own cores are for
 * drivers that take any. */
static int add_setup(struct maker *maker, struct point point) {
  const struct resources *resources = &maker->plan->resources;
  bool own = workload_fixes(point.workload, FACTOR_CORES, NULL);
  const struct axis *axis = own ? &point.workload->cores : &maker->config->axes[FACTOR_CORES];
  int64_t all = placement_all_cores(&point, resources);
  size_t count;
  int64_t *values = axis_values(axis, all, &count);
  int code = 0;
  if (point.cores == CONFIG_ALL) /* in a zip */
    point.cores = all;
  if (count == 0 || (own && point.setup->driver->use == CORES_ONE)) {
    if (point.cores == 0)
      point.cores = placement_natural_cores(&point, resources);
    code = add_builds(maker, point);
    count = 0;
  }
  for (size_t i = 0; i < count && code == 0; i++) {
    point.cores = values[i];
    code = add_builds(maker, point);
  }
  free(values);
  return code;
}

static int add_setups(struct maker *maker, struct point point) {
  int code = 0;
  for (size_t i = 0; i < maker->config->setup_count && code == 0; i++) {
    point.setup = &maker->config->setups[i];
    code = add_setup(maker, point);
  }
  return code;
}

/* --- dimensions ----------------------------------------------------------------------------------
 * The positions of a workload are the product of its dimensions: each zip, then n, jobs, nodes,
 * ranks_per_node and grain,
 * the last of which turns fastest.
 */

/* Factors that advance together, without those that the workload fixes. */
struct dimension {
  const struct axis *axes[FACTOR_COUNT]; /* NULL: not in it */
  size_t count;
};

struct dimensions {
  struct dimension *items;
  size_t count;
  double size; /* the product of theirs */
};

static void add_dimension(struct dimensions *dimensions, const struct workload *workload,
                          const struct axis *axes, size_t first, size_t end) {
  struct dimension dimension = {.count = 0};
  for (size_t i = first; i < end; i++)
    if (axes[i].count > 0 && !workload_fixes(workload, (enum point_factor)i, NULL)) {
      dimension.axes[i] = &axes[i];
      dimension.count = axes[i].count;
    }
  if (dimension.count == 0)
    return;
  dimensions->size *= (double)dimension.count;
  *GROW(dimensions->items, dimensions->count) = dimension;
}

static struct dimensions dimensions_of(const struct config *config,
                                       const struct workload *workload) {
  static const enum point_factor order[] = {FACTOR_N, FACTOR_JOBS, FACTOR_NODES,
                                            FACTOR_RANKS_PER_NODE, FACTOR_GRAIN};
  struct dimensions dimensions = {.size = 1};
  for (size_t i = 0; i < config->zip_count; i++)
    add_dimension(&dimensions, workload, config->zips[i].axes, 0, FACTOR_COUNT);
  for (size_t i = 0; i < sizeof order / sizeof *order; i++)
    add_dimension(&dimensions, workload, config->axes, order[i], order[i] + 1u);
  return dimensions;
}

/* The point at a position, as far as it does not depend on the driver setup. */
static struct point point_at(const struct maker *maker, const struct workload *workload,
                             const struct dimensions *dimensions, size_t position) {
  const struct measure *measure = &maker->config->measure;
  struct point point = {
      .workload = workload, .jobs = 1, .reps = measure->reps, .warmup = measure->warmup};
  for (size_t i = dimensions->count; i-- > 0; position /= dimensions->items[i].count) {
    const struct dimension *dimension = &dimensions->items[i];
    for (size_t factor = 0; factor < FACTOR_COUNT; factor++)
      if (dimension->axes[factor] != NULL)
        *point_factor(&point, (enum point_factor)factor) =
            dimension->axes[factor]->values[position % dimension->count];
  }
  for (size_t factor = 0; factor < FACTOR_COUNT; factor++)
    workload_fixes(workload, (enum point_factor)factor,
                   point_factor(&point, (enum point_factor)factor));
  return point;
}

static int add_workload(struct maker *maker, const struct workload *workload) {
  struct dimensions dimensions = dimensions_of(maker->config, workload);
  int code = 0;
  for (size_t i = 0; i < (size_t)dimensions.size && code == 0; i++)
    code = add_setups(maker, point_at(maker, workload, &dimensions, i));
  free(dimensions.items);
  return code;
}

/* How many points the product has, cheaply, before any is made. */
static double product_size(const struct config *config, int64_t machine_cores) {
  double size = 0;
  for (size_t i = 0; i < config->workload_count; i++) {
    struct dimensions dimensions = dimensions_of(config, &config->workloads[i]);
    bool own = workload_fixes(&config->workloads[i], FACTOR_CORES, NULL);
    size_t count;
    free(axis_values(own ? &config->workloads[i].cores : &config->axes[FACTOR_CORES], machine_cores,
                     &count));
    size += dimensions.size * (count > 0 ? (double)count : 1);
    free(dimensions.items);
  }
  return size * (double)config->setup_count *
         (config->build_count > 0 ? (double)config->build_count : 1);
}

/* --- the whole -------------------------------------------------------------------------------- */

static int by_cell(const void *left, const void *right) {
  const struct point *const *a = left, *const *b = right;
  int order = strcmp((*a)->cell_id, (*b)->cell_id);
  return order != 0 ? order : (*a > *b) - (*a < *b);
}

/* "all" cores may be listed as a number, too, and a kernel listed twice, once with a fixed n, can
 * meet itself on the axis: the later one goes. */
static void drop_doubles(struct plan *plan) {
  const struct point **sorted = NULL;
  size_t count = 0, kept = 0;
  for (size_t i = 0; i < plan->point_count; i++)
    *GROW(sorted, count) = &plan->points[i];
  if (count > 0)
    qsort(sorted, count, sizeof *sorted, by_cell);
  bool *dropped = calloc(count + 1, sizeof *dropped);
  for (size_t i = 1; i < count && dropped != NULL; i++)
    dropped[sorted[i] - plan->points] = strcmp(sorted[i]->cell_id, sorted[i - 1]->cell_id) == 0;
  for (size_t i = 0; i < count && dropped != NULL; i++) {
    if (dropped[i])
      *GROW(plan->omissions, plan->omission_count) =
          (struct omission){plan->points[i], false, "the same as an earlier point"};
    else
      plan->points[kept++] = plan->points[i];
  }
  if (dropped != NULL)
    plan->point_count = kept;
  free(dropped);
  free(sorted);
}

/* The references' conditions are for after the run; one without a value is an error before it. */
static int check_references(const struct plan *plan, const struct config *config,
                            struct error *error) {
  bool holds;
  for (size_t r = 0; r < config->reference_count; r++) {
    const struct reference *reference = &config->references[r];
    if (reference->cell_id != NULL)
      continue;
    for (size_t i = 0; i < plan->point_count && expression_can_fail(reference->where); i++)
      if (point_holds(&plan->points[i], reference->where, config, &reference->at, &holds, error) !=
          0)
        return error->code;
  }
  return 0;
}

int plan_make(struct plan *plan, const struct config *config, const struct resources *resources,
              struct scaling *scaling, struct error *error) {
  int64_t machine_cores = resources_cores(resources);
  const struct measure *measure = &config->measure;
  *plan = (struct plan){.least = measure->least,
                        .most = measure->most,
                        .width = measure->width,
                        .retries = measure->retries,
                        .seed = measure->seed,
                        .order = measure->order,
                        .resources = *resources,
                        .machine_cores = machine_cores};
  if (product_size(config, machine_cores) > POINTS_MAX)
    return error_set(error, EXIT_USAGE, "%s: %.0f points are more than a sweep can have (%d)",
                     config->path, product_size(config, machine_cores), (int)POINTS_MAX);
  struct maker maker = {plan, config, scaling, error};
  for (size_t i = 0; i < config->workload_count; i++)
    if (add_workload(&maker, &config->workloads[i]) != 0)
      return error->code;
  drop_doubles(plan);
  if (plan->point_count == 0)
    return error_set(
        error, EXIT_USAGE,
        "%s: no point would run: all %zu of the product are excluded or not applicable",
        config->path, plan->omission_count);
  return check_references(plan, config, error);
}

void plan_free(struct plan *plan) {
  for (size_t i = 0; i < plan->point_count; i++)
    free(plan->points[i].derived);
  for (size_t i = 0; i < plan->omission_count; i++)
    free(plan->omissions[i].point.derived);
  free(plan->points);
  free(plan->omissions);
  *plan = (struct plan){0};
}
