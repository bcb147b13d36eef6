#include "analysis/figures/distribution.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/figures/tics.h"
#include "common/grow.h"

static int by_category(const void *a, const void *b) {
  const struct figure_point *x = a, *y = b;
  if (x->x != y->x)
    return (x->x > y->x) - (x->x < y->x);
  return (x->y > y->y) - (x->y < y->y);
}

/* Of ascending values. */
static double quantile(const struct figure_point *sorted, size_t count, double p) {
  double rank = p * (double)(count - 1);
  size_t below = (size_t)rank;
  size_t above = below + 1 < count ? below + 1 : below;
  return sorted[below].y + (rank - (double)below) * (sorted[above].y - sorted[below].y);
}

static struct distribution_box box_of(const struct figure_point *sorted, size_t count) {
  struct distribution_box box = {.quartile_low = quantile(sorted, count, 0.25),
                                 .median = quantile(sorted, count, 0.5),
                                 .quartile_high = quantile(sorted, count, 0.75)};
  double reach = 1.5 * (box.quartile_high - box.quartile_low);
  box.whisker_low = box.quartile_low;
  box.whisker_high = box.quartile_high;
  for (size_t i = 0; i < count; i++) {
    double y = sorted[i].y;
    if (y >= box.quartile_low - reach)
      box.whisker_low = fmin(box.whisker_low, y);
    if (y <= box.quartile_high + reach)
      box.whisker_high = fmax(box.whisker_high, y);
  }
  return box;
}

struct distribution_box *distribution_boxes(const struct figure *figure, size_t *count) {
  struct distribution_box *boxes = NULL;
  *count = 0;
  for (size_t i = 0; i < figure->series_count; i++) {
    const struct figure_series *series = &figure->series[i];
    if (series->shape != SHAPE_POINTS)
      continue;
    struct figure_point *sorted = NULL;
    size_t launches = 0;
    for (size_t j = 0; j < series->point_count; j++)
      if (figure_shows(figure, &series->points[j]))
        *GROW(sorted, launches) = series->points[j];
    if (launches > 0)
      qsort(sorted, launches, sizeof *sorted, by_category);
    for (size_t first = 0, last = 0; first < launches; first = last) {
      while (last < launches && sorted[last].x == sorted[first].x)
        last++;
      struct distribution_box *box = GROW(boxes, *count);
      *box = box_of(sorted + first, last - first);
      box->row = (double)figure->x.category_count + 1 - sorted[first].x + DISTRIBUTION_BOX_OFFSET;
    }
    free(sorted);
  }
  return boxes;
}
