#include "runner/plan/point.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"
#include "common/sha256.h"
#include "common/utf8.h"

/* Every text with its length before it, so that no two lists of settings read the same. */
static void hash_settings(FILE *file, const struct option_settings *settings) {
  for (size_t i = 0; i < settings->count; i++) {
    const struct setting *setting = &settings->items[i];
    fprintf(file, ";%zu:%s=%zu:%s", strlen(setting->name), setting->name, strlen(setting->value),
            setting->value);
  }
}

void point_set_cell_id(struct point *point) {
  char *text = NULL, digest[SHA256_TEXT];
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (file == NULL)
    return;
  fprintf(file, "kernel=%s", point->workload->kernel);
  hash_settings(file, &point->workload->settings);
  fprintf(file, "|driver=%s", point->setup->driver->name);
  hash_settings(file, &point->setup->settings);
  fprintf(file,
          "|n=%" PRId64 "|jobs=%" PRId64 "|grain=%" PRId64 "|ranks=%" PRId64 "|threads=%" PRId64,
          point->n, point->jobs, point->grain, point->ranks, point->threads);
  if (point->placed)
    fprintf(file, "|nodes=%" PRId64, point->nodes);
  if (point->build != NULL)
    fprintf(file, "|build=%s", point->build->label);
  fclose(file);
  snprintf(point->cell_id, CELL_ID_TEXT, "%.12s", sha256_hex(text, bytes, digest));
  free(text);
}

int64_t *point_factor(struct point *point, enum point_factor factor) {
  switch (factor) {
  case FACTOR_N:
    return &point->n;
  case FACTOR_CORES:
    return &point->cores;
  case FACTOR_JOBS:
    return &point->jobs;
  case FACTOR_GRAIN:
    return &point->grain;
  case FACTOR_RANKS:
    return &point->ranks;
  case FACTOR_THREADS:
    return &point->threads;
  case FACTOR_REPS:
    return &point->reps;
  case FACTOR_NODES:
    return &point->nodes;
  case FACTOR_RANKS_PER_NODE:
    return &point->ranks_per_node;
  default:
    return &point->warmup;
  }
}

const char *point_model(const struct point *point) {
  bool global = false;
  const char *lock = settings_find(&point->setup->settings, "lock");
  struct error ignored = {0};
  if (lock != NULL)
    lock_parse(lock, &global, &ignored);
  return model_names[driver_model(point->setup->driver, global, point->threads)];
}

char *point_text(const struct point *point, char text[POINT_TEXT]) {
  char n[NUMBER_TEXT], nodes[32] = "", cores[24] = "", jobs[32] = "", grain[32] = "";
  const char *build = point->build != NULL ? point->build->label : "";
  char *options = settings_text(&point->workload->settings, " ");
  snprintf(cores, sizeof cores, " cores=%" PRId64, point->cores);
  if (point->placed)
    snprintf(nodes, sizeof nodes, " nodes=%" PRId64, point->nodes);
  if (point->jobs != 1)
    snprintf(jobs, sizeof jobs, " jobs=%" PRId64, point->jobs);
  if (point->grain != 0)
    snprintf(grain, sizeof grain, " grain=%" PRId64, point->grain);
  char *whole =
      grow_text("%s %s%s%s n=%s%s%s%s%s%s%s", point->setup->label, point->workload->kernel,
                *options == '\0' ? "" : " ", options, number_format(point->n, n), jobs, grain,
                cores, nodes, *build != '\0' ? " build=" : "", build);
  utf8_cut(text, POINT_TEXT, whole);
  free(whole);
  free(options);
  for (char *at = text; *at != '\0'; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      *at = '?';
  return text;
}
