#include "analysis/answer/words.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/number.h"

void words_add(struct word_list *list, char *text) {
  *GROW(list->items, list->count) = text;
}

char *words_join(const struct word_list *list) {
  char *joined = grow_text("%s", "");
  for (size_t i = 0; i < list->count; i++) {
    const char *separator = i == 0 ? "" : i + 1 == list->count ? " and " : ", ";
    char *longer = grow_text("%s%s%s", joined, separator, list->items[i]);
    free(joined);
    joined = longer;
  }
  return joined;
}

void words_free(struct word_list *list) {
  for (size_t i = 0; i < list->count; i++)
    free(list->items[i]);
  free(list->items);
  *list = (struct word_list){0};
}

/* Decimals that leave three significant digits. */
static int decimals_of(double value) {
  double size = fabs(value);
  return size < 0.0995 ? 3 : size < 9.995 ? 2 : size < 99.95 ? 1 : 0;
}

char *ratio_text(double ratio) {
  return isnan(ratio) ? grow_text("-") : grow_text("%.*fx", decimals_of(ratio), ratio);
}

char *ratio_interval_text(double ratio, double low, double high) {
  if (isnan(ratio) || isnan(low) || isnan(high))
    return ratio_text(ratio);
  return grow_text("%.*fx [%.*f, %.*f]", decimals_of(ratio), ratio, decimals_of(low), low,
                   decimals_of(high), high);
}

char *narrow_interval_text(double low, double high) {
  if (isnan(low) || isnan(high))
    return grow_text("%s", "");
  return grow_text("%.*f-%.*f", decimals_of(low), low, decimals_of(high), high);
}

char *time_bounds_text(double low_s, double high_s) {
  char low[NUMBER_TEXT], high[NUMBER_TEXT];
  if (isnan(low_s) || isnan(high_s))
    return grow_text("%s", "");
  seconds_format(low_s, low);
  seconds_format(high_s, high);
  char *low_unit = strchr(low, ' ');
  const char *high_unit = strchr(high, ' ');
  if (low_unit == NULL || high_unit == NULL || strcmp(low_unit, high_unit) != 0)
    return grow_text("[%s, %s]", low, high);
  *low_unit = '\0';
  return grow_text("[%s, %.*s]%s", low, (int)(high_unit - high), high, high_unit);
}

char *bounds_beside_text(double value_s, double low_s, double high_s) {
  char value[NUMBER_TEXT], *bounds = time_bounds_text(low_s, high_s);
  const char *unit = strchr(seconds_format(value_s, value), ' ');
  char *end = strrchr(bounds, ']');
  if (unit != NULL && end != NULL && strcmp(end + 1, unit) == 0)
    end[1] = '\0';
  return bounds;
}

char *time_interval_text(double value_s, double low_s, double high_s) {
  char value[NUMBER_TEXT], *bounds = bounds_beside_text(value_s, low_s, high_s);
  char *text =
      grow_text("%s%s%s", seconds_format(value_s, value), *bounds != '\0' ? " " : "", bounds);
  free(bounds);
  return text;
}

char *percent_text(double share) {
  if (isnan(share))
    return grow_text("-");
  return grow_text("%.*f %%", fabs(share) < 0.0995 ? 1 : 0, 100 * share);
}

double rate_value(const struct standing *standing, double time_s, const char **unit) {
  const struct data_point *point = standing->point;
  *unit = NULL;
  if ((standing->work->kind == BOUND_MEMORY || standing->work->kind == BOUND_NETWORK) &&
      point->figures[COLUMN_work_byte] > 0) {
    *unit = "B";
    return point->figures[COLUMN_work_byte] / time_s;
  }
  if (!(point->figures[COLUMN_work_op] > 0))
    return NAN;
  *unit = *standing->work->unit != '\0' ? standing->work->unit : "op";
  return point->figures[COLUMN_work_op] / time_s;
}

char *rate_text(const struct standing *standing, double time_s) {
  const char *unit;
  char number[NUMBER_TEXT];
  double rate = rate_value(standing, time_s, &unit);
  if (unit == NULL || !isfinite(rate))
    return grow_text("%s", "");
  return grow_text("%s%s/s", quantity_format(rate, number), unit);
}

/* Beyond these, more launches are no advice. */
enum { LAUNCHES_ADVISED = 1000 };
static const double detectable_advised = 0.5;

static char *needed_text(const struct comparison *comparison) {
  size_t needed = comparison->launches_needed;
  if (needed == 0)
    return grow_text("more launches would be needed to decide");
  return needed > LAUNCHES_ADVISED
             ? grow_text("more than %d launches of each would be needed", LAUNCHES_ADVISED)
             : grow_text("about %zu launches of each would be needed to decide", needed);
}

static char *noise_text(const struct comparison *comparison, const char *needed) {
  if (isnan(comparison->detectable))
    return grow_text("%s", needed);
  if (comparison->detectable > detectable_advised)
    return grow_text("the launches vary too much (interval of the ratio: %.2f to %.2f); see the "
                     "distributions, and measure on a quieter machine",
                     comparison->low, comparison->high);
  return grow_text("these launches can detect a difference of %.1f %% or more; %s",
                   100 * comparison->detectable, needed);
}

char *undecided_text(const struct comparison *comparison) {
  char *needed = needed_text(comparison);
  char *text = NULL;
  switch (comparison->undecided) {
  case UNDECIDED_FEW_LAUNCHES:
    text = grow_text("%zu launches cannot decide; %s",
                     comparison->launches_a < comparison->launches_b ? comparison->launches_a
                                                                     : comparison->launches_b,
                     needed);
    break;
  case UNDECIDED_BATCH:
    text = grow_text("the launches were not interleaved (order: batch), so a drift of the machine "
                     "would look like a difference");
    break;
  case UNDECIDED_DIFFERENT:
    text = grow_text("they ran on different hosts, builds or settings");
    break;
  case UNDECIDED_NO_DATA:
    text = grow_text("there is no verified launch to compare with");
    break;
  case UNDECIDED_NOT:
  case UNDECIDED_NOISE:
    text = noise_text(comparison, needed);
    break;
  }
  free(needed);
  return text;
}

char *machine_note(const struct answer *answer, size_t machine) {
  return answer->data->machine_count > 1 ? grow_text("%s", answer->data->machines[machine].label)
                                         : NULL;
}

const char *kind_title(enum bound kind) {
  static const char *const titles[BOUNDS] = {[BOUND_COMPUTE] = "Computing (compute-bound work)",
                                             [BOUND_MEMORY] = "Memory (memory-bound work)",
                                             [BOUND_NETWORK] =
                                                 "Network (communication and synchronization)",
                                             [BOUND_WAIT] = "Waiting (I/O-bound work)",
                                             [BOUND_UNKNOWN] = "Other work"};
  return titles[kind];
}

const char *kind_adjective(enum bound kind) {
  static const char *const words[BOUNDS] = {[BOUND_COMPUTE] = "computing",
                                            [BOUND_MEMORY] = "memory",
                                            [BOUND_NETWORK] = "network",
                                            [BOUND_WAIT] = "waiting",
                                            [BOUND_UNKNOWN] = "other"};
  return words[kind];
}
