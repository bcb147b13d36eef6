#include "analysis/data/dataset.h"

#include <math.h>
#include <stdlib.h>

static void free_variant(struct data_variant *variant) {
  char *const texts[] = {variant->model_text, variant->driver,  variant->lock,  variant->schedule,
                         variant->grain,      variant->build,   variant->tasks, variant->extra,
                         variant->label,      variant->build_id};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    free(texts[i]);
}

void dataset_free(struct dataset *dataset) {
  for (size_t i = 0; i < dataset->work_count; i++) {
    free(dataset->works[i].kernel);
    free(dataset->works[i].options);
    free(dataset->works[i].jobs);
    free(dataset->works[i].unit);
  }
  for (size_t i = 0; i < dataset->variant_count; i++)
    free_variant(&dataset->variants[i]);
  for (size_t i = 0; i < dataset->machine_count; i++) {
    free(dataset->machines[i].hosts);
    free(dataset->machines[i].label);
  }
  for (size_t i = 0; i < dataset->point_count; i++) {
    free(dataset->points[i].cell_id);
    free(dataset->points[i].binding);
    free(dataset->points[i].build_warning);
    free(dataset->points[i].tasks);
    free(dataset->points[i].launches);
  }
  for (size_t i = 0; i < dataset->session_count; i++)
    free(dataset->sessions[i]);
  free(dataset->path);
  free(dataset->works);
  free(dataset->problems);
  free(dataset->variants);
  free(dataset->machines);
  free(dataset->points);
  free(dataset->sessions);
  free(dataset->walls_s);
  *dataset = (struct dataset){0};
}

/* --- questions -------------------------------------------------------------------------------- */

size_t point_times(const struct data_point *point, double *times_s, int64_t *rounds) {
  size_t count = 0;
  for (size_t i = 0; i < point->launch_count; i++) {
    const struct data_launch *launch = &point->launches[i];
    if (launch->status != STATUS_OK || isnan(launch->median_s))
      continue;
    if (times_s != NULL)
      times_s[count] = launch->median_s;
    if (rounds != NULL)
      rounds[count] = launch->round;
    count++;
  }
  return count;
}

bool point_is_sound(const struct data_point *point) {
  size_t sound = 0;
  for (size_t i = 0; i < point->launch_count; i++)
    sound += point->launches[i].status == STATUS_OK;
  return sound > 0 && sound == point->launch_count;
}
