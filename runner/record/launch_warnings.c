#include "runner/record/launch_warnings.h"

#include <inttypes.h>
#include <stdlib.h>

#include "runner/launch/command.h"

static const char *add_binding(struct warnings *warnings, const struct point *point,
                               const struct tools *tools, const char *bound) {
  char text[POINT_TEXT], *problem = command_binding_problem(point, tools, bound);
  const char *added =
      warnings_add(warnings, "binding", point, "%s: %s", point_text(point, text), problem);
  free(problem);
  return added;
}

const char *warn_of_binding(struct warnings *warnings, struct launch_schedule *schedule,
                            size_t point, const struct tools *tools,
                            const struct outcome *outcome) {
  if (outcome->status != STATUS_OK || !schedule_bound(schedule, point, outcome->binding))
    return NULL;
  return add_binding(warnings, &schedule->plan->points[point], tools, outcome->bound);
}

void warn_of_earlier_bindings(struct warnings *warnings, const struct launch_schedule *schedule,
                              const struct tools *tools, const struct run_record *record) {
  for (size_t i = 0; i < schedule->plan->point_count; i++) {
    const struct point *point = &schedule->plan->points[i];
    if (schedule->tracks[i].binding == BINDING_OTHER &&
        !run_record_warns(record, "binding", point->cell_id))
      add_binding(warnings, point, tools, NULL);
  }
}

const char *warn_of_foreign_lines(struct warnings *warnings, const struct foreign *foreign,
                                  bool *reported) {
  if (foreign->lines == 0 || *reported)
    return NULL;
  *reported = true;
  return warnings_add(warnings, "foreign_output", NULL,
                      "lines on a driver's standard output that are not rows are skipped; the "
                      "first is '%s'",
                      foreign->first);
}

const char *warn_of_suspension(struct warnings *warnings, const struct point *point, int64_t launch,
                               const struct launch_result *result) {
  char text[POINT_TEXT];
  if (result->suspended)
    return warnings_add(warnings, "suspended", point,
                        "%s, launch %" PRId64 ": the job was suspended in each of %d tries; its "
                        "times may contain a pause",
                        point_text(point, text), launch, result->repeats + 1);
  if (result->repeats > 0)
    return warnings_add(warnings, "suspended", point,
                        "%s, launch %" PRId64 ": the job was suspended meanwhile; the launch was "
                        "repeated",
                        point_text(point, text), launch);
  return NULL;
}
