/* JSON lines for Extra-P, which fits models in n and cores:
 * https://github.com/extra-p/extrap/blob/master/docs/file-formats.md */
#include <stdlib.h>

#include "analysis/export.h"
#include "analysis/json.h"
#include "analysis/series.h"

/* Every line has the same parameters: Extra-P takes them from the first. */
static int write_series(FILE *file, const struct series *series, const char *way,
                        struct error *error) {
  for (size_t i = 0; i < series->count; i++) {
    json_t *line = json_object(), *parameters = json_object();
    json_object_set_new(parameters, "n", json_integer(series->n));
    json_object_set_new(parameters, "cores", json_integer(series->cores));
    json_object_set_new(line, "params", parameters);
    json_object_set_new(line, "callpath", json_text(way));
    json_object_set_new(line, "metric", json_string("time"));
    json_object_set_new(line, "value", json_real(series->measurements[i].wall_s));
    if (json_write(file, line, JSON_COMPACT, error) != 0)
      return error->code;
  }
  return 0;
}

int export_extra_p(FILE *file, const char *samples, struct error *error) {
  struct series_set set;
  series_read(&set, samples, error);
  for (size_t i = 0; error->code == 0 && i < set.count; i++) {
    char *way = series_way(&set, &set.items[i]);
    write_series(file, &set.items[i], way, error);
    free(way);
  }
  series_free(&set);
  return error->code;
}
