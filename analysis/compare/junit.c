#include <stdlib.h>
#include <string.h>

#include "analysis/compare/report.h"
#include "analysis/exports/exports.h"
#include "analysis/exports/failures.h"
#include "analysis/exports/junit_suites.h"
#include "analysis/exports/point_names.h"
#include "common/grow.h"

static char *missing_text(const struct compare *compare, const struct compared_point *point) {
  bool in_first = point->first != NO_POINT;
  return grow_text("only in %s, not in %s", compare->runs[in_first ? 0 : point->run].results,
                   compare->runs[in_first ? point->run : 0].results);
}

/* "time +10.2 % [+9.1, +11.3] %, slower, adjusted p = 0.002; 6 of 6 launches failed: ...". */
static char *message_text(const struct compare *compare, const struct compared_point *point) {
  if (point->first == NO_POINT || point->later == NO_POINT)
    return missing_text(compare, point);
  const struct compared_run *later = &compare->runs[point->run];
  char *failures = failures_text(&later->data.points[point->later]);
  char *change = change_text(point->ratio),
       *interval = change_interval_text(point->low, point->high);
  char *text =
      point->comparable
          ? grow_text("time %s%s%s, %s, adjusted p = %.3g%s%s", change,
                      *interval != '\0' ? " " : "", interval,
                      verdict_names[point->comparison.verdict], point->comparison.p_adjusted,
                      *failures != '\0' ? "; " : "", failures)
          : grow_text("no verified time in both runs%s%s", *failures != '\0' ? "; " : "", failures);
  free(failures);
  free(change);
  free(interval);
  return text;
}

static void add_case(struct junit_suite *suite, const struct compare *compare,
                     const struct compared_point *point, const struct fail_on *fail_on) {
  const struct dataset *data;
  const struct data_point *any = compared_data_point(compare, point, &data);
  struct junit_case *test = junit_case(suite, point_name(data, any));
  enum comparison_finding finding = fail_on != NULL ? fail_on_judge(fail_on, point) : FINDINGS;
  test->time_s = compared_median(&compare->runs[point->run], point->later);
  if (finding != FINDINGS) {
    test->outcome = JUNIT_FAILURE;
    test->type = grow_text("%s", finding_names[finding]);
  } else if (!point->comparable) {
    test->outcome = JUNIT_SKIPPED;
  } else {
    return;
  }
  test->message = message_text(compare, point);
}

int compare_junit(FILE *file, const struct compare *compare, const struct fail_on *fail_on,
                  struct error *error) {
  struct junit junit = {0};
  struct junit_suite *suite = NULL;
  char *before = NULL;
  for (size_t i = 0; i < compare->point_count; i++) {
    const struct compared_point *point = &compare->points[i];
    const struct dataset *data;
    const struct data_point *any = compared_data_point(compare, point, &data);
    char *work = work_path(data, data->problems[any->problem].work);
    char *name = grow_text("%s against %s: %s", compare->runs[point->run].letter,
                           compare->runs[0].letter, work);
    if (before == NULL || strcmp(before, name) != 0)
      suite = junit_suite(&junit, grow_text("%s", name));
    add_case(suite, compare, point, fail_on);
    free(before);
    before = name;
    free(work);
  }
  free(before);
  junit_write(file, &junit, "Quartet comparison");
  junit_free(&junit);
  return export_check(file, error);
}
