#include "analysis/figures/tics.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/figures/text.h"
#include "common/grow.h"

enum { MOST_TICS = 64, CHARACTER_PX = 7, LINE_PX = 16, CATEGORY_LIMIT = 30 };

/* Larger values would overflow when ranges are widened and positions computed. */
#define LARGEST 1e300

bool scale_shows(enum axis_scale scale, double value) {
  return fabs(value) < LARGEST && (scale == SCALE_LINEAR || value > 1 / LARGEST);
}

double range_position(const struct range *range, double value) {
  if (!scale_shows(range->scale, value))
    return NAN;
  if (range->scale == SCALE_LINEAR)
    return (value - range->min) / (range->max - range->min);
  return log(value / range->min) / log(range->max / range->min);
}

/* Some room beside the data, so that no point lies on the frame. */
static void widen(struct range *range, bool keep_min) {
  const double room = 0.04;
  if (range->scale == SCALE_LINEAR) {
    double width = range->max - range->min;
    if (!(width > 1e-9 * fabs(range->max) + 1 / LARGEST)) { /* equal values */
      width = fabs(range->max) < 1 / LARGEST ? 1 : fabs(range->max);
      range->min -= width / 4;
      range->max += width / 4;
      return;
    }
    range->min -= keep_min ? 0 : room * width;
    range->max += room * width;
    return;
  }
  double factor = pow(range->max / range->min, room);
  if (!(range->max / range->min > 1 + 1e-9))
    factor = 1.5;
  range->min = fmax(range->min / factor, DBL_MIN);
  range->max = fmin(range->max * factor, DBL_MAX / 2);
}

struct range range_choose(const struct figure_axis *axis, double low, double high, bool zero) {
  struct range range = {low, high, axis->scale};
  if (!scale_shows(axis->scale, low) || !scale_shows(axis->scale, high) || low > high) {
    range.min = axis->scale == SCALE_LINEAR ? 0 : 1;
    range.max = axis->scale == SCALE_LINEAR ? 1 : 10;
  }
  bool from_zero =
      zero && axis->scale == SCALE_LINEAR && range.min >= 0 && range.min < 0.6 * range.max;
  if (from_zero)
    range.min = 0;
  widen(&range, from_zero);
  struct range asked = {scale_shows(axis->scale, axis->min) ? axis->min : range.min,
                        scale_shows(axis->scale, axis->max) ? axis->max : range.max, axis->scale};
  return asked.min < asked.max && isfinite(asked.max - asked.min) ? asked : range;
}

char *text_si(double value, const char *unit, int digits) {
  static const char *const prefixes[] = {"p", "n", "µ", "m", "", "k", "M", "G", "T", "P"};
  if (value == 0 || !isfinite(value))
    return grow_text("%g%s%s", value, unit[0] == '\0' ? "" : " ", unit);
  int thousands = (int)floor(log10(fabs(value)) / 3 + 1e-9);
  thousands = thousands < -4 ? -4 : thousands > 5 ? 5 : thousands;
  double scaled = value / pow(1000, thousands);
  /* 999.96 would be printed as 1e+03 */
  if (fabs(scaled) >= 1000 - 0.5 * pow(10, 3 - digits) && thousands < 5)
    scaled = value / pow(1000, ++thousands);
  const char *prefix = prefixes[thousands + 4];
  return grow_text("%.*g%s%s%s", digits, scaled, prefix[0] == '\0' && unit[0] == '\0' ? "" : " ",
                   prefix, unit);
}

/* 10⁻⁶, 2²⁰ */
static char *power_text(int base, int exponent) {
  static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  char decimal[16];
  snprintf(decimal, sizeof decimal, "%d", exponent);
  char text[64];
  int length = snprintf(text, sizeof text, "%d", base);
  char *to = text + length;
  for (const char *at = decimal; *at != '\0'; at++)
    to = stpcpy(to, *at == '-' ? "⁻" : digits[*at - '0']);
  return grow_text("%s", text);
}

/* 1024 B as 1 KiB */
static char *binary_text(double value) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  int step = 0;
  while (value >= 1024 && step < 4) {
    value /= 1024;
    step++;
  }
  return grow_text("%g %s", value, units[step]);
}

static char *log_text(const struct figure_axis *axis, double value) {
  if (axis->scale == SCALE_LOG2 && strcmp(axis->unit, "B") == 0 && value >= 1)
    return binary_text(value);
  if (axis->scale == SCALE_LOG2 && axis->unit[0] == '\0' && value >= 4096 &&
      fmod(log2(value), 1) == 0)
    return power_text(2, (int)log2(value));
  if (axis->si)
    return text_si(value, axis->unit, 3);
  int exponent = (int)lround(log10(value));
  if ((exponent < -3 || exponent > 3) && fabs(log10(value) - exponent) < 1e-9)
    return power_text(10, exponent);
  return grow_text("%.4g", value);
}

static void add(struct tics *tics, const struct range *range, double at, char *text) {
  double position = range_position(range, at);
  if (!(position >= -1e-9 && position <= 1 + 1e-9) || tics->count >= MOST_TICS) {
    free(text);
    return;
  }
  struct tic *tic = GROW(tics->tics, tics->count);
  tic->at = at;
  tic->text = text;
}

static void clear(struct tics *tics) {
  for (size_t i = 0; i < tics->count; i++)
    free(tics->tics[i].text);
  free(tics->tics);
  tics->tics = NULL;
  tics->count = 0;
}

void tics_free(struct tics *tics) {
  clear(tics);
  free(tics->unit);
}

/* Whether no two labels touch each other. */
static bool labels_fit(const struct tics *tics, const struct range *range, double length_px,
                       bool horizontal) {
  double end = -INFINITY;
  for (size_t i = 0; i < tics->count; i++) {
    if (tics->tics[i].text[0] == '\0')
      continue;
    double at = range_position(range, tics->tics[i].at) * length_px;
    double half =
        horizontal ? (double)(text_length(tics->tics[i].text) * CHARACTER_PX) / 2 + 4 : LINE_PX / 2;
    if (at - half < end)
      return false;
    end = at + half;
  }
  return true;
}

/* Steps of 1, 2, 5 times a power of ten; with SI prefixes, one prefix for the whole axis. */
static void linear_tics(struct tics *tics, const struct figure_axis *axis,
                        const struct range *range, double length_px, bool horizontal) {
  double magnitude = fmax(fabs(range->min), fabs(range->max));
  int thousands = axis->si ? (int)floor(log10(magnitude) / 3 + 1e-9) : 0;
  thousands = thousands < -4 ? -4 : thousands > 5 ? 5 : thousands;
  double unit = pow(1000, thousands);
  int most = (int)fmax(2, length_px / (horizontal ? 60 : 40));
  double rough = (range->max - range->min) / most;
  double power = pow(10, floor(log10(rough)));
  double step = (rough <= power ? 1 : rough <= 2 * power ? 2 : rough <= 5 * power ? 5 : 10) * power;
  for (double i = ceil(range->min / step - 1e-9);
       i * step <= range->max * (1 + 1e-12) && tics->count < MOST_TICS; i++)
    add(tics, range, i * step, grow_text("%.10g", i == 0 ? 0.0 : i * step / unit));
  free(tics->unit);
  char *one = text_si(unit, axis->unit, 3); /* "1 ms" */
  tics->unit = grow_text("%s", !axis->si                  ? axis->unit
                               : strchr(one, ' ') == NULL ? ""
                                                          : strchr(one, ' ') + 1);
  free(one);
}

/* mantissas at each `every`-th power of the base. */
static void log_tics(struct tics *tics, const struct figure_axis *axis, const struct range *range,
                     const double *mantissas, size_t mantissa_count, int every) {
  double base = axis->scale == SCALE_LOG2 ? 2 : 10;
  int first = (int)floor(log(range->min) / log(base)) - 1;
  int last = (int)ceil(log(range->max) / log(base));
  for (int exponent = first; exponent <= last; exponent++)
    for (size_t i = 0; i < mantissa_count && exponent % every == 0; i++) {
      double at = mantissas[i] * pow(base, exponent);
      add(tics, range, at, log_text(axis, at));
    }
}

static void logarithmic(struct tics *tics, const struct figure_axis *axis,
                        const struct range *range, double length_px, bool horizontal) {
  static const double mantissas[][4] = {{1, 2, 5}, {1, 3}, {1}};
  static const size_t counts[] = {3, 2, 1};
  for (int set = axis->scale == SCALE_LOG2 ? 2 : 0; set < 3; set++) {
    log_tics(tics, axis, range, mantissas[set], counts[set], 1);
    if (labels_fit(tics, range, length_px, horizontal) &&
        (set == 2 || length_px / (double)(tics->count + 1) >= (horizontal ? 45 : 28)))
      break;
    clear(tics);
  }
  for (int every = 2; tics->count == 0 && every < 1024; every++) {
    log_tics(tics, axis, range, mantissas[2], 1, every);
    if (!labels_fit(tics, range, length_px, horizontal))
      clear(tics);
  }
  if (tics->count < 3 && range->max / range->min < 100) { /* less than two decades */
    clear(tics);
    linear_tics(tics, axis, range, length_px, horizontal);
    if (range->max / range->min > 3 && !labels_fit(tics, range, length_px, horizontal))
      for (size_t i = 1; i < tics->count; i += 2)
        tics->tics[i].text[0] = '\0';
  }
}

/* The values themselves, when they are few integers whose labels fit. */
static bool value_tics(struct tics *tics, const struct figure_axis *axis, const struct range *range,
                       double length_px, bool horizontal, const double *values,
                       size_t value_count) {
  if (value_count < 2 || value_count > 10)
    return false;
  for (size_t i = 0; i < value_count; i++)
    if (values[i] != floor(values[i]) || values[i] < 1 || values[i] > 1024)
      return false;
  for (size_t i = 0; i < value_count; i++)
    add(tics, range, values[i], grow_text("%g", values[i]));
  if (axis->unit[0] == '\0' && labels_fit(tics, range, length_px, horizontal))
    return true;
  clear(tics);
  return false;
}

/* Names of categories; where they are too many, every second, third ... has its name. */
static void category_tics(struct tics *tics, const struct figure_axis *axis,
                          const struct range *range, double length_px) {
  double each = length_px / (range->max - range->min);
  size_t every = each >= LINE_PX + 2 ? 1 : (size_t)ceil((LINE_PX + 2) / each);
  for (size_t i = 0; i < axis->category_count; i += every) {
    char *name = text_clean(axis->categories[i], CATEGORY_LIMIT);
    double position = range_position(range, (double)i + 1);
    if (!(position >= 0 && position <= 1)) {
      free(name);
      continue;
    }
    struct tic *tic = GROW(tics->tics, tics->count);
    tic->at = (double)i + 1;
    tic->text = name;
  }
}

struct tics tics_choose(const struct figure_axis *axis, const struct range *range, double length_px,
                        bool horizontal, const double *values, size_t value_count) {
  struct tics tics = {.unit = grow_text("%s", "")};
  if (axis->category_count > 0) {
    category_tics(&tics, axis, range, length_px);
    return tics;
  }
  if (value_tics(&tics, axis, range, length_px, horizontal, values, value_count))
    return tics;
  if (range->scale == SCALE_LINEAR) {
    linear_tics(&tics, axis, range, length_px, horizontal);
    return tics;
  }
  logarithmic(&tics, axis, range, length_px, horizontal);
  bool in_texts = tics.unit[0] != '\0' || axis->si ||
                  (axis->scale == SCALE_LOG2 && strcmp(axis->unit, "B") == 0);
  if (!in_texts) {
    free(tics.unit);
    tics.unit = grow_text("%s", axis->unit);
  }
  return tics;
}

bool figure_shows(const struct figure *figure, const struct figure_point *point) {
  return scale_shows(figure->x.scale, point->x) && scale_shows(figure->y.scale, point->y);
}
