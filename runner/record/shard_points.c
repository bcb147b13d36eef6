#include "runner/record/shard_points.h"

#include <stdlib.h>

#include "common/grow.h"
#include "runner/plan/shard.h"

int64_t *shard_points_divide(const struct plan *plan, const struct config *config, int64_t shards,
                             const struct forecast *forecast, struct error *error) {
  /* A driver that refuses to answer does so in every job. */
  if (forecast->why.code == EXIT_MACHINE) {
    *error = forecast->why;
    error_prefix(error, "--shard");
    return NULL;
  }
  double *operations = grow_zeroed(plan->point_count, sizeof *operations);
  for (size_t i = 0; i < plan->point_count; i++)
    operations[i] = forecast->points[i].operations;
  int64_t *division = shard_divide(plan, config, shards, operations, error);
  free(operations);
  return division;
}

int shard_points_choose(struct plan *plan, const struct config *config, const struct shard *shard,
                        const char *drivers, struct error *error) {
  struct forecast forecast;
  int64_t *division = NULL;
  if (shard->count == 0)
    return 0;
  if (forecast_open(&forecast, plan, drivers, error) == 0)
    division = shard_points_divide(plan, config, shard->count, &forecast, error);
  if (division != NULL) {
    bool *kept = grow_zeroed(plan->point_count, sizeof *kept);
    for (size_t i = 0; i < plan->point_count; i++)
      kept[i] = division[i] == shard->index;
    shard_keep(plan, kept);
    plan->shard = *shard;
    free(kept);
  }
  free(division);
  forecast_close(&forecast);
  return error->code;
}

void shard_points_restore(struct plan *plan, const struct run_record *record) {
  const json_t *point;
  size_t p;
  if (record->shard.count == 0)
    return;
  json_t *cells = json_object();
  json_array_foreach(json_object_get(record->json, "points"), p, point) {
    const char *cell_id = json_string_value(json_object_get(point, "cell_id"));
    if (cell_id != NULL)
      json_object_set_new(cells, cell_id, json_true());
  }
  bool *kept = grow_zeroed(plan->point_count, sizeof *kept);
  for (size_t i = 0; i < plan->point_count; i++)
    kept[i] = json_object_get(cells, plan->points[i].cell_id) != NULL;
  shard_keep(plan, kept);
  plan->shard = record->shard;
  free(kept);
  json_decref(cells);
}
