#include "runner/plan.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"
#include "runner/sha256.h"

enum { POINTS_MAX = 1000000 };

struct maker {
  struct plan *plan;
  const struct config *config;
};

/* Every text with its length before it, so that no two lists of settings read the same. */
static void hash_settings(FILE *file, const struct settings *settings) {
  for (size_t i = 0; i < settings->count; i++) {
    const struct setting *setting = &settings->items[i];
    fprintf(file, ";%zu:%s=%zu:%s", strlen(setting->name), setting->name, strlen(setting->value),
            setting->value);
  }
}

static void set_cell_id(struct point *point) {
  char *text = NULL, digest[SHA256_TEXT];
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (file == NULL)
    return;
  fprintf(file, "kernel=%s", point->workload->kernel);
  hash_settings(file, &point->workload->settings);
  fprintf(file, "|driver=%s", point->way->driver->name);
  hash_settings(file, &point->way->settings);
  fprintf(file,
          "|n=%" PRId64 "|jobs=%" PRId64 "|grain=%" PRId64 "|ranks=%" PRId64 "|threads=%" PRId64,
          point->n, point->jobs, point->grain, point->ranks, point->threads);
  fclose(file);
  snprintf(point->cell_id, CELL_ID_TEXT, "%.12s", sha256_hex(text, bytes, digest));
  free(text);
}

/* Shares the point's cores out to ranks and threads. NULL, or why this driver does not run there.
 */
static const char *settle_cores(struct point *point) {
  int64_t threads = point->way->threads == CONFIG_UNSET ? 1 : point->way->threads;
  point->ranks = point->threads = 1;
  switch (point->way->driver->use) {
  case CORES_ONE:
    return point->cores == 1 ? NULL : "not applicable: this driver uses one core";
  case CORES_THREADS:
    point->threads = point->cores;
    return point->way->threads == CONFIG_UNSET || threads == point->cores
               ? NULL
               : "not applicable: the cores are not the driver's fixed number of threads";
  case CORES_RANKS:
    point->threads = threads;
    point->ranks = point->cores / threads;
    return point->cores % threads == 0
               ? NULL
               : "not applicable: the cores are no multiple of the threads of a rank";
  }
  return NULL;
}

static const char *find_exclusion(const struct config *config, const struct point *point) {
  struct factors factors = {.driver = point->way->driver->name,
                            .kernel = point->workload->kernel,
                            .n = point->n,
                            .cores = point->cores,
                            .jobs = point->jobs};
  for (size_t i = 0; i < config->exclusion_count; i++)
    if (condition_holds(config->exclusions[i].where, &factors))
      return config->exclusions[i].why;
  return NULL;
}

static void add_point(struct maker *maker, struct point point) {
  struct plan *plan = maker->plan;
  const struct measure *measure = &maker->config->measure;
  const struct workload *workload = point.workload;
  point.reps = workload->reps == CONFIG_UNSET ? measure->reps : workload->reps;
  point.warmup = workload->warmup == CONFIG_UNSET ? measure->warmup : workload->warmup;
  point.oversubscribed = point.cores > plan->machine_cores;

  const char *inapplicable = settle_cores(&point);
  const char *excluded = inapplicable != NULL ? NULL : find_exclusion(maker->config, &point);
  if (inapplicable != NULL || excluded != NULL) {
    *GROW(plan->omissions, plan->omission_count) =
        (struct omission){point, excluded != NULL, excluded != NULL ? excluded : inapplicable};
    return;
  }
  set_cell_id(&point);
  *GROW(plan->points, plan->point_count) = point;
}

/* The cores of a way when the config has no axis of cores: as many as there are. */
static int64_t natural_cores(const struct way *way, int64_t machine_cores) {
  int64_t threads = way->threads == CONFIG_UNSET ? 1 : way->threads;
  switch (way->driver->use) {
  case CORES_ONE:
    return 1;
  case CORES_THREADS:
    return way->threads == CONFIG_UNSET ? machine_cores : threads;
  default:
    return machine_cores < threads ? threads : machine_cores / threads * threads;
  }
}

static void add_cores(struct maker *maker, struct point point) {
  const struct axis *cores = &maker->config->cores;
  int64_t machine = maker->plan->machine_cores;
  if (cores->count == 0) {
    point.cores = natural_cores(point.way, machine);
    add_point(maker, point);
  }
  for (size_t i = 0; i < cores->count; i++) {
    point.cores = cores->values[i] == CONFIG_ALL ? machine : cores->values[i];
    add_point(maker, point);
  }
}

/* The axis, or only what the workload fixes, or only a value for a silent config. */
static struct axis effective(const struct axis *axis, int64_t *fixed, int64_t initial) {
  if (*fixed == CONFIG_UNSET && axis->count > 0)
    return *axis;
  if (*fixed == CONFIG_UNSET)
    *fixed = initial;
  return (struct axis){fixed, 1};
}

static void add_workload(struct maker *maker, const struct workload *workload) {
  const struct config *config = maker->config;
  int64_t fixed_n = workload->n, fixed_jobs = workload->jobs, fixed_grain = CONFIG_UNSET;
  struct axis n = effective(&config->n, &fixed_n, 0);
  struct axis jobs = effective(&config->jobs, &fixed_jobs, 1);
  struct axis grain = effective(&config->grain, &fixed_grain, 0);
  for (size_t i = 0; i < n.count; i++)
    for (size_t j = 0; j < jobs.count; j++)
      for (size_t g = 0; g < grain.count; g++)
        for (size_t w = 0; w < config->way_count; w++)
          add_cores(maker, (struct point){.workload = workload,
                                          .way = &config->ways[w],
                                          .n = n.values[i],
                                          .jobs = jobs.values[j],
                                          .grain = grain.values[g]});
}

/* How many points the product has, cheaply, before any is made. */
static double product_size(const struct config *config) {
  double size = (double)config->way_count * (double)config->workload_count;
  const struct axis *axes[] = {&config->n, &config->cores, &config->jobs, &config->grain};
  for (size_t i = 0; i < sizeof axes / sizeof *axes; i++)
    size *= axes[i]->count > 0 ? (double)axes[i]->count : 1;
  return size;
}

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

int plan_make(struct plan *plan, const struct config *config, int64_t machine_cores,
              struct error *error) {
  const struct measure *measure = &config->measure;
  *plan = (struct plan){.least = measure->least,
                        .most = measure->most,
                        .width = measure->width,
                        .retries = measure->retries,
                        .seed = measure->seed,
                        .order = measure->order,
                        .machine_cores = machine_cores};
  if (product_size(config) > POINTS_MAX)
    return error_set(error, EXIT_USAGE, "%.0f points are more than a sweep can have (%d)",
                     product_size(config), (int)POINTS_MAX);
  struct maker maker = {plan, config};
  for (size_t i = 0; i < config->workload_count; i++)
    add_workload(&maker, &config->workloads[i]);
  drop_doubles(plan);
  if (plan->point_count == 0)
    return error_set(error, EXIT_USAGE,
                     "no point would run: all %zu of the product are excluded or not applicable",
                     plan->omission_count);
  return 0;
}

void plan_free(struct plan *plan) {
  free(plan->points);
  free(plan->omissions);
  *plan = (struct plan){0};
}

const char *point_model(const struct point *point) {
  const struct settings *settings = &point->way->settings;
  switch (point->way->driver->use) {
  case CORES_RANKS:
    return point->threads > 1 ? "hybrid" : "processes";
  case CORES_THREADS:
    for (size_t i = 0; i < settings->count; i++)
      if (strcmp(settings->items[i].name, "lock") == 0 &&
          strcmp(settings->items[i].value, "global") == 0)
        return "threads+lock";
    return "threads";
  default:
    return strcmp(point->way->driver->name, "async_driver") == 0 ? "async" : "serial";
  }
}

char *point_text(const struct point *point, char text[POINT_TEXT]) {
  char n[NUMBER_TEXT], cores[24] = "", jobs[32] = "", grain[32] = "";
  char *options = settings_text(&point->workload->settings, " ");
  snprintf(cores, sizeof cores, " cores=%" PRId64, point->cores);
  if (point->jobs != 1)
    snprintf(jobs, sizeof jobs, " jobs=%" PRId64, point->jobs);
  if (point->grain != 0)
    snprintf(grain, sizeof grain, " grain=%" PRId64, point->grain);
  snprintf(text, POINT_TEXT, "%s %s%s%s n=%s%s%s%s", point->way->label, point->workload->kernel,
           *options == '\0' ? "" : " ", options, number_format(point->n, n), jobs, grain, cores);
  free(options);
  for (char *at = text; *at != '\0'; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      *at = '?';
  return text;
}
