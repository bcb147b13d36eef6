#include "analysis/figures/heat.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/figures/layout.h"
#include "analysis/figures/style.h"
#include "common/grow.h"

int heat_level(const struct figure *figure, double value) {
  if (figure->y.scale != SCALE_LINEAR)
    return style_heat_ratio_level(value);
  double low = INFINITY, high = -INFINITY;
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t j = 0; j < figure->series[i].point_count; j++)
      if (figure_shows(figure, &figure->series[i].points[j])) {
        low = fmin(low, figure->series[i].points[j].y);
        high = fmax(high, figure->series[i].points[j].y);
      }
  low = isfinite(figure->y.min) ? figure->y.min : low;
  high = isfinite(figure->y.max) ? figure->y.max : high;
  double part = high > low ? (value - low) / (high - low) : 0;
  part = part < 0 ? 0 : part > 1 ? 1 : part;
  return (int)lround(part * STYLE_HEAT_STEPS);
}

char *heat_text(const struct figure *figure, const struct figure_point *point) {
  char *number = figure->y.si ? text_si(point->y, "", 3) : grow_text("%.3g", point->y);
  const char *sign = point->mark == MARK_SUSPECT          ? "?"
                     : point->mark == MARK_OVERSUBSCRIBED ? "!"
                     : point->mark == MARK_SPECIAL        ? "*"
                                                          : "";
  char *text = grow_text("%s%s", number, sign);
  free(number);
  return text;
}
