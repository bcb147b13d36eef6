/* All points: one table for each work over all sizes, models and cores. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

/* In which unit the rates of a table stand: that of its largest. */
struct rate_scale {
  const char *unit; /* "flop/s"; NULL: there are no rates */
  const char *prefix;
  double factor;
};

static struct rate_scale find_scale(const struct answer *answer, size_t begin, size_t end) {
  static const struct {
    const char *prefix;
    double factor;
  } prefixes[] = {{"T", 1e12}, {"G", 1e9}, {"M", 1e6}, {"k", 1e3}, {"", 1}};
  struct rate_scale scale = {NULL, "", 1};
  double most = 0;
  for (size_t i = begin; i < end; i++) {
    const char *unit;
    double rate = rate_value(&answer->standings[i], answer->standings[i].described.median, &unit);
    if (unit == NULL || !(rate > most))
      continue;
    most = rate;
    scale.unit = unit;
  }
  for (size_t i = sizeof prefixes / sizeof *prefixes; i-- > 0;)
    if (most >= prefixes[i].factor) {
      scale.prefix = prefixes[i].prefix;
      scale.factor = prefixes[i].factor;
    }
  return scale;
}

/* Messages are looked at one by one. Operations that are messages count between threads, too, where
 * none is sent from process to process. */
static double messages_of(const struct standing *standing) {
  return strcmp(standing->work->unit, "messages") == 0
             ? standing->point->figures[COLUMN_work_op]
             : standing->point->figures[COLUMN_work_message];
}

static bool has_messages(const struct standing *standing) {
  return standing->work->kind == BOUND_NETWORK && messages_of(standing) > 0;
}

static void add_columns(struct table *table, const struct answer *answer, bool messages,
                        const struct rate_scale *scale) {
  table_column(table, true, false, "n", NULL);
  table_column(table, false, false, "model", NULL);
  table_column(table, true, false, "cores", NULL);
  if (answer->data->several_nodes)
    table_column(table, true, false, "nodes", NULL);
  table_column(table, true, false, "time",
               "Median over launches of the median of each launch's timed repetitions.");
  table_column(table, false, false, "interval",
               "Order statistics of the launches' medians: at least 95 % confidence, no "
               "assumption on the distribution.");
  table_column(table, true, false, "speedup",
               answer->weak ? "Scaled speedup: the rate of work over the base's."
                            : "Over the base: Hodges-Lehmann estimate of the ratio of times.");
  table_column(table, true, messages,
               "effi\xc2\xad"
               "ciency",
               "Speedup over the number of cores.");
  if (messages)
    table_column(table, true, false, "a message", "Median time over the number of messages.");
  char *rate =
      grow_text("%s%s%s", scale->unit != NULL ? scale->prefix : "",
                scale->unit != NULL ? scale->unit : "rate", scale->unit != NULL ? "/s" : "");
  table_column(table, true, false, rate, "Work of a repetition over its median time.");
  free(rate);
  table_column(table, false, true, "verdict",
               "Against the base; see the methods for the tests and the family.");
  table_column(table, false, true, "notes", NULL);
}

static const char *verdict_text(const struct answer *answer, const struct standing *standing) {
  if (standing->count == 0)
    return "failed";
  if (standing->base == (size_t)(standing - answer->standings))
    return "base";
  return standing->base == NONE ? "-" : verdict_names[standing->over_base.verdict];
}

/* Remarks that limit how far a point can be trusted. */
static char *notes_text(const struct standing *standing) {
  struct word_list list = {0};
  const struct data_point *point = standing->point;
  size_t failed = point->launch_count - standing->count;
  if (failed > 0)
    words_add(&list, grow_text("%zu of %zu launches failed", failed, point->launch_count));
  if (point->oversubscribed)
    words_add(&list, grow_text("oversubscribed"));
  size_t outliers = standing->quality.mild + standing->quality.extreme;
  if (outliers > 0)
    words_add(&list, grow_text("%zu outlier%s", outliers, outliers == 1 ? "" : "s"));
  if (standing->quality.drifts)
    words_add(&list, grow_text("drift"));
  if (standing->quality.correlated)
    words_add(&list, grow_text("launches correlated"));
  if (standing->quality.two_modes)
    words_add(&list, grow_text("two modes"));
  char *joined = words_join(&list);
  words_free(&list);
  return joined;
}

static enum tone tone_of(const struct answer *answer, const struct standing *standing) {
  if (standing->count == 0)
    return TONE_FAILED;
  if (!standing->sound || (standing->point->oversubscribed && standing->work->kind != BOUND_WAIT))
    return TONE_SUSPECT;
  return standing->base == (size_t)(standing - answer->standings) ? TONE_BASE : TONE_NONE;
}

static void add_rate(struct table *table, const struct standing *standing, bool messages,
                     const struct rate_scale *scale) {
  const char *unit;
  char text[NUMBER_TEXT];
  double time_s = standing->described.median;
  double rate = rate_value(standing, time_s, &unit) / scale->factor;
  if (messages && has_messages(standing))
    table_cell(table, TONE_NONE, time_s / messages_of(standing), "%s",
               seconds_format(time_s / messages_of(standing), text));
  else if (messages)
    table_cell(table, TONE_QUIET, NAN, "-");
  if (unit == NULL || isnan(rate))
    table_cell(table, TONE_QUIET, NAN, "-");
  else
    table_cell(table, TONE_NONE, rate, "%.*f", rate < 0.9995 ? 3 : rate < 99.95 ? 2 : 1, rate);
}

static void add_row(struct table *table, const struct answer *answer,
                    const struct standing *standing, bool messages,
                    const struct rate_scale *scale) {
  const struct description *d = &standing->described;
  char size[SIZE_TEXT], time[NUMBER_TEXT] = "-";
  char *interval = bounds_beside_text(d->median, d->low, d->high),
       *speedup = ratio_text(standing->speedup);
  char *efficiency = percent_text(standing->efficiency);
  char *notes = notes_text(standing);
  if (standing->count > 0)
    seconds_format(d->median, time);
  table_cell(table, TONE_NONE, (double)standing->problem->n, "%s",
             size_text(standing->problem->n, size));
  struct table_cell *cell =
      table_cell(table, tone_of(answer, standing), (double)standing->point->variant, "%s",
                 standing->variant->label);
  if (answer->data->machine_count > 1)
    cell->second = grow_text("%s", answer->data->machines[standing->point->machine].label);
  table_cell(table, TONE_NONE, (double)standing->point->cores, "%" PRId64, standing->point->cores);
  if (answer->data->several_nodes)
    table_cell(table, TONE_NONE, (double)standing->point->nodes, "%" PRId64,
               standing->point->nodes);
  cell = table_cell(table, TONE_NONE, d->median, "%s", time);
  cell->hint = grow_text("%zu launches; minimum %.4g s, quartiles %.4g and %.4g s", standing->count,
                         d->min, d->p25, d->p75);
  table_cell(table, TONE_NONE, d->low, "%s", interval);
  table_cell(table, TONE_NONE, standing->speedup, "%s", speedup);
  table_cell(table, TONE_NONE, standing->efficiency, "%s", efficiency);
  add_rate(table, standing, messages, scale);
  table_cell(table, TONE_NONE, standing->over_base.verdict, "%s", verdict_text(answer, standing));
  table_cell(table, TONE_NONE, NAN, "%s", notes);
  free(interval);
  free(speedup);
  free(efficiency);
  free(notes);
}

static void add_work(struct document *document, const struct answer *answer, size_t begin,
                     size_t end) {
  size_t work = answer->standings[begin].problem->work;
  const struct data_work *what = &answer->data->works[work];
  char *name = work_short_name(answer, work), *id = grow_text("points-%zu", work);
  struct table *table = document_table(
      document, SHOW_ALL_POINTS | SHOW_PAGE, id, "%s: %s job%s%s%s", name,
      *what->jobs == '\0' ? "1" : what->jobs, strcmp(what->jobs, "1") == 0 ? "" : "s",
      *what->options == '\0' ? "" : ", ", what->options);
  struct rate_scale scale = find_scale(answer, begin, end);
  bool messages = false;
  for (size_t i = begin; i < end; i++)
    messages |= has_messages(&answer->standings[i]);
  add_columns(table, answer, messages, &scale);
  for (size_t i = begin; i < end; i++)
    add_row(table, answer, &answer->standings[i], messages, &scale);
  free(name);
  free(id);
}

void section_points(struct document *document, const struct answer *answer) {
  document_heading(document, SHOW_ALL_POINTS | SHOW_PAGE, 2, "All points");
  for (size_t begin = 0, end; begin < answer->standing_count; begin = end) {
    end = begin;
    while (end < answer->standing_count &&
           answer->standings[end].problem->work == answer->standings[begin].problem->work)
      end++;
    add_work(document, answer, begin, end);
  }
}
