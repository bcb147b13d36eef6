#include "runner/ui/listing.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/csv.h"
#include "common/grow.h"
#include "common/host.h"
#include "common/lines.h"
#include "common/number.h"
#include "common/program.h"
#include "runner/record/facts.h"
#include "runner/record/json_bytes.h"
#include "runner/ui/bar.h"

/* Where the texts of facts and points begin. */
enum { FACT_COLUMN = 14, POINT_COLUMN = 30 };

/* "3m20s" or "3m20s to 5m10s", in memory that the caller frees. */
static char *span_text(double least_s, double most_s) {
  char least[BAR_TIME_TEXT], most[BAR_TIME_TEXT];
  bar_time(least_s, least);
  return most_s > least_s ? grow_text("%s to %s", least, bar_time(most_s, most))
                          : grow_text("%s", least);
}

static void print_time(const struct forecast *forecast) {
  char *span = span_text(forecast->least_s, forecast->most_s);
  printf("  time        %s\n  core-hours  %.3g", span, forecast->least_core_s / 3600);
  if (forecast->most_core_s > forecast->least_core_s)
    printf(" to %.3g", forecast->most_core_s / 3600);
  printf("\n");
  free(span);
}

static void print_memory(const struct plan *plan, const struct forecast *forecast) {
  char wanted[NUMBER_TEXT], available[NUMBER_TEXT], text[POINT_TEXT];
  if (forecast->largest == plan->point_count)
    return;
  double largest = forecast->points[forecast->largest].memory_bytes;
  lines_printf(stdout, "  memory      ", FACT_COLUMN, "%sB of %sB available, for %s%s",
               quantity_format(largest, wanted),
               quantity_format(host_memory_available(), available),
               point_text(&plan->points[forecast->largest], text),
               largest > host_memory_available() ? ": more than there is" : "");
}

/* What it will take, and on what that stands. */
static void print_forecast(const struct plan *plan, const struct forecast *forecast,
                           const struct config *config) {
  char most[BAR_TIME_TEXT];
  double limit_s = (double)config->measure.timeout_ns * 1e-9 * (double)plan->most;
  if (forecast->known > 0) {
    lines_printf(stdout, "Estimate, ", 4,
                 "from %s: %zu point%s measured, %zu scaled from them by their work, %zu not known",
                 forecast->from, forecast->measured, forecast->measured == 1 ? "" : "s",
                 forecast->known - forecast->measured, plan->point_count - forecast->known);
    print_time(forecast);
  } else {
    lines_printf(stdout, "Estimate: ", 4,
                 "none by measurement: %s (`%s plan --probe` measures); by the time limits",
                 forecast->missing != NULL ? forecast->missing : "no time is known",
                 program_name("sweep"));
    printf("  time        %s at most\n", bar_time(limit_s * (double)plan->point_count, most));
  }
  print_memory(plan, forecast);
  if (forecast->why.code != 0)
    lines_printf(stdout, "  not known   ", FACT_COLUMN, "%s", forecast->why.message);
}

/* Points that are omitted for the same reason. */
struct reason {
  const struct omission *first, *last;
  size_t count;
};

static struct reason *find_reason(struct reason **reasons, size_t *count,
                                  const struct omission *omission) {
  for (size_t i = 0; i < *count; i++)
    if ((*reasons)[i].first->why == omission->why) /* texts of the config, and few of ours */
      return &(*reasons)[i];
  struct reason *reason = GROW(*reasons, *count);
  reason->first = omission;
  return reason;
}

/* One line for each point, or one for many that have the same reason, which axes make quickly. */
static void print_omissions(const struct plan *plan) {
  enum { EACH = 3 };
  char text[POINT_TEXT], last[POINT_TEXT];
  struct reason *reasons = NULL;
  size_t count = 0;
  for (size_t i = 0; i < plan->omission_count; i++) {
    struct reason *reason = find_reason(&reasons, &count, &plan->omissions[i]);
    reason->last = &plan->omissions[i];
    reason->count++;
  }
  if (count > 0)
    printf("Omitted:\n");
  for (size_t i = 0; i < plan->omission_count; i++) {
    const struct omission *omission = &plan->omissions[i];
    const struct reason *reason = find_reason(&reasons, &count, omission);
    const char *excluded = omission->excluded ? "excluded: " : "";
    if (reason->count <= EACH)
      lines_printf(stdout, "  ", 4, "%s: %s%s", point_text(&omission->point, text), excluded,
                   omission->why);
    else if (reason->first == omission)
      lines_printf(stdout, "  ", 4, "%zu points, %s ... %s: %s%s", reason->count,
                   point_text(&omission->point, text), point_text(&reason->last->point, last),
                   excluded, omission->why);
  }
  free(reasons);
}

static void print_builds(const struct config *config) {
  char *text = grow_text("%s", "");
  for (size_t i = 0; i < config->build_count; i++) {
    char *longer = grow_text("%s%s%s (%s)", text, i > 0 ? ", " : "", config->builds[i].label,
                             config->builds[i].folder);
    free(text);
    text = longer;
  }
  lines_printf(stdout, "Builds: ", 8, "%s", text);
  free(text);
}

/* Repetitions of a point, where they are not those of the config's measure. */
static void reps_text(const struct point *point, const struct config *config, char text[64]) {
  bool usual = point->reps == config->measure.reps && point->warmup == config->measure.warmup;
  text[0] = '\0';
  if (!usual)
    snprintf(text, 64, " reps=%" PRId64 " warmup=%" PRId64, point->reps, point->warmup);
}

static void print_point(const struct plan *plan, size_t index, const struct config *config,
                        const struct forecast *forecast) {
  const struct point *point = &plan->points[index];
  double launch_s = forecast_launch_s(forecast, plan, index);
  char prefix[64], text[POINT_TEXT], seconds[NUMBER_TEXT], reps[64], weak[100] = "";
  snprintf(prefix, sizeof prefix, "%5zu  %-12s %8s  ", index + 1, point->cell_id,
           isnan(launch_s) ? "?" : seconds_format(launch_s, seconds));
  reps_text(point, config, reps);
  if (config->scaling.weak && point->cores > 1)
    snprintf(weak, sizeof weak, " (%.4g x the work of n=%" PRId64 " for each core)", point->met,
             point->base_n);
  lines_printf(stdout, prefix, POINT_COLUMN + 2, "%s%s%s%s", point_text(point, text), reps,
               point->oversubscribed ? " (oversubscribed)" : "", weak);
}

static void print_head(const struct plan *plan, const struct config *config) {
  static const char *const orders[] = {"interleaved", "one point after another",
                                       "interleaved in random order"};
  const struct measure *measure = &config->measure;
  char launches[64], limit[NUMBER_TEXT];
  if (plan->least < plan->most)
    snprintf(launches, sizeof launches, "%" PRId64 " to %" PRId64, plan->least, plan->most);
  else
    snprintf(launches, sizeof launches, "%" PRId64, plan->most);
  lines_printf(stdout, "", 2, "%s: %zu point%s, %s launch%s each, %s; at most %s a launch",
               config->name, plan->point_count, plan->point_count == 1 ? "" : "s", launches,
               plan->most == 1 ? "" : "es", orders[plan->order],
               duration_format(measure->timeout_ns, limit));
  lines_printf(stdout, "", 2,
               "A launch has %" PRId64 " repetition%s after %" PRId64
               " warm-up%s, unless a point states otherwise.",
               measure->reps, measure->reps == 1 ? "" : "s", measure->warmup,
               measure->warmup == 1 ? "" : "s");
}

static void print_text(const struct plan *plan, const struct config *config,
                       const struct forecast *forecast) {
  print_head(plan, config);
  if (config->build_count > 0)
    print_builds(config);
  printf("%5s  %-12s %8s  %s\n", "", "cell_id", "launch", "point");
  for (size_t i = 0; i < plan->point_count; i++)
    print_point(plan, i, config, forecast);
  print_omissions(plan);
  print_forecast(plan, forecast, config);
}

enum { NUMBER = 24 };

/* What is not known is empty. */
static const char *real_cell(double value, char text[NUMBER]) {
  snprintf(text, NUMBER, "%.6g", value);
  return isnan(value) ? "" : text;
}

/* A row: `why` is empty for what runs, and `forecast` NULL for what does not. */
static int print_row(const struct plan *plan, const struct point *point,
                     const struct forecast *forecast, const char *why) {
  char *options = settings_text(&point->workload->settings, ";");
  char *driver_options = settings_text(&point->setup->settings, ";");
  const int64_t values[] = {point->n,     point->jobs,    point->grain,          point->cores,
                            point->ranks, point->threads, point->reps,           point->warmup,
                            plan->least,  plan->most,     point->oversubscribed, point->base_n};
  enum { COUNT = sizeof values / sizeof *values };
  char numbers[COUNT][NUMBER];
  char met[NUMBER], memory[NUMBER], launch[NUMBER], nodes[NUMBER], ranks[NUMBER];
  size_t index = forecast != NULL ? (size_t)(point - plan->points) : 0;
  const char *cells[COUNT + 14] = {
      *why == '\0' ? point->cell_id : "", point->workload->kernel, options, point_model(point),
      point->setup->driver->name,         driver_options};
  for (size_t i = 0; i < COUNT; i++) {
    snprintf(numbers[i], NUMBER, "%" PRId64, values[i]);
    cells[6 + i] = numbers[i];
  }
  const char **last = &cells[COUNT + 6];
  last[0] = real_cell(point->met, met);
  last[1] = last[2] = last[3] = "";
  if (forecast != NULL) {
    last[1] = real_cell(forecast->points[index].memory_bytes, memory);
    last[2] = real_cell(forecast_launch_s(forecast, plan, index), launch);
    last[3] = forecast_source_name(forecast->points[index].source);
  }
  last[4] = why;
  last[5] = point->build != NULL ? point->build->label : "";
  snprintf(nodes, NUMBER, "%" PRId64, point->nodes);
  snprintf(ranks, NUMBER, "%" PRId64, point->ranks_per_node);
  last[6] = nodes;
  last[7] = ranks;
  int failed = csv_write(stdout, cells, COUNT + 14);
  free(options);
  free(driver_options);
  return failed;
}

static int print_csv(const struct plan *plan, const struct forecast *forecast) {
  static const char *const names[] = {"cell_id",
                                      "kernel",
                                      "options",
                                      "model",
                                      "driver",
                                      "driver_options",
                                      "n",
                                      "jobs",
                                      "grain",
                                      "cores",
                                      "ranks",
                                      "threads",
                                      "reps",
                                      "warmup",
                                      "launches_min",
                                      "launches_max",
                                      "oversubscribed",
                                      "base_n",
                                      "work_met",
                                      "memory_byte",
                                      "launch_s",
                                      "launch_s_is",
                                      "omitted",
                                      "build",
                                      "nodes",
                                      "ranks_per_node"};
  int failed = csv_write(stdout, names, sizeof names / sizeof *names);
  for (size_t i = 0; i < plan->point_count && !failed; i++)
    failed = print_row(plan, &plan->points[i], forecast, "");
  for (size_t i = 0; i < plan->omission_count && !failed; i++)
    failed = print_row(plan, &plan->omissions[i].point, NULL, plan->omissions[i].why);
  return failed;
}

static json_t *forecast_value(const struct plan *plan, const struct forecast *forecast) {
  bool known = forecast->known > 0, has_memory = forecast->largest < plan->point_count;
  json_t *value = json_object();
  json_object_set_new(value, "from",
                      forecast->from != NULL ? bytes_value(forecast->from) : json_null());
  json_object_set_new(value, "missing",
                      forecast->missing != NULL ? bytes_value(forecast->missing) : json_null());
  json_object_set_new(value, "points_measured", json_integer((json_int_t)forecast->measured));
  json_object_set_new(value, "points_scaled",
                      json_integer((json_int_t)(forecast->known - forecast->measured)));
  set_real(value, "seconds_min", known ? forecast->least_s : NAN);
  set_real(value, "seconds_max", known ? forecast->most_s : NAN);
  set_real(value, "core_hours_min", known ? forecast->least_core_s / 3600 : NAN);
  set_real(value, "core_hours_max", known ? forecast->most_core_s / 3600 : NAN);
  set_real(value, "memory_byte_max",
           has_memory ? forecast->points[forecast->largest].memory_bytes : NAN);
  json_object_set_new(value, "not_known",
                      text_value(forecast->why.code != 0 ? forecast->why.message : NULL));
  return value;
}

static int print_json(const struct plan *plan, const struct config *config,
                      const struct forecast *forecast) {
  json_t *root = json_object(), *points = json_array(), *omissions = json_array();
  json_object_set_new(root, "name", json_string(config->name));
  json_object_set_new(root, "launches_min", json_integer(plan->least));
  json_object_set_new(root, "launches_max", json_integer(plan->most));
  for (size_t i = 0; i < plan->point_count; i++) {
    json_t *value = facts_point(&plan->points[i], config);
    json_object_set_new(value, "cell_id", json_string(plan->points[i].cell_id));
    set_real(value, "memory_byte", forecast->points[i].memory_bytes);
    set_real(value, "launch_s", forecast_launch_s(forecast, plan, i));
    json_object_set_new(value, "launch_s_is",
                        json_string(forecast_source_name(forecast->points[i].source)));
    json_array_append_new(points, value);
  }
  for (size_t i = 0; i < plan->omission_count; i++) {
    json_t *value = facts_point(&plan->omissions[i].point, config);
    json_object_set_new(value, "why", json_string(plan->omissions[i].why));
    json_object_set_new(value, "excluded", json_boolean(plan->omissions[i].excluded));
    json_array_append_new(omissions, value);
  }
  json_object_set_new(root, "forecast", forecast_value(plan, forecast));
  json_object_set_new(root, "points", points);
  json_object_set_new(root, "omitted", omissions);
  int failed = json_dumpf(root, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(FACTS_DIGITS)) != 0 ||
               putchar('\n') == EOF;
  json_decref(root);
  return failed;
}

int listing_print(const struct plan *plan, const struct config *config,
                  const struct forecast *forecast, enum listing format, struct error *error) {
  int failed = 0;
  if (format == LISTING_CSV)
    failed = print_csv(plan, forecast);
  else if (format == LISTING_JSON)
    failed = print_json(plan, config, forecast);
  else
    print_text(plan, config, forecast);
  if (fflush(stdout) != 0 || failed)
    return error_set(error, EXIT_MACHINE, "the plan cannot be written: %s", strerror(errno));
  return 0;
}
