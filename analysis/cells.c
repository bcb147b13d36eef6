#include "analysis/cells.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/samples_file.h"
#include "common/grow.h"
#include "common/number.h"

const char *const cell_status_names[CELL_STATUSES] = {"ok",      "wrong", "fail",
                                                      "timeout", "oom",   "skipped"};
const char *const factor_names[FACTORS] = {"model", "driver", "cores",    "ranks", "threads",
                                           "tasks", "grain",  "schedule", "lock"};
static const enum samples_column factor_columns[FACTORS] = {
    COLUMN_model, COLUMN_driver, COLUMN_cores,    COLUMN_ranks, COLUMN_threads,
    COLUMN_tasks, COLUMN_grain,  COLUMN_schedule, COLUMN_lock};

struct source {
  struct cells *cells;
  struct samples_file file;
  /* Rows of a launch stand together: where the last one went. */
  struct group *group;
  struct cell *cell;
  /* Failed rows, kept as texts until all groups are known. */
  char ***failed;
  size_t failed_count;
};

/* --- where a row belongs -------------------------------------------------------------------------
 */

static bool is_same_problem(const struct group *group, const char *kernel, const char *n,
                            const char *jobs) {
  return strcmp(group->kernel, kernel) == 0 && strcmp(group->n, n) == 0 &&
         strcmp(group->jobs, jobs) == 0;
}

/* Whether every "name=value" of `some` is among those of `all`; both are separated by ';'. */
static bool includes(const char *all, const char *some) {
  while (*some != '\0') {
    size_t length = strcspn(some, ";");
    bool found = false;
    for (const char *at = all; *at != '\0' && !found;) {
      size_t other = strcspn(at, ";");
      found = other == length && strncmp(at, some, length) == 0;
      at += other + (at[other] == ';');
    }
    if (!found)
      return false;
    some += length + (some[length] == ';');
  }
  return true;
}

static struct group *add_group(struct source *source, const char *kernel, const char *n,
                               const char *jobs, const char *options) {
  struct cells *cells = source->cells;
  cells->groups = grow(cells->groups, cells->group_count, sizeof *cells->groups);
  struct group *group = &cells->groups[cells->group_count++];
  *group = (struct group){grow_text("%s", kernel),
                          grow_text("%s", n),
                          grow_text("%s", jobs),
                          grow_text("%s", options),
                          NULL,
                          0};
  return group;
}

/* A driver tells all options of its kernel; for one that failed the runner knows only those that
 * the config sets. So a failed row goes to the group that these fit. */
static struct group *find_group(struct source *source, const char *const *row, bool failed) {
  const char *kernel = row[COLUMN_kernel], *n = row[COLUMN_n], *jobs = row[COLUMN_jobs];
  const char *options = row[COLUMN_options];
  struct cells *cells = source->cells;
  if (source->group != NULL && is_same_problem(source->group, kernel, n, jobs) &&
      strcmp(source->group->options, options) == 0)
    return source->group;
  source->cell = NULL;
  for (int loose = 0; loose <= failed; loose++)
    for (size_t i = 0; i < cells->group_count; i++) {
      struct group *group = &cells->groups[i];
      if (is_same_problem(group, kernel, n, jobs) &&
          (loose ? includes(group->options, options) : strcmp(group->options, options) == 0))
        return source->group = group;
    }
  return source->group = add_group(source, kernel, n, jobs, options);
}

static struct cell *find_cell(struct source *source, struct group *group, const char *const *row) {
  char factors[1024] = "";
  const char *id = row[COLUMN_cell_id];
  if (*id == '\0') { /* a driver's own rows, without the runner */
    for (size_t i = 0, used = 0; i < FACTORS && used < sizeof factors; i++)
      used +=
          (size_t)snprintf(factors + used, sizeof factors - used, "%s|", row[factor_columns[i]]);
    id = factors;
  }
  if (source->cell != NULL && strcmp(source->cell->id, id) == 0)
    return source->cell;
  for (size_t i = 0; i < group->cell_count; i++)
    if (strcmp(group->cells[i].id, id) == 0)
      return source->cell = &group->cells[i];
  group->cells = grow(group->cells, group->cell_count, sizeof *group->cells);
  struct cell *cell = &group->cells[group->cell_count++];
  *cell = (struct cell){.id = grow_text("%s", id), .error = NAN};
  for (size_t i = 0; i < FACTORS; i++)
    cell->factors[i] = grow_text("%s", row[factor_columns[i]]);
  return source->cell = cell;
}

static struct launch *find_launch(struct cell *cell, const char *const *row) {
  char id[256];
  snprintf(id, sizeof id, "%s|%s|%s", row[COLUMN_run_id], row[COLUMN_launch], row[COLUMN_attempt]);
  for (size_t i = cell->launch_count; i-- > 0;)
    if (strcmp(cell->launches[i].id, id) == 0)
      return &cell->launches[i];
  cell->launches = grow(cell->launches, cell->launch_count, sizeof *cell->launches);
  struct launch *launch = &cell->launches[cell->launch_count++];
  launch->id = grow_text("%s", id);
  return launch;
}

/* --- rows ----------------------------------------------------------------------------------------
 */

static int add_ok_row(struct source *source, const char *const *row, struct error *error) {
  double wall = 0, found_error = 0;
  struct error ignored = {0};
  if (real_parse(row[COLUMN_wall_s], 0, INFINITY, &wall, &ignored) != 0)
    return samples_fail(&source->file, error, "wall_s is not a time:", row[COLUMN_wall_s]);
  struct cell *cell = find_cell(source, find_group(source, row, false), row);
  struct launch *launch = find_launch(cell, row);
  cell->oversubscribed |= strcmp(row[COLUMN_oversubscribed], "1") == 0;
  if (real_parse(row[COLUMN_error], 0, INFINITY, &found_error, &ignored) == 0 &&
      !(found_error <= cell->error))
    cell->error = found_error;
  if (strcmp(row[COLUMN_warmup], "1") == 0)
    return 0;
  launch->walls = grow(launch->walls, launch->wall_count, sizeof *launch->walls);
  launch->walls[launch->wall_count++] = wall;
  return 0;
}

static void keep_failed_row(struct source *source, const char *const *row) {
  char **kept = NULL;
  for (size_t i = 0; i < COLUMN_COUNT; i++) {
    kept = grow(kept, i, sizeof *kept);
    kept[i] = grow_text("%s", row[i]);
  }
  source->failed = grow(source->failed, source->failed_count, sizeof *source->failed);
  source->failed[source->failed_count++] = kept;
}

static void add_failed_row(struct source *source, const char *const *row, enum cell_status status) {
  struct cell *cell = find_cell(source, find_group(source, row, true), row);
  cell->oversubscribed |= strcmp(row[COLUMN_oversubscribed], "1") == 0;
  find_launch(cell, row)->status = status;
}

enum cell_status cell_status_of(const char *text) {
  int status = 0;
  while (status < CELL_STATUSES && strcmp(text, cell_status_names[status]) != 0)
    status++;
  return (enum cell_status)status;
}

static int add_row(struct source *source, struct error *error) {
  const char *const *row = source->file.row;
  enum cell_status status = cell_status_of(row[COLUMN_status]);
  if (status == CELL_STATUSES)
    return samples_fail(&source->file, error, "unknown status", row[COLUMN_status]);
  if (status == CELL_OK)
    return add_ok_row(source, row, error);
  keep_failed_row(source, row);
  return 0;
}

static int read_rows(struct source *source, struct error *error) {
  int code = 0, read = 0;
  while (code == 0 && (read = samples_next(&source->file, error)) > 0)
    code = add_row(source, error);
  if (code == 0 && read < 0)
    code = error->code;
  source->cells->rows = source->file.rows;
  for (size_t i = 0; i < source->failed_count; i++) {
    char **row = source->failed[i];
    add_failed_row(source, (const char *const *)row, cell_status_of(row[COLUMN_status]));
    for (size_t column = 0; column < COLUMN_COUNT; column++)
      free(row[column]);
    free(row);
  }
  free(source->failed);
  return code;
}

int cells_read(struct cells *cells, const char *path, struct error *error) {
  *cells = (struct cells){0};
  struct source source = {.cells = cells};
  int code = samples_open(&source.file, path, error);
  if (code == 0)
    code = read_rows(&source, error);
  samples_close(&source.file);
  return code;
}

static void free_cell(struct cell *cell) {
  for (size_t i = 0; i < cell->launch_count; i++) {
    free(cell->launches[i].id);
    free(cell->launches[i].walls);
  }
  for (size_t i = 0; i < FACTORS; i++)
    free(cell->factors[i]);
  free(cell->launches);
  free(cell->id);
}

void cells_free(struct cells *cells) {
  for (size_t g = 0; g < cells->group_count; g++) {
    struct group *group = &cells->groups[g];
    for (size_t i = 0; i < group->cell_count; i++)
      free_cell(&group->cells[i]);
    free(group->cells);
    free(group->kernel);
    free(group->n);
    free(group->jobs);
    free(group->options);
  }
  free(cells->groups);
  *cells = (struct cells){0};
}
