/* The reader of run.json against any bytes: what is read must be freed, texts are never NULL. */
#include "analysis/data/run_file.h"

#include "tests/fuzz.h"

static void check_lists(const struct run_file *run) {
  for (size_t i = 0; i < run->environment_count; i++)
    MUST(run->environment[i].name != NULL && run->environment[i].value != NULL);
  for (size_t i = 0; i < run->session_count; i++)
    MUST(run->sessions[i].run_id != NULL && run->sessions[i].host != NULL);
  for (size_t i = 0; i < run->exclusion_count; i++)
    MUST(run->exclusions[i].why != NULL && run->exclusions[i].options != NULL);
  for (size_t i = 0; i < run->warning_count; i++)
    MUST(run->warnings[i].text != NULL && run->warnings[i].kind != NULL);
  for (size_t i = 0; i < run->acceptance_count; i++)
    MUST(run->acceptance[i].where != NULL && run->acceptance[i].unit != NULL);
  for (size_t i = 0; i < run->build_count; i++)
    MUST(run_file_build(run, run->builds[i].label) != NULL);
  for (size_t i = 0; i < run->mistyped_count; i++)
    MUST(*run->mistyped[i] != '\0');
}

static void check_points(const struct run_file *run) {
  for (size_t i = 0; i < run->point_count; i++) {
    const struct run_point *point = &run->points[i];
    const struct run_point *found = run_file_point(run, point->cell_id);
    MUST(found != NULL && strcmp(found->cell_id, point->cell_id) == 0);
    MUST(i == 0 || strcmp(run->points[i - 1].cell_id, point->cell_id) <= 0);
    MUST(point->enough != NULL && point->driver_options != NULL);
    for (size_t k = 0; k < point->derived_count; k++)
      MUST(point->derived[k].name != NULL && point->derived[k].value != NULL);
  }
}

static unsigned try_bytes(const char *text, size_t bytes) {
  struct run_file run;
  struct error error = {0};
  int code = run_file_parse(&run, text, bytes, "x", &error);
  MUST(code == 0 || code == EXIT_USAGE);
  MUST((code == 0) == (*error.message == '\0') && run.found == (code == 0));
  MUST(run.name != NULL && run.machine.processor != NULL && run.build.compiler != NULL);
  MUST(run.equivalence_margin > 0 && run.equivalence_margin < 1);
  check_lists(&run);
  check_points(&run);
  run_file_free(&run);
  return code == 0 ? FUZZ_READ : 0;
}
