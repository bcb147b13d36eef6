#include "runner/acceptance.h"

#include <math.h>
#include <stdio.h>

#include "common/number.h"
#include "common/stats.h"
#include "runner/derive.h"

/* That the condition has a value for every point, the plan has seen to. */
static bool applies(const struct reference *reference, const struct config *config,
                    const struct point *point) {
  struct error error = {0};
  bool holds;
  return point_holds(point, reference->where, config, &reference->at, &holds, &error) == 0 && holds;
}

/* NaN: there is none. */
static double result_of(const struct reference *reference, const struct track *track) {
  stats_sort(track->walls_s, track->wall_count);
  double median_s = stats_median(track->walls_s, track->wall_count);
  double amount = reference->metric == METRIC_RATE ? track->operations : track->bytes;
  if (reference->metric == METRIC_TIME)
    return median_s;
  return amount > 0 ? amount / median_s : NAN;
}

enum { FIGURE_TEXT = 64 };

static char *figure(const struct reference *reference, double value, char text[FIGURE_TEXT]) {
  static const char *const units[] = {"", "/s", "B/s"};
  char number[NUMBER_TEXT];
  if (reference->metric == METRIC_TIME)
    snprintf(text, FIGURE_TEXT, "%s", seconds_format(value, number));
  else
    snprintf(text, FIGURE_TEXT, "%s%s", quantity_format(value, number), units[reference->metric]);
  return text;
}

static bool is_within(const struct reference *reference, double result) {
  double low = reference->value * (1 + reference->lower);
  double high = reference->value * (1 + reference->upper);
  return !isnan(result) && !(result < low) && !(result > high); /* NaN bounds hold nobody back */
}

static void tell(FILE *file, const struct reference *reference, const struct point *point,
                 double result, bool accepted) {
  char text[POINT_TEXT], got[FIGURE_TEXT], wanted[FIGURE_TEXT], low[32] = "", high[32] = "";
  if (!isnan(reference->lower))
    snprintf(low, sizeof low, " %+g %%", 100 * reference->lower);
  if (!isnan(reference->upper))
    snprintf(high, sizeof high, " %+g %%", 100 * reference->upper);
  fprintf(file, "%s  %s: %s, reference %s%s%s\n", accepted ? "accepted    " : "not accepted",
          point_text(point, text), isnan(result) ? "no result" : figure(reference, result, got),
          figure(reference, reference->value, wanted), low, high);
}

size_t acceptance_check(const struct config *config, const struct plan *plan,
                        const struct schedule *schedule, bool quiet) {
  size_t refused = 0;
  for (size_t r = 0; r < config->reference_count; r++) {
    const struct reference *reference = &config->references[r];
    bool applied = false;
    for (size_t i = 0; i < plan->point_count; i++) {
      if (!applies(reference, config, &plan->points[i]))
        continue;
      double result = result_of(reference, &schedule->tracks[i]);
      bool accepted = is_within(reference, result);
      applied = true;
      refused += !accepted;
      if (!quiet || !accepted)
        tell(quiet ? stderr : stdout, reference, &plan->points[i], result, accepted);
    }
    if (applied)
      continue;
    refused++;
    const char *path = reference->at.document->path;
    fprintf(stderr, "%s:%zu: this reference applies to no point\n",
            path != NULL ? path : config->path, reference->at.node->start_mark.line + 1);
  }
  fflush(stdout);
  return refused;
}
