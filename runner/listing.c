#include "runner/listing.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/csv.h"
#include "common/number.h"
#include "runner/facts.h"

enum listing listing_find(const char *name) {
  static const char *const names[] = {"text", "csv", "json"};
  for (int i = 0; name != NULL && i < LISTING_NONE; i++)
    if (strcmp(name, names[i]) == 0)
      return (enum listing)i;
  return name == NULL ? LISTING_TEXT : LISTING_NONE;
}

static void print_text(const struct plan *plan, const struct config *config) {
  char text[POINT_TEXT], limit[NUMBER_TEXT];
  static const char *const orders[] = {"interleaved", "one point after another",
                                       "interleaved in random order"};
  char launches[64];
  if (plan->least < plan->most)
    snprintf(launches, sizeof launches, "%" PRId64 " to %" PRId64, plan->least, plan->most);
  else
    snprintf(launches, sizeof launches, "%" PRId64, plan->most);
  printf("%s: %zu point%s, %s launch%s each, %s; at most %s a launch\n", config->name,
         plan->point_count, plan->point_count == 1 ? "" : "s", launches,
         plan->most == 1 ? "" : "es", orders[plan->order],
         duration_format(config->measure.timeout_ns, limit));
  printf("%6s  %-12s  %5s %7s %5s %6s  %s\n", "", "cell", "ranks", "threads", "reps", "warmup",
         "point");
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct point *point = &plan->points[i];
    printf("%6zu  %-12s  %5" PRId64 " %7" PRId64 " %5" PRId64 " %6" PRId64 "  %s%s\n", i + 1,
           point->cell_id, point->ranks, point->threads, point->reps, point->warmup,
           point_text(point, text), point->oversubscribed ? " (oversubscribed)" : "");
  }
  if (plan->omission_count > 0)
    printf("Left out:\n");
  for (size_t i = 0; i < plan->omission_count; i++) {
    const struct omission *omission = &plan->omissions[i];
    printf("  %s: %s%s\n", point_text(&omission->point, text),
           omission->excluded ? "excluded: " : "", omission->why);
  }
}

enum { NUMBER = 24 };

/* A row: `why` is empty for what runs. */
static int print_row(const struct plan *plan, const struct point *point, const char *why) {
  char *options = settings_text(&point->workload->settings, ";");
  char *driver_options = settings_text(&point->way->settings, ";");
  const int64_t values[] = {point->n,     point->jobs,    point->grain,         point->cores,
                            point->ranks, point->threads, point->reps,          point->warmup,
                            plan->least,  plan->most,     point->oversubscribed};
  enum { COUNT = sizeof values / sizeof *values };
  char numbers[COUNT][NUMBER];
  const char *cells[COUNT + 7] = {
      *why == '\0' ? point->cell_id : "", point->workload->kernel, options, point_model(point),
      point->way->driver->name,           driver_options};
  for (size_t i = 0; i < COUNT; i++) {
    snprintf(numbers[i], NUMBER, "%" PRId64, values[i]);
    cells[6 + i] = numbers[i];
  }
  cells[COUNT + 6] = why;
  int failed = csv_write(stdout, cells, COUNT + 7);
  free(options);
  free(driver_options);
  return failed;
}

static int print_csv(const struct plan *plan) {
  static const char *const names[] = {
      "cell_id", "kernel", "options",      "model",        "driver",         "driver_options",
      "n",       "jobs",   "grain",        "cores",        "ranks",          "threads",
      "reps",    "warmup", "launches_min", "launches_max", "oversubscribed", "left_out"};
  int failed = csv_write(stdout, names, sizeof names / sizeof *names);
  for (size_t i = 0; i < plan->point_count && !failed; i++)
    failed = print_row(plan, &plan->points[i], "");
  for (size_t i = 0; i < plan->omission_count && !failed; i++)
    failed = print_row(plan, &plan->omissions[i].point, plan->omissions[i].why);
  return failed;
}

static int print_json(const struct plan *plan, const struct config *config) {
  json_t *root = json_object(), *points = json_array(), *omissions = json_array();
  json_object_set_new(root, "name", json_string(config->name));
  json_object_set_new(root, "launches_min", json_integer(plan->least));
  json_object_set_new(root, "launches_max", json_integer(plan->most));
  for (size_t i = 0; i < plan->point_count; i++) {
    json_t *value = facts_point(&plan->points[i], config);
    json_object_set_new(value, "cell_id", json_string(plan->points[i].cell_id));
    json_array_append_new(points, value);
  }
  for (size_t i = 0; i < plan->omission_count; i++) {
    json_t *value = facts_point(&plan->omissions[i].point, config);
    json_object_set_new(value, "why", json_string(plan->omissions[i].why));
    json_object_set_new(value, "excluded", json_boolean(plan->omissions[i].excluded));
    json_array_append_new(omissions, value);
  }
  json_object_set_new(root, "points", points);
  json_object_set_new(root, "left_out", omissions);
  int failed = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(FACTS_DIGITS)) != 0 ||
               putchar('\n') == EOF;
  json_decref(root);
  return failed;
}

int listing_print(const struct plan *plan, const struct config *config, enum listing format,
                  struct error *error) {
  int failed = 0;
  if (format == LISTING_CSV)
    failed = print_csv(plan);
  else if (format == LISTING_JSON)
    failed = print_json(plan, config);
  else
    print_text(plan, config);
  if (fflush(stdout) != 0 || failed)
    return error_set(error, EXIT_MACHINE, "the plan cannot be written: %s", strerror(errno));
  return 0;
}
