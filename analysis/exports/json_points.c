/* Works, variants, points and the matrix. */
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/words.h"
#include "analysis/exports/answer_json.h"
#include "analysis/exports/failures.h"
#include "analysis/exports/point_names.h"

void json_put_factors(struct json_writer *json, const struct dataset *data) {
  json_begin_array(json, "works");
  for (size_t i = 0; i < data->work_count; i++) {
    const struct data_work *work = &data->works[i];
    char *name = work_path(data, i);
    json_begin_object(json, NULL);
    json_put_text(json, "name", name);
    json_put_known(json, "kind", bound_names[work->kind]);
    json_put_text(json, "kernel", work->kernel);
    json_put_text(json, "options", work->options);
    json_put_text(json, "jobs", work->jobs);
    json_put_known(json, "unit", work->unit);
    json_end_object(json);
    free(name);
  }
  json_end_array(json);
  json_begin_array(json, "variants");
  for (size_t i = 0; i < data->variant_count; i++) {
    const struct data_variant *variant = &data->variants[i];
    json_begin_object(json, NULL);
    json_put_text(json, "name", variant->label);
    json_put_text(json, "model", variant->model_text);
    json_put_text(json, "driver", variant->driver);
    json_put_text(json, "lock", variant->lock);
    json_put_text(json, "schedule", variant->schedule);
    json_put_text(json, "grain", variant->grain);
    json_put_integer(json, "threads", variant->threads);
    json_put_known(json, "tasks", variant->tasks);
    json_put_known(json, "build", variant->build);
    json_end_object(json);
  }
  json_end_array(json);
  json_begin_array(json, "machines");
  for (size_t i = 0; i < data->machine_count; i++) {
    json_begin_object(json, NULL);
    json_put_text(json, "name", data->machines[i].label);
    json_put_text(json, "hosts", data->machines[i].hosts);
    json_end_object(json);
  }
  json_end_array(json);
}

/* --- points ----------------------------------------------------------------------------------- */

static void put_launches(struct json_writer *json, const struct standing *standing) {
  struct failures failures = failures_count(standing->point);
  json_begin_object(json, "launches");
  json_put_size(json, "verified", standing->count);
  json_put_size(json, "failed", standing->point->launch_count - standing->count);
  json_put_size(json, "superseded", standing->point->superseded);
  for (int status = 0; status < STATUSES; status++)
    json_put_size(json, status_names[status], failures.by_status[status]);
  json_end_object(json);
}

static void put_time(struct json_writer *json, const struct standing *standing) {
  const struct description *d = &standing->described;
  json_begin_object(json, "time_s");
  json_put_real(json, "min", d->min);
  json_put_real(json, "p5", d->p5);
  json_put_real(json, "p25", d->p25);
  json_put_real(json, "median", d->median);
  json_put_real(json, "p75", d->p75);
  json_put_real(json, "p95", d->p95);
  json_put_real(json, "max", d->max);
  json_put_real(json, "low", d->low);
  json_put_real(json, "high", d->high);
  json_put_real(json, "level", d->level);
  json_begin_array(json, "launches");
  for (size_t i = 0; i < standing->count; i++)
    json_put_real(json, NULL, standing->times_s[i]);
  json_end_array(json);
  json_end_object(json);
}

/* What the columns of samples.csv say of a repetition, as far as the report combines them. */
static void put_figures(struct json_writer *json, const struct data_point *point) {
  json_begin_object(json, "figures");
  for (int i = 0; i < COLUMN_COUNT; i++)
    if (samples_facts[i].report >= REPORT_LARGEST)
      json_put_real(json, samples_names[i], point->figures[i]);
  json_end_object(json);
}

static void put_rate(struct json_writer *json, const struct standing *standing) {
  const char *unit = NULL;
  double rate = rate_value(standing, standing->described.median, &unit);
  if (unit == NULL || !isfinite(rate)) {
    json_put_null(json, "rate");
    return;
  }
  json_begin_object(json, "rate");
  json_put_real(json, "value", rate);
  json_put_text(json, "of", unit);
  json_end_object(json);
}

static void put_quality(struct json_writer *json, const struct standing *standing) {
  const struct quality *quality = &standing->quality;
  json_begin_object(json, "quality");
  json_put_size(json, "outliers", quality->mild + quality->extreme);
  json_put_size(json, "extreme_outliers", quality->extreme);
  json_put_real(json, "drift", quality->drift);
  json_put_real(json, "drift_p", quality->drift_p);
  json_put_bool(json, "drifts", quality->drifts);
  json_put_real(json, "lag1", quality->lag1);
  json_put_real(json, "lag1_p", quality->lag1_p);
  json_put_bool(json, "correlated", quality->correlated);
  json_put_real(json, "two_modes_p", quality->two_modes_p);
  json_put_bool(json, "two_modes", quality->two_modes);
  json_end_object(json);
}

static void put_base(struct json_writer *json, const struct answer *answer,
                     const struct standing *standing) {
  bool is_base = standing->base == (size_t)(standing - answer->standings);
  json_put_index(json, "base", standing->base);
  json_put_real(json, "speedup", standing->speedup);
  json_put_real(json, "speedup_low", standing->speedup_low);
  json_put_real(json, "speedup_high", standing->speedup_high);
  json_put_real(json, "efficiency", standing->efficiency);
  if (standing->base != NONE && !is_base && standing->count > 0)
    json_put_comparison(json, "comparison", &standing->over_base);
  else
    json_put_null(json, "comparison");
}

static void put_point(struct json_writer *json, const struct answer *answer, size_t index) {
  const struct standing *standing = &answer->standings[index];
  const struct data_point *point = standing->point;
  char *name = point_name(answer->data, point);
  json_begin_object(json, NULL);
  json_put_size(json, "index", index);
  json_put_text(json, "name", name);
  json_put_size(json, "work", standing->problem->work);
  json_put_integer(json, "n", standing->problem->n);
  json_put_size(json, "variant", point->variant);
  json_put_size(json, "machine", point->machine);
  json_put_integer(json, "cores", point->cores);
  json_put_integer(json, "ranks", point->ranks);
  json_put_integer(json, "threads", point->threads);
  json_put_integer(json, "nodes", point->nodes);
  json_put_known(json, "tasks", point->tasks);
  json_put_known(json, "cell_id", point->cell_id);
  json_put_known(json, "binding", point->binding);
  json_put_bool(json, "oversubscribed", point->oversubscribed);
  json_put_bool(json, "sound", standing->sound);
  put_launches(json, standing);
  put_time(json, standing);
  put_rate(json, standing);
  put_figures(json, point);
  put_base(json, answer, standing);
  put_quality(json, standing);
  json_begin_object(json, "shares");
  json_put_real(json, "compute", standing->compute);
  json_put_real(json, "comm", standing->comm);
  json_put_real(json, "wait", standing->wait);
  json_end_object(json);
  json_end_object(json);
  free(name);
}

void json_put_points(struct json_writer *json, const struct answer *answer) {
  json_begin_array(json, "points");
  for (size_t i = 0; i < answer->standing_count; i++)
    put_point(json, answer, i);
  json_end_array(json);
  json_begin_array(json, "failed");
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct data_point *point = answer->standings[i].point;
    if (point->launch_count == answer->standings[i].count)
      continue;
    char *name = point_name(answer->data, point), *reason = failures_text(point);
    json_begin_object(json, NULL);
    json_put_size(json, "index", i);
    json_put_text(json, "name", name);
    json_put_text(json, "reason", reason);
    json_end_object(json);
    free(name);
    free(reason);
  }
  json_end_array(json);
}

/* --- matrix ----------------------------------------------------------------------------------- */

static void put_pairs(struct json_writer *json, const struct contest *contest) {
  json_begin_array(json, "pairs");
  for (size_t i = 0; i < contest->present_count; i++)
    for (size_t k = i + 1; k < contest->present_count; k++) {
      json_begin_object(json, NULL);
      json_put_size(json, "a", contest->present[i]);
      json_put_size(json, "b", contest->present[k]);
      json_put_comparison(json, "comparison", &contest->pairs[i * contest->present_count + k]);
      json_end_object(json);
    }
  json_end_array(json);
}

void json_put_contests(struct json_writer *json, const struct answer *answer) {
  json_begin_array(json, "contests");
  for (size_t c = 0; c < answer->contest_count; c++) {
    const struct contest *contest = &answer->contests[c];
    json_begin_object(json, NULL);
    json_put_size(json, "work", contest->work);
    json_put_size(json, "machine", contest->machine);
    json_put_integer(json, "n", contest->n);
    json_begin_array(json, "entries");
    for (size_t v = 0; v < answer->data->variant_count; v++)
      json_put_index(json, NULL, contest->entries[v]);
    json_end_array(json);
    json_put_index(json, "base", contest->base);
    json_put_index(json, "best", contest->best);
    json_put_bool(json, "sure", contest->sure);
    json_put_index(json, "faster_elsewhere", contest->faster_elsewhere);
    put_pairs(json, contest);
    json_end_object(json);
  }
  json_end_array(json);
}
