#include "runner/record/shard_points.h"

#include <stdlib.h>

#include "common/grow.h"
#include "runner/plan/shard.h"
#include "runner/record/forecast.h"

int shard_points_choose(struct plan *plan, const struct config *config, const struct shard *shard,
                        const char *drivers, struct error *error) {
  struct forecast forecast;
  if (shard->count == 0)
    return 0;
  int code = forecast_open(&forecast, plan, drivers, error);
  /* A driver that refuses to answer does so in every job. */
  if (code == 0 && forecast.why.code == EXIT_MACHINE) {
    *error = forecast.why;
    code = error_prefix(error, "--shard");
  }
  if (code == 0) {
    double *operations = grow_zeroed(plan->point_count, sizeof *operations);
    for (size_t i = 0; i < plan->point_count; i++)
      operations[i] = forecast.points[i].operations;
    code = shard_select(plan, config, shard, operations, error);
    free(operations);
  }
  forecast_close(&forecast);
  return code;
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
