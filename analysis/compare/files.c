/* A comparison as CSV and as JSON. */
#include <math.h>
#include <stdlib.h>

#include "analysis/compare/facts.h"
#include "analysis/compare/report.h"
#include "analysis/exports/comparison_names.h"
#include "analysis/exports/csv_row.h"
#include "analysis/exports/exports.h"
#include "analysis/exports/json_writer.h"
#include "analysis/exports/point_names.h"
#include "common/csv.h"

/* The figures of one point; a missing one is NaN or "". */
struct record {
  const struct dataset *data;
  const struct data_point *any;
  double median_first_s, median_later_s;
  size_t launches_first, launches_later;
  double level, p, p_adjusted, delta, detectable;
  size_t launches_needed;
  const char *verdict, *undecided, *fails;
};

static size_t verified(const struct compared_run *run, size_t point) {
  return point == NO_POINT ? 0 : point_times(&run->data.points[point], NULL, NULL);
}

static struct record record_of(const struct compare *compare, const struct compared_point *point,
                               const struct fail_on *fail_on) {
  const struct compared_run *first = &compare->runs[0], *later = &compare->runs[point->run];
  const struct comparison *comparison = &point->comparison;
  bool compared = point->comparable;
  enum comparison_finding finding = fail_on != NULL ? fail_on_judge(fail_on, point) : FINDINGS;
  struct record record = {
      .median_first_s = compared_median(first, point->first),
      .median_later_s = compared_median(later, point->later),
      .launches_first = verified(first, point->first),
      .launches_later = verified(later, point->later),
      .level = compared ? comparison->level : NAN,
      .p = compared ? comparison->p : NAN,
      .p_adjusted = compared ? comparison->p_adjusted : NAN,
      .delta = compared ? comparison->cliffs_delta : NAN,
      .detectable = compared ? comparison->detectable : NAN,
      .launches_needed = compared ? comparison->launches_needed : 0,
      .verdict = compared ? verdict_names[comparison->verdict]
                 : point->first == NO_POINT || point->later == NO_POINT ? "missing"
                                                                        : "failed",
      .undecided = compared ? undecided_name(comparison->undecided) : "",
      .fails = finding == FINDINGS ? "" : finding_names[finding],
  };
  record.any = compared_data_point(compare, point, &record.data);
  return record;
}

/* --- CSV -------------------------------------------------------------------------------------- */

static const char *const columns[] = {"run",
                                      "kernel",
                                      "options",
                                      "jobs",
                                      "n",
                                      "variant",
                                      "driver",
                                      "cores",
                                      "cell_id",
                                      "launches_first",
                                      "launches_later",
                                      "failed_first",
                                      "failed_later",
                                      "median_first_s",
                                      "median_later_s",
                                      "ratio",
                                      "low",
                                      "high",
                                      "level",
                                      "verdict",
                                      "undecided",
                                      "p",
                                      "p_adjusted",
                                      "cliffs_delta",
                                      "detectable",
                                      "launches_needed",
                                      "fails"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static void add_factors(struct csv_row *row, const struct compare *compare,
                        const struct compared_point *point, const struct record *record) {
  const struct data_problem *problem = &record->data->problems[record->any->problem];
  const struct data_work *work = &record->data->works[problem->work];
  const struct data_variant *variant = &record->data->variants[record->any->variant];
  csv_row_text(row, compare->runs[point->run].letter);
  csv_row_text(row, work->kernel);
  csv_row_text(row, work->options);
  csv_row_text(row, work->jobs);
  csv_row_integer(row, problem->n);
  csv_row_text(row, variant->label);
  csv_row_text(row, variant->driver);
  csv_row_integer(row, record->any->cores);
  csv_row_text(row, record->any->cell_id);
}

int compare_csv(FILE *file, const struct compare *compare, const struct fail_on *fail_on,
                struct error *error) {
  csv_write(file, columns, COLUMNS);
  for (size_t i = 0; i < compare->point_count; i++) {
    const struct compared_point *point = &compare->points[i];
    struct record record = record_of(compare, point, fail_on);
    struct csv_row row = {0};
    add_factors(&row, compare, point, &record);
    csv_row_size(&row, record.launches_first);
    csv_row_size(&row, record.launches_later);
    csv_row_size(&row, point->failed_first);
    csv_row_size(&row, point->failed_later);
    const double times[] = {record.median_first_s, record.median_later_s, point->ratio, point->low,
                            point->high,           record.level};
    for (size_t k = 0; k < sizeof times / sizeof *times; k++)
      csv_row_real(&row, times[k]);
    csv_row_text(&row, record.verdict);
    csv_row_text(&row, record.undecided);
    const double tests[] = {record.p, record.p_adjusted, record.delta, record.detectable};
    for (size_t k = 0; k < sizeof tests / sizeof *tests; k++)
      csv_row_real(&row, tests[k]);
    if (record.launches_needed > 0)
      csv_row_size(&row, record.launches_needed);
    else
      csv_row_text(&row, "");
    csv_row_text(&row, record.fails);
    csv_row_write(file, &row);
  }
  return export_check(file, error);
}

/* --- JSON ------------------------------------------------------------------------------------- */

static void put_runs(struct json_writer *json, const struct compare *compare) {
  json_begin_array(json, "runs");
  for (size_t i = 0; i < compare->run_count; i++) {
    const struct compared_run *run = &compare->runs[i];
    json_begin_object(json, NULL);
    json_put_text(json, "letter", run->letter);
    json_put_text(json, "results", run->results);
    json_put_text(json, "run_id", *run->run.run_id != '\0' ? run->run.run_id : NULL);
    json_put_text(json, "name", *run->run.name != '\0' ? run->run.name : NULL);
    json_put_size(json, "points", run->data.point_count);
    json_put_real(json, "noise_floor", run->noise_floor);
    json_end_object(json);
  }
  json_end_array(json);
}

static void put_counts(struct json_writer *json, const struct compare *compare) {
  json_begin_array(json, "counts");
  for (size_t run = 1; run < compare->run_count; run++) {
    struct compare_counts counts = compare_count(compare, run);
    json_begin_object(json, NULL);
    json_put_text(json, "run", compare->runs[run].letter);
    json_put_size(json, "compared", counts.compared);
    json_put_size(json, "slower", counts.by_verdict[VERDICT_SLOWER]);
    json_put_size(json, "faster", counts.by_verdict[VERDICT_FASTER]);
    json_put_size(json, "same", counts.by_verdict[VERDICT_SAME]);
    json_put_size(json, "cannot_tell", counts.by_verdict[VERDICT_CANNOT_TELL]);
    json_put_size(json, "only_first", counts.only_first);
    json_put_size(json, "only_later", counts.only_later);
    json_put_size(json, "failed", counts.failed);
    json_end_object(json);
  }
  json_end_array(json);
}

static void put_facts(struct json_writer *json, const struct compare *compare) {
  struct fact_list facts = facts_that_differ(compare);
  json_begin_array(json, "facts");
  for (size_t i = 0; i < facts.count; i++) {
    json_begin_object(json, NULL);
    json_put_text(json, "name", facts.items[i].name);
    json_begin_array(json, "values");
    for (size_t k = 0; k < compare->run_count; k++) {
      const char *value = facts.items[i].values[k];
      json_put_text(json, NULL, *value != '\0' ? value : NULL);
    }
    json_end_array(json);
    json_end_object(json);
  }
  json_end_array(json);
  facts_free(&facts);
}

static void put_index(struct json_writer *json, const char *name, size_t index) {
  if (index == NO_POINT)
    json_put_null(json, name);
  else
    json_put_size(json, name, index);
}

static void put_point(struct json_writer *json, const struct compare *compare,
                      const struct compared_point *point, const struct fail_on *fail_on) {
  struct record record = record_of(compare, point, fail_on);
  char *name = point_name(record.data, record.any);
  json_begin_object(json, NULL);
  json_put_text(json, "run", compare->runs[point->run].letter);
  json_put_text(json, "name", name);
  put_index(json, "first", point->first);
  put_index(json, "later", point->later);
  json_put_real(json, "median_first_s", record.median_first_s);
  json_put_real(json, "median_later_s", record.median_later_s);
  json_put_size(json, "launches_first", record.launches_first);
  json_put_size(json, "launches_later", record.launches_later);
  json_put_size(json, "failed_first", point->failed_first);
  json_put_size(json, "failed_later", point->failed_later);
  json_put_real(json, "ratio", point->ratio);
  json_put_real(json, "low", point->low);
  json_put_real(json, "high", point->high);
  json_put_real(json, "level", record.level);
  json_put_text(json, "verdict", record.verdict);
  json_put_text(json, "undecided", *record.undecided != '\0' ? record.undecided : NULL);
  json_put_real(json, "p", record.p);
  json_put_real(json, "p_adjusted", record.p_adjusted);
  json_put_real(json, "cliffs_delta", record.delta);
  json_put_real(json, "detectable", record.detectable);
  put_index(json, "launches_needed",
            record.launches_needed > 0 ? record.launches_needed : NO_POINT);
  json_put_text(json, "fails", *record.fails != '\0' ? record.fails : NULL);
  json_end_object(json);
  free(name);
}

int compare_json(FILE *file, const struct compare *compare, const struct fail_on *fail_on,
                 struct error *error) {
  struct json_writer json = {.file = file};
  json_begin_object(&json, NULL);
  json_put_text(&json, "format", "quartet-comparison");
  json_put_integer(&json, "version", 1);
  json_put_real(&json, "margin", compare->margin);
  json_put_size(&json, "family", compare->family);
  put_runs(&json, compare);
  put_counts(&json, compare);
  put_facts(&json, compare);
  json_begin_array(&json, "points");
  for (size_t i = 0; i < compare->point_count; i++)
    put_point(&json, compare, &compare->points[i], fail_on);
  json_end_array(&json);
  json_end_object(&json);
  return export_check(file, error);
}
