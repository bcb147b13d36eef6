/* A test suite for each work, a test case for each point; the config's references are a suite of
 * their own. */
#include <math.h>
#include <stdlib.h>

#include "analysis/exports/answer_exports.h"
#include "analysis/exports/exports.h"
#include "analysis/exports/failures.h"
#include "analysis/exports/junit_suites.h"
#include "analysis/exports/point_names.h"
#include "common/grow.h"

static double measured_time(const struct data_point *point) {
  double time_s = 0;
  for (size_t i = 0; i < point->launch_count; i++)
    if (point->launches[i].status == STATUS_OK && isfinite(point->launches[i].wall_s))
      time_s += point->launches[i].wall_s;
  return time_s;
}

static void add_point(struct junit_suite *suite, const struct answer *answer,
                      const struct data_point *point) {
  struct failures failures = failures_count(point);
  struct junit_case *test = junit_case(suite, point_name(answer->data, point));
  test->time_s = measured_time(point);
  if (failures.failed == 0 && failures.by_status[STATUS_OK] > 0)
    return;
  test->message = failures_text(point);
  test->outcome = failures.failed == 0                  ? JUNIT_SKIPPED
                  : failures.machine == failures.failed ? JUNIT_ERROR
                                                        : JUNIT_FAILURE;
  for (int status = 0; status < STATUSES && test->type == NULL; status++)
    if (status != STATUS_OK && status != STATUS_SKIPPED && failures.by_status[status] > 0)
      test->type = grow_text("%s", status_names[status]);
}

/* "measured 1.2e+09 flop/s, reference 2e+09, within 1.8e+09 .. 2.2e+09". */
static char *acceptance_text(const struct run_acceptance *verdict) {
  char *measured = isnan(verdict->measured)
                       ? grow_text("no result")
                       : grow_text("measured %.4g %s", verdict->measured, verdict->unit);
  char *low =
      isnan(verdict->lower) ? grow_text("%s", "") : grow_text(", at least %.4g", verdict->lower);
  char *high =
      isnan(verdict->upper) ? grow_text("%s", "") : grow_text(", at most %.4g", verdict->upper);
  char *text = grow_text("%s; reference %.4g %s%s%s", measured, verdict->reference, verdict->unit,
                         low, high);
  free(measured);
  free(low);
  free(high);
  return text;
}

static void add_acceptance(struct junit *junit, const struct run_file *run) {
  struct junit_suite *suite = junit_suite(junit, grow_text("acceptance"));
  for (size_t i = 0; run != NULL && i < run->acceptance_count; i++) {
    const struct run_acceptance *verdict = &run->acceptance[i];
    struct junit_case *test = junit_case(
        suite, grow_text("%s: %s", *verdict->point != '\0' ? verdict->point : verdict->where,
                         verdict->metric));
    if (verdict->accepted == TRUTH_YES)
      continue;
    test->outcome = JUNIT_FAILURE;
    test->type = grow_text("acceptance");
    test->message = acceptance_text(verdict);
  }
}

int export_junit(FILE *file, const struct answer *answer, struct error *error) {
  struct junit junit = {0};
  struct junit_suite *suite = NULL;
  size_t work = NONE;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    if (standing->problem->work != work)
      suite = junit_suite(&junit, work_path(answer->data, work = standing->problem->work));
    add_point(suite, answer, standing->point);
  }
  add_acceptance(&junit, answer->run);
  char *name =
      grow_text("Quartet%s%s", answer->run != NULL && *answer->run->name != '\0' ? " " : "",
                answer->run != NULL && *answer->run->name != '\0' ? answer->run->name : "");
  junit_write(file, &junit, name);
  free(name);
  junit_free(&junit);
  return export_check(file, error);
}
