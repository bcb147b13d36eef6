/* The whole answer as one document. */
#include "analysis/exports/answer_exports.h"
#include "analysis/exports/answer_json.h"
#include "analysis/exports/comparison_names.h"
#include "analysis/exports/exports.h"

void json_put_index(struct json_writer *json, const char *name, size_t index) {
  if (index == NONE)
    json_put_null(json, name);
  else
    json_put_size(json, name, index);
}

void json_put_known(struct json_writer *json, const char *name, const char *text) {
  json_put_text(json, name, *text != '\0' ? text : NULL);
}

void json_put_comparison(struct json_writer *json, const char *name,
                         const struct comparison *comparison) {
  json_begin_object(json, name);
  json_put_text(json, "verdict", verdict_names[comparison->verdict]);
  json_put_known(json, "undecided", undecided_name(comparison->undecided));
  json_put_real(json, "ratio", comparison->ratio);
  json_put_real(json, "low", comparison->low);
  json_put_real(json, "high", comparison->high);
  json_put_real(json, "level", comparison->level);
  json_put_known(json, "test", rank_test_name(comparison->test));
  json_put_real(json, "p", comparison->p);
  json_put_real(json, "p_adjusted", comparison->p_adjusted);
  json_put_real(json, "cliffs_delta", comparison->cliffs_delta);
  json_put_real(json, "detectable", comparison->detectable);
  json_put_index(json, "launches_needed",
                 comparison->launches_needed > 0 ? comparison->launches_needed : NONE);
  json_end_object(json);
}

static const char *design_name(enum design design) {
  static const char *const names[] = {[DESIGN_ROUNDS] = "rounds",
                                      [DESIGN_INDEPENDENT] = "independent",
                                      [DESIGN_BATCH] = "batch",
                                      [DESIGN_DIFFERENT] = "different"};
  return names[design];
}

static void put_settings(struct json_writer *json, const struct answer *answer) {
  json_begin_object(json, "settings");
  json_put_text(json, "baseline", answer->baseline);
  json_put_real(json, "margin", answer->margin);
  json_put_text(json, "design", design_name(answer->design));
  json_put_text(json, "design_reason", answer->design_why);
  json_put_bool(json, "weak", answer->weak);
  json_put_size(json, "points_family", answer->points_family);
  json_put_size(json, "matrix_family", answer->matrix_family);
  json_put_real(json, "noise_floor", answer->noise_floor);
  json_put_real(json, "equivalence_level", equivalence_level);
  json_end_object(json);
}

int export_json(FILE *file, const struct answer *answer, struct error *error) {
  struct json_writer json = {.file = file};
  json_begin_object(&json, NULL);
  json_put_text(&json, "format", "quartet-report");
  json_put_integer(&json, "version", 1);
  json_put_run(&json, answer);
  put_settings(&json, answer);
  json_put_factors(&json, answer->data);
  json_put_points(&json, answer);
  json_put_contests(&json, answer);
  json_put_breakevens(&json, answer);
  json_put_laws(&json, answer);
  json_put_findings(&json, answer->run);
  json_end_object(&json);
  return export_check(file, error);
}
