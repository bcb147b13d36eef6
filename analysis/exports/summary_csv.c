#include <math.h>
#include <stdlib.h>

#include "analysis/answer/words.h"
#include "analysis/exports/answer_exports.h"
#include "analysis/exports/comparison_names.h"
#include "analysis/exports/csv_row.h"
#include "analysis/exports/exports.h"
#include "common/csv.h"
#include "common/grow.h"

static const char *const columns[] = {"kind",
                                      "kernel",
                                      "options",
                                      "jobs",
                                      "n",
                                      "model",
                                      "variant",
                                      "driver",
                                      "build",
                                      "cores",
                                      "ranks",
                                      "threads",
                                      "tasks",
                                      "grain",
                                      "schedule",
                                      "lock",
                                      "hosts",
                                      "cell_id",
                                      "launches",
                                      "failed",
                                      "superseded",
                                      "min_s",
                                      "p5_s",
                                      "p25_s",
                                      "median_s",
                                      "p75_s",
                                      "p95_s",
                                      "max_s",
                                      "low_s",
                                      "high_s",
                                      "level",
                                      "base",
                                      "speedup",
                                      "speedup_low",
                                      "speedup_high",
                                      "speedup_level",
                                      "efficiency",
                                      "rate",
                                      "rate_unit",
                                      "verdict",
                                      "undecided",
                                      "p",
                                      "p_adjusted",
                                      "cliffs_delta",
                                      "detectable",
                                      "launches_needed",
                                      "outliers",
                                      "extreme_outliers",
                                      "drift",
                                      "drift_p",
                                      "drifts",
                                      "lag1",
                                      "lag1_p",
                                      "correlated",
                                      "two_modes_p",
                                      "two_modes",
                                      "compute",
                                      "comm",
                                      "wait",
                                      "oversubscribed",
                                      "nodes"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void add_factors(struct csv_row *row, const struct answer *answer,
                        const struct standing *standing) {
  const struct data_work *work = standing->work;
  const struct data_variant *variant = standing->variant;
  const struct data_point *point = standing->point;
  csv_row_text(row, bound_names[work->kind]);
  csv_row_text(row, work->kernel);
  csv_row_text(row, work->options);
  csv_row_text(row, work->jobs);
  csv_row_integer(row, standing->problem->n);
  csv_row_text(row, variant->model_text);
  csv_row_text(row, variant->label);
  csv_row_text(row, variant->driver);
  csv_row_text(row, variant->build);
  csv_row_integer(row, point->cores);
  csv_row_integer(row, point->ranks);
  csv_row_integer(row, point->threads);
  csv_row_text(row, point->tasks);
  csv_row_text(row, variant->grain);
  csv_row_text(row, variant->schedule);
  csv_row_text(row, variant->lock);
  csv_row_text(row, answer->data->machines[point->machine].hosts);
  csv_row_text(row, point->cell_id);
}

static void add_times(struct csv_row *row, const struct standing *standing) {
  const struct description *d = &standing->described;
  csv_row_size(row, standing->count);
  csv_row_size(row, standing->point->launch_count - standing->count);
  csv_row_size(row, standing->point->superseded);
  const double times_s[] = {d->min, d->p5,  d->p25, d->median, d->p75,
                            d->p95, d->max, d->low, d->high,   d->level};
  for (size_t i = 0; i < sizeof times_s / sizeof *times_s; i++)
    csv_row_real(row, times_s[i]);
}

static void add_speedup(struct csv_row *row, const struct answer *answer,
                        const struct standing *standing) {
  const char *unit = NULL;
  double rate = rate_value(standing, standing->described.median, &unit);
  bool rated = unit != NULL && isfinite(rate);
  csv_row_text(row, standing->base == NONE ? "" : answer->standings[standing->base].variant->label);
  csv_row_real(row, standing->speedup);
  csv_row_real(row, standing->speedup_low);
  csv_row_real(row, standing->speedup_high);
  csv_row_real(row, isnan(standing->speedup_low) ? NAN : standing->over_base.level);
  csv_row_real(row, standing->efficiency);
  csv_row_real(row, rated ? rate : NAN);
  char *per_second = rated ? grow_text("%s/s", unit) : grow_text("%s", "");
  csv_row_text(row, per_second);
  free(per_second);
}

static void add_verdict(struct csv_row *row, const struct answer *answer,
                        const struct standing *standing) {
  const struct comparison *comparison = &standing->over_base;
  bool is_base = standing->base == (size_t)(standing - answer->standings);
  bool compared = standing->base != NONE && !is_base && standing->count > 0;
  csv_row_text(row, is_base ? "base" : compared ? verdict_names[comparison->verdict] : "");
  csv_row_text(row, compared ? undecided_name(comparison->undecided) : "");
  csv_row_real(row, compared ? comparison->p : NAN);
  csv_row_real(row, compared ? comparison->p_adjusted : NAN);
  csv_row_real(row, compared ? comparison->cliffs_delta : NAN);
  csv_row_real(row, compared ? comparison->detectable : NAN);
  if (compared && comparison->launches_needed > 0)
    csv_row_size(row, comparison->launches_needed);
  else
    csv_row_text(row, "");
}

static void add_quality(struct csv_row *row, const struct standing *standing) {
  const struct quality *quality = &standing->quality;
  csv_row_size(row, quality->mild + quality->extreme);
  csv_row_size(row, quality->extreme);
  csv_row_real(row, quality->drift);
  csv_row_real(row, quality->drift_p);
  csv_row_size(row, quality->drifts);
  csv_row_real(row, quality->lag1);
  csv_row_real(row, quality->lag1_p);
  csv_row_size(row, quality->correlated);
  csv_row_real(row, quality->two_modes_p);
  csv_row_size(row, quality->two_modes);
  csv_row_real(row, standing->compute);
  csv_row_real(row, standing->comm);
  csv_row_real(row, standing->wait);
  csv_row_size(row, standing->point->oversubscribed);
  csv_row_integer(row, standing->point->nodes);
}

int export_summary_csv(FILE *file, const struct answer *answer, struct error *error) {
  csv_write(file, columns, COLUMNS);
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    struct csv_row row = {0};
    add_factors(&row, answer, standing);
    add_times(&row, standing);
    add_speedup(&row, answer, standing);
    add_verdict(&row, answer, standing);
    add_quality(&row, standing);
    csv_row_write(file, &row);
  }
  return export_check(file, error);
}
