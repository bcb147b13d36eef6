#include "runner/record/acceptance.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/lines.h"
#include "common/number.h"
#include "common/stats.h"
#include "common/streams.h"
#include "runner/plan/derive.h"

/* That the condition has a value for every point, the plan has seen to. */
static bool applies(const struct reference *reference, const struct config *config,
                    const struct point *point) {
  struct error error = {0};
  bool holds;
  if (reference->cell_id != NULL)
    return strcmp(point->cell_id, reference->cell_id) == 0;
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

static void print_verdict(FILE *file, const struct acceptance_verdict *verdict) {
  const struct reference *reference = verdict->reference;
  char text[POINT_TEXT], got[FIGURE_TEXT], wanted[FIGURE_TEXT], low[32] = "", high[32] = "";
  if (!isnan(reference->lower))
    snprintf(low, sizeof low, " %+g %%", 100 * reference->lower);
  if (!isnan(reference->upper))
    snprintf(high, sizeof high, " %+g %%", 100 * reference->upper);
  lines_printf(file, verdict->accepted ? "accepted      " : "not accepted  ", 14,
               "%s: %s, reference %s%s%s", point_text(verdict->point, text),
               isnan(verdict->measured) ? "no result" : figure(reference, verdict->measured, got),
               figure(reference, reference->value, wanted), low, high);
}

static struct acceptance_verdict judge(const struct reference *reference, const struct point *point,
                                       const struct track *track) {
  struct acceptance_verdict verdict = {.reference = reference,
                                       .point = point,
                                       .measured =
                                           track != NULL ? result_of(reference, track) : NAN,
                                       .lower = reference->value * (1 + reference->lower),
                                       .upper = reference->value * (1 + reference->upper)};
  const char *unit = track != NULL && *track->work_unit != '\0' ? track->work_unit : "1";
  if (reference->metric == METRIC_RATE)
    snprintf(verdict.unit, sizeof verdict.unit, "%s/s", unit);
  else
    snprintf(verdict.unit, sizeof verdict.unit, "%s",
             reference->metric == METRIC_TIME ? "s" : "B/s");
  /* A NaN is no bound. */
  verdict.accepted = !isnan(verdict.measured) && !(verdict.measured < verdict.lower) &&
                     !(verdict.measured > verdict.upper);
  return verdict;
}

void acceptance_check(struct acceptance *acceptance, const struct config *config,
                      const struct plan *plan, const struct launch_schedule *schedule) {
  *acceptance = (struct acceptance){0};
  for (size_t r = 0; r < config->reference_count; r++) {
    const struct reference *reference = &config->references[r];
    size_t before = acceptance->count;
    for (size_t i = 0; i < plan->point_count; i++)
      if (applies(reference, config, &plan->points[i]))
        *GROW(acceptance->items, acceptance->count) =
            judge(reference, &plan->points[i], &schedule->tracks[i]);
    if (acceptance->count == before && plan->shard.count == 0) /* another shard may have them */
      *GROW(acceptance->items, acceptance->count) = judge(reference, NULL, NULL);
  }
  for (size_t i = 0; i < acceptance->count; i++)
    acceptance->refused += !acceptance->items[i].accepted;
}

void acceptance_free(struct acceptance *acceptance) {
  free(acceptance->items);
  *acceptance = (struct acceptance){0};
}

void acceptance_print(const struct acceptance *acceptance, const struct config *config,
                      bool quiet) {
  for (size_t i = 0; i < acceptance->count; i++) {
    const struct acceptance_verdict *verdict = &acceptance->items[i];
    const struct located *at = &verdict->reference->at;
    const char *path = at->document->path != NULL ? at->document->path : config->path;
    if (verdict->point == NULL)
      fprintf(stderr, "%s:%zu: this reference applies to no point\n", path,
              at->node->start_mark.line + 1);
    else if (!quiet || !verdict->accepted)
      print_verdict(quiet ? stderr : stdout, verdict);
  }
  streams_flush();
}
