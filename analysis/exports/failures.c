#include "analysis/exports/failures.h"

#include <stdlib.h>

#include "common/grow.h"

static bool is_machine_fault(const struct data_launch *launch) {
  return launch->status == STATUS_OOM ||
         (launch->status == STATUS_FAIL && launch->exit_code == EXIT_MACHINE);
}

struct failures failures_count(const struct data_point *point) {
  struct failures failures = {.launches = point->launch_count};
  for (size_t i = 0; i < point->launch_count; i++) {
    const struct data_launch *launch = &point->launches[i];
    failures.by_status[launch->status]++;
    failures.machine += is_machine_fault(launch);
    failures.failed += launch->status != STATUS_OK && launch->status != STATUS_SKIPPED;
  }
  return failures;
}

/* " (signal 11)", " (exit status 1)", "". */
static char *ending_text(const struct data_launch *launch) {
  if (launch->signal > 0)
    return grow_text(" (signal %ld)", launch->signal);
  if (launch->exit_code >= 0 && launch->status != STATUS_SKIPPED)
    return grow_text(" (exit status %ld)", launch->exit_code);
  return grow_text("%s", "");
}

static const struct data_launch *first_with(const struct data_point *point, enum status status) {
  for (size_t i = 0; i < point->launch_count; i++)
    if (point->launches[i].status == status)
      return &point->launches[i];
  return NULL;
}

char *failures_text(const struct data_point *point) {
  struct failures failures = failures_count(point);
  size_t failed = failures.launches - failures.by_status[STATUS_OK], listed = 0;
  if (failed == 0)
    return grow_text("%s", "");
  char *text = grow_text("%zu of %zu launches %s: ", failed, failures.launches,
                         failures.failed > 0 ? "failed" : "were skipped");
  for (int status = 0; status < STATUSES; status++) {
    if (status == STATUS_OK || failures.by_status[status] == 0)
      continue;
    char *ending = ending_text(first_with(point, (enum status)status));
    char *longer = grow_text("%s%s%zu %s%s", text, listed++ > 0 ? ", " : "",
                             failures.by_status[status], status_names[status], ending);
    free(ending);
    free(text);
    text = longer;
  }
  return text;
}
