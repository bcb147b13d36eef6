#include "analysis/data/build.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

/* --- what groups of a point have in common ---------------------------------------------------- */

static void take_largest(double *largest, double value) {
  if (!(value <= *largest) && !isnan(value))
    *largest = value;
}

static void take_larger(int64_t *largest, int64_t value) {
  if (value > *largest)
    *largest = value;
}

/* Of several texts the first in order: only damaged files have them for one point. */
static void take_tasks(struct data_point *point, const char *tasks) {
  if (*tasks == '\0' || (point->tasks != NULL && natural_compare(point->tasks, tasks) <= 0))
    return;
  free(point->tasks);
  point->tasks = grow_text("%s", tasks);
}

/* Of several builds in one file the first text in order. */
static void take_warning(struct data_point *point, const char *warning) {
  if (*warning == '\0' ||
      (point->build_warning != NULL && strcmp(point->build_warning, warning) <= 0))
    return;
  free(point->build_warning);
  point->build_warning = grow_text("%s", warning);
}

/* Of several sums the larger: only damaged files have two groups with figures for one point. */
static void add_group(struct data_point *point, const struct row_group *group) {
  take_larger(&point->ranks, group->ranks);
  take_larger(&point->threads, group->threads);
  take_larger(&point->nodes, group->nodes);
  take_tasks(point, group->text[FACTOR_TASKS]);
  point->oversubscribed |= group->oversubscribed;
  take_warning(point, group->build_warning);
  for (int i = 0; i < COLUMN_COUNT; i++)
    take_largest(&point->figures[i], group->figures[i]);
}

/* Whether the group's binding is of an earlier launch than that of `other`, which may be NULL. */
static bool is_bound_first(const struct sample_rows *rows, const struct row_group *group,
                           const struct row_group *other) {
  if (other == NULL)
    return true;
  int order =
      strcmp(rows->sessions[group->binding_session], rows->sessions[other->binding_session]);
  if (order == 0)
    order = (group->binding_launch > other->binding_launch) -
            (group->binding_launch < other->binding_launch);
  if (order == 0)
    order = strcmp(group->binding, other->binding);
  return order < 0;
}

/* Facts and figures of the points. Before the sessions move. */
static void build_figures(struct builder *builder) {
  struct dataset *dataset = builder->dataset;
  const struct row_group **bound = NULL;
  for (size_t i = 0, count = 0; i < dataset->point_count; i++) {
    *GROW(bound, count) = NULL;
    samples_clear(dataset->points[i].figures);
  }
  for (size_t i = 0; i < builder->rows->group_count; i++) {
    const struct group_place *place = &builder->places[i];
    add_group(&dataset->points[place->point], place->group);
    if (place->group->binding != NULL &&
        is_bound_first(builder->rows, place->group, bound[place->point]))
      bound[place->point] = place->group;
  }
  for (size_t i = 0; i < dataset->point_count; i++) {
    if (dataset->points[i].tasks == NULL)
      dataset->points[i].tasks = grow_text("%s", "");
    if (dataset->points[i].build_warning == NULL)
      dataset->points[i].build_warning = grow_text("%s", "");
    dataset->points[i].binding = grow_text("%s", bound[i] != NULL ? bound[i]->binding : "");
  }
  free(bound);
}

static bool has_several_nodes(const struct dataset *dataset) {
  int64_t first = 0;
  for (size_t i = 0; i < dataset->point_count; i++) {
    int64_t nodes = dataset->points[i].nodes;
    if (nodes > 0 && first > 0 && nodes != first)
      return true;
    first = nodes > 0 ? nodes : first;
  }
  return false;
}

/* --- all -------------------------------------------------------------------------------------- */

static void build(struct dataset *dataset, struct sample_rows *rows) {
  struct builder builder = {.dataset = dataset, .rows = rows};
  for (size_t i = 0, places = 0, order = 0; i < rows->group_count; i++) {
    GROW(builder.places, places)->group = &rows->groups[i];
    *GROW(builder.order, order) = i;
  }
  build_works(&builder);
  build_problems(&builder);
  build_machines(&builder);
  build_variants(&builder);
  build_points(&builder);
  build_figures(&builder);
  build_launches(&builder);
  dataset->several_nodes = has_several_nodes(dataset);
  dataset->looks_batched = find_batched(dataset);
  for (size_t i = 0; i < builder.text_count; i++)
    free(builder.texts[i]);
  free(builder.texts);
  free(builder.places);
  free(builder.order);
}

int dataset_read(struct dataset *dataset, const char *path, struct error *error) {
  struct sample_rows rows;
  struct run_file run;
  struct error ignored = {0}; /* without it, nothing is known of the sessions */
  *dataset = (struct dataset){0};
  run_file_read(&run, path, &ignored);
  int code = rows_read(&rows, path, &run, error);
  run_file_free(&run);
  if (code == 0) {
    dataset->path = grow_text("%s", path);
    dataset->rows = rows.count;
    dataset->truncated_bytes = rows.truncated_bytes;
    dataset->form = rows.form;
    rows_name_builds(&rows);
    dataset->numbered_builds = rows.text_count > 0;
    rows_complete_options(&rows);
    rows_join(&rows);
    rows_unite_nodes(&rows);
    build(dataset, &rows);
  }
  rows_free(&rows);
  return code;
}
