#include "runner/record/forecast.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/stats.h"
#include "runner/launch/attempt.h"
#include "runner/plan/work_query.h"
#include "runner/record/journal.h"
#include "runner/record/results.h"

const char *forecast_source_name(enum forecast_source source) {
  static const char *const names[] = {"", "measured", "scaled"};
  return names[source];
}

/* --- the work of the points ------------------------------------------------------------------- */

/* The points [begin, end) are of one workload. */
static int ask(struct forecast *forecast, const struct plan *plan, const char *drivers,
               size_t begin, size_t end, struct error *error) {
  const struct work_query work_query = {.drivers = build_folder(plan->points[begin].build, drivers),
                                        .by = WORK_OPERATIONS,
                                        .multiple = 1};
  struct work_question *questions = calloc(end - begin, sizeof *questions);
  struct work_answer *answers = calloc(end - begin, sizeof *answers);
  struct error why = {0};
  if (questions == NULL || answers == NULL)
    error_set(error, EXIT_MACHINE, "out of memory");
  for (size_t i = begin; i < end && error->code == 0; i++)
    questions[i - begin] =
        (struct work_question){plan->points[i].n, plan->points[i].jobs, plan->points[i].ranks, 1};
  if (error->code == 0 && work_query_ask(&work_query, plan->points[begin].workload, questions,
                                         end - begin, answers, &why) == 0)
    for (size_t i = begin; i < end; i++) {
      forecast->points[i].operations = answers[i - begin].operations;
      forecast->points[i].memory_bytes = answers[i - begin].memory_bytes;
    }
  else if (forecast->why.code == 0)
    forecast->why = why;
  free(questions);
  free(answers);
  return error->code;
}

int forecast_open(struct forecast *forecast, const struct plan *plan, const char *drivers,
                  struct error *error) {
  *forecast = (struct forecast){.points = calloc(plan->point_count, sizeof *forecast->points)};
  if (forecast->points == NULL)
    return error_set(error, EXIT_MACHINE, "out of memory");
  for (size_t i = 0; i < plan->point_count; i++)
    forecast->points[i] = (struct forecast_point){FORECAST_NONE, NAN, NAN, NAN, NAN};
  for (size_t begin = 0, end; begin < plan->point_count && error->code == 0; begin = end) {
    end = begin + 1;
    while (end < plan->point_count && plan->points[end].workload == plan->points[begin].workload)
      end++;
    ask(forecast, plan, drivers, begin, end, error);
  }
  return error->code;
}

void forecast_close(struct forecast *forecast) {
  free(forecast->points);
  free(forecast->from);
  free(forecast->missing);
  *forecast = (struct forecast){0};
}

/* --- an earlier run --------------------------------------------------------------------------- */

/* What the rows say of a point. */
struct seen {
  double *walls_s; /* of timed repetitions */
  size_t wall_count;
  double start_s; /* summed over the launches */
  size_t launches;
};

struct forecast_reading {
  const struct plan *plan;
  const struct point **sorted; /* by cell_id */
  struct seen *seen;           /* as in the plan */
  /* The launch whose rows are being read: */
  char key[256];
  double process_s, all_walls_s;
  size_t point; /* point_count: none of the plan's */
};

static int by_cell(const void *left, const void *right) {
  return strcmp((*(const struct point *const *)left)->cell_id,
                (*(const struct point *const *)right)->cell_id);
}

static int is_cell(const void *key, const void *item) {
  return strcmp(key, (*(const struct point *const *)item)->cell_id);
}

static size_t find(const struct forecast_reading *reading, const char *cell_id) {
  const struct point **found = bsearch(cell_id, reading->sorted, reading->plan->point_count,
                                       sizeof(const struct point *), is_cell);
  return found != NULL ? (size_t)(*found - reading->plan->points) : reading->plan->point_count;
}

/* A launch takes what its repetitions do not, to start and to end, to set up and to check. */
static void end_launch(struct forecast_reading *reading) {
  if (reading->point < reading->plan->point_count && reading->process_s > 0) {
    reading->seen[reading->point].start_s += fmax(0, reading->process_s - reading->all_walls_s);
    reading->seen[reading->point].launches++;
  }
  reading->process_s = reading->all_walls_s = 0;
}

static int take_row(void *context, const struct journal_row *row, struct error *error) {
  struct forecast_reading *reading = context;
  char **cells = row->cells, key[sizeof reading->key];
  (void)error;
  if (strcmp(cells[COLUMN_status], status_names[STATUS_OK]) != 0)
    return 0;
  snprintf(key, sizeof key, "%s %s %s %s", cells[COLUMN_cell_id], cells[COLUMN_run_id],
           cells[COLUMN_launch], cells[COLUMN_attempt]);
  if (strcmp(key, reading->key) != 0) {
    end_launch(reading);
    memcpy(reading->key, key, sizeof key);
    reading->point = find(reading, cells[COLUMN_cell_id]);
  }
  double wall_s = strtod(cells[COLUMN_wall_s], NULL);
  reading->process_s = strtod(cells[COLUMN_process_s], NULL);
  reading->all_walls_s += wall_s;
  if (reading->point < reading->plan->point_count && strcmp(cells[COLUMN_warmup], "0") == 0) {
    struct seen *seen = &reading->seen[reading->point];
    *GROW(seen->walls_s, seen->wall_count) = wall_s;
  }
  return 0;
}

static void take_over(struct forecast *forecast, const struct forecast_reading *reading) {
  for (size_t i = 0; i < reading->plan->point_count; i++) {
    struct seen *seen = &reading->seen[i];
    struct forecast_point *point = &forecast->points[i];
    if (seen->wall_count > 0 && seen->launches > 0) {
      stats_sort(seen->walls_s, seen->wall_count);
      point->rep_s = stats_median(seen->walls_s, seen->wall_count);
      point->start_s = seen->start_s / (double)seen->launches;
      point->source = FORECAST_MEASURED;
      forecast->measured++;
    }
    free(seen->walls_s);
  }
}

/* Why a run in that folder does not give any time. */
static char *missing_text(const char *folder, const struct error *error) {
  if (access(folder, F_OK) != 0)
    return grow_text("there is no earlier run in %s", folder);
  if (error->code != 0)
    return grow_text("%s: %s", folder, error->message);
  return grow_text("the run in %s has no verified launch of these points", folder);
}

void forecast_look(struct forecast *forecast, const struct plan *plan, const char *folder) {
  struct results results = {.folder = -1};
  struct journal journal = {.file = -1};
  struct error error = {0};
  off_t incomplete_bytes;
  struct forecast_reading reading = {.plan = plan,
                                     .sorted = calloc(plan->point_count, sizeof *reading.sorted),
                                     .seen = calloc(plan->point_count, sizeof *reading.seen),
                                     .point = plan->point_count};
  if (reading.sorted != NULL && reading.seen != NULL) {
    for (size_t i = 0; i < plan->point_count; i++)
      reading.sorted[i] = &plan->points[i];
    qsort(reading.sorted, plan->point_count, sizeof *reading.sorted, by_cell);
    if (results_reopen(&results, folder, &error) == 0 &&
        journal_look(&journal, results.folder, &error) == 0)
      journal_read(&journal, take_row, &reading, &incomplete_bytes, &error);
    end_launch(&reading);
    take_over(forecast, &reading);
    if (forecast->measured > 0)
      forecast->from = grow_text("%s", folder);
    else
      forecast->missing = missing_text(folder, &error);
    journal_close(&journal);
    results_close(&results);
  }
  free(reading.sorted);
  free(reading.seen);
}

/* --- a probe ---------------------------------------------------------------------------------- */

static void keep_why(struct forecast *forecast, const struct point *point, const char *message) {
  char text[POINT_TEXT];
  if (forecast->why.code == 0)
    error_set(&forecast->why, EXIT_WRONG, "%s: %s", point_text(point, text), message);
}

static int probe(struct forecast *forecast, const struct plan *plan, const struct config *config,
                 const struct tools *tools, size_t index, struct error *error) {
  struct point point = plan->points[index];
  struct launch_result result;
  struct outcome outcome;
  struct foreign foreign = {0};
  point.reps = 1;
  point.warmup = 0;
  struct attempt attempt = {.point = &point,
                            .tools = tools,
                            .timeout_ns = config->measure.timeout_ns,
                            .folder = -1,
                            .foreign = &foreign};
  attempt_run(&attempt, &result, &outcome, error);
  if (error->code != 0) {
    /* the caller ends */
  } else if (result.ending == ENDED_INTERRUPTED) {
    error_set(error, EXIT_INTERRUPTED, "interrupted");
  } else if (outcome.status == STATUS_OK) {
    forecast->points[index].rep_s = outcome.wall_s;
    forecast->points[index].start_s = fmax(0, result.seconds - outcome.wall_s);
    forecast->points[index].source = FORECAST_MEASURED;
    forecast->measured++;
  } else {
    keep_why(forecast, &point, outcome.message);
  }
  launch_free(&result);
  return error->code;
}

static bool is_same_way(const struct point *a, const struct point *b) {
  return a->workload == b->workload && a->setup == b->setup && a->build == b->build;
}

/* Points of a workload stand together, those of a driver setup do not. */
static bool is_first_of_way(const struct plan *plan, size_t index) {
  for (size_t i = index; i-- > 0 && plan->points[i].workload == plan->points[index].workload;)
    if (is_same_way(&plan->points[i], &plan->points[index]))
      return false;
  return true;
}

static size_t least_work(const struct forecast *forecast, const struct plan *plan, size_t first) {
  size_t least = first;
  for (size_t i = first; i < plan->point_count; i++)
    if (is_same_way(&plan->points[i], &plan->points[first]) &&
        forecast->points[i].operations < forecast->points[least].operations)
      least = i;
  return least;
}

int forecast_probe(struct forecast *forecast, const struct plan *plan, const struct config *config,
                   const struct tools *tools, struct error *error) {
  for (size_t i = 0; i < plan->point_count && error->code == 0; i++)
    if (is_first_of_way(plan, i))
      probe(forecast, plan, config, tools, least_work(forecast, plan, i), error);
  if (forecast->measured > 0)
    forecast->from = grow_text("the probe");
  else
    forecast->missing = grow_text("no launch of the probe verified");
  return error->code;
}

/* --- the whole -------------------------------------------------------------------------------- */

/* Whether kernel and options are the same, as far as the config says them. */
static bool is_same_kernel(const struct workload *a, const struct workload *b) {
  if (a == b)
    return true;
  if (strcmp(a->kernel, b->kernel) != 0 || a->settings.count != b->settings.count)
    return false;
  for (size_t i = 0; i < a->settings.count; i++)
    if (strcmp(a->settings.items[i].name, b->settings.items[i].name) != 0 ||
        strcmp(a->settings.items[i].value, b->settings.items[i].value) != 0)
      return false;
  return true;
}

/* How far apart two points are: another driver is worse than other cores, and those are worse than
 * any other work, since work is easier to scale by than either. */
static double point_distance(const struct forecast *forecast, const struct plan *plan, size_t a,
                             size_t b) {
  const double per_way = 1e6, per_factor_of_cores = 1e3, per_build = 10;
  const struct point *one = &plan->points[a], *other = &plan->points[b];
  if (!is_same_kernel(one->workload, other->workload))
    return NAN;
  double work = forecast->points[a].operations / forecast->points[b].operations;
  double cores = (double)one->cores / (double)other->cores;
  return fabs(log(work)) + per_factor_of_cores * fabs(log(cores)) +
         (one->setup != other->setup ? per_way : 0) + (one->build != other->build ? per_build : 0);
}

/* As the nearest of those that were measured, by the work of a core. A long list is looked through
 * in strides: it is of many sizes then, and one of them is near enough. */
static void scale(struct forecast *forecast, const struct plan *plan, size_t index,
                  const size_t *known, size_t count) {
  enum { LOOKS = 500 };
  size_t stride = count / LOOKS + 1, best = plan->point_count;
  for (size_t i = 0; i < count; i += stride) {
    double distance = point_distance(forecast, plan, index, known[i]);
    if (!isnan(distance) &&
        (best == plan->point_count || distance < point_distance(forecast, plan, index, best)))
      best = known[i];
  }
  if (best == plan->point_count)
    return;
  struct forecast_point *to = &forecast->points[index], *from = &forecast->points[best];
  double cores = (double)plan->points[best].cores / (double)plan->points[index].cores;
  to->rep_s = from->rep_s * (to->operations / from->operations) * cores;
  to->start_s = from->start_s;
  to->source = isfinite(to->rep_s) ? FORECAST_SCALED : FORECAST_NONE;
}

double forecast_launch_s(const struct forecast *forecast, const struct plan *plan, size_t index) {
  const struct forecast_point *point = &forecast->points[index];
  const struct point *what = &plan->points[index];
  if (point->source == FORECAST_NONE)
    return NAN;
  return point->start_s + point->rep_s * (double)(what->reps + what->warmup);
}

static void sum_up(struct forecast *forecast, const struct plan *plan) {
  forecast->largest = plan->point_count;
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct forecast_point *point = &forecast->points[i];
    double launch_s = forecast_launch_s(forecast, plan, i), cores = (double)plan->points[i].cores;
    if (point->memory_bytes > 0 &&
        (forecast->largest == plan->point_count ||
         point->memory_bytes > forecast->points[forecast->largest].memory_bytes))
      forecast->largest = i;
    if (isnan(launch_s))
      continue;
    forecast->known++;
    forecast->least_s += launch_s * (double)plan->least;
    forecast->most_s += launch_s * (double)plan->most;
    forecast->least_core_s += launch_s * (double)plan->least * cores;
    forecast->most_core_s += launch_s * (double)plan->most * cores;
  }
}

/* The measured points of a workload, else those of all. */
static void scale_all(struct forecast *forecast, const struct plan *plan, const size_t *known,
                      size_t count) {
  size_t begin = 0, end = 0; /* of those of the workload; both lists are in the plan's order */
  for (size_t i = 0; i < plan->point_count; i++) {
    const struct workload *workload = plan->points[i].workload;
    if (i == 0 || workload != plan->points[i - 1].workload)
      for (begin = end; end < count && plan->points[known[end]].workload == workload; end++)
        ;
    if (forecast->points[i].source == FORECAST_NONE && end > begin)
      scale(forecast, plan, i, known + begin, end - begin);
    else if (forecast->points[i].source == FORECAST_NONE)
      scale(forecast, plan, i, known, count);
  }
}

void forecast_finish(struct forecast *forecast, const struct plan *plan) {
  size_t *known = NULL, count = 0;
  for (size_t i = 0; i < plan->point_count; i++)
    if (forecast->points[i].source == FORECAST_MEASURED)
      *GROW(known, count) = i;
  scale_all(forecast, plan, known, count);
  free(known);
  sum_up(forecast, plan);
}
