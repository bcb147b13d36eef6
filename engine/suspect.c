#include "engine/suspect.h"

#include <stdlib.h>

#include "common/grow.h"

/* Of the wall time. What is below, a reader of medians need not know. */
static const double SHARE = 0.05;

/* Of the pages. Arrays are seldom cut at pages, and of few a sample is coarse. */
static const double REMOTE_SHARE = 0.1;

unsigned suspect_find(const struct repetition *r, const struct suspect_launch *launch) {
  double wall_s = r->figures[COLUMN_wall_s]; /* what is not known is NaN: no evidence */
  const bool found[SUSPICIONS] = {
      [SUSPECT_LATE_START] = r->late,
      [SUSPECT_DESCHEDULED] = r->missing_cpu_s > SHARE * wall_s,
      [SUSPECT_STEAL] = r->figures[COLUMN_steal_s] > SHARE * wall_s,
      [SUSPECT_THROTTLED] = r->figures[COLUMN_throttled_s] > 0,
      [SUSPECT_MAJOR_FAULTS] = r->figures[COLUMN_faults_major] > 0,
      [SUSPECT_TIMER] = r->clock_readings * launch->reading_s + launch->step_s > SHARE * wall_s,
      [SUSPECT_CORE_TYPES] = launch->locality->core_types_differ,
      [SUSPECT_REMOTE_PAGES] = launch->locality->remote_pages > REMOTE_SHARE,
  };
  unsigned suspicions = 0;
  for (int i = 0; i < SUSPICIONS; i++)
    suspicions |= (unsigned)found[i] << i;
  return suspicions;
}

char *suspect_text(unsigned suspicions) {
  static const char *const names[SUSPICIONS] = {"late_start", "descheduled",  "steal",
                                                "throttled",  "major_faults", "timer",
                                                "core_types", "remote_pages"};
  char *text = grow_text("%s", "");
  for (int i = 0; i < SUSPICIONS; i++)
    if (suspicions >> i & 1) {
      char *longer = grow_text("%s%s%s", text, *text == '\0' ? "" : "+", names[i]);
      free(text);
      text = longer;
    }
  return text;
}
