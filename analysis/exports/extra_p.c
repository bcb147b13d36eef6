#include "analysis/exports/exports.h"

#include <stdlib.h>

#include "analysis/exports/json_writer.h"
#include "analysis/exports/point_names.h"

/* Every line has the same parameters: Extra-P takes them from the first. */
static void write_launch(struct json_writer *json, const struct dataset *data,
                         const struct data_point *point, const char *callpath, double time_s) {
  json_begin_object(json, NULL);
  json_begin_object(json, "params");
  json_put_integer(json, "n", data->problems[point->problem].n);
  json_put_integer(json, "cores", point->cores);
  json_end_object(json);
  json_put_text(json, "callpath", callpath);
  json_put_text(json, "metric", "time");
  json_put_real(json, "value", time_s);
  json_end_object(json);
}

int export_extra_p(FILE *file, const struct dataset *data, const struct run_file *run,
                   struct error *error) {
  (void)run;
  struct json_writer json = {.file = file, .compact = true};
  struct callpaths callpaths;
  callpaths_make(&callpaths, data);
  for (size_t i = 0; i < data->point_count; i++) {
    const struct data_point *point = &data->points[i];
    char *callpath = point_callpath(&callpaths, data, point);
    for (size_t k = 0; k < point->launch_count; k++)
      if (point->launches[k].status == STATUS_OK && point->launches[k].count > 0)
        write_launch(&json, data, point, callpath, point->launches[k].median_s);
    free(callpath);
  }
  callpaths_free(&callpaths);
  return export_check(file, error);
}
