#include "analysis/statistics/dip.h"

#include <math.h>
#include <stdlib.h>

#include "common/grow.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#include "analysis/statistics/dip_table.inc"

/* The empirical distribution function in units of 1 / count: it steps from i to i + 1 at x[i]. */
struct hulls {
  const double *x;
  double *minorant; /* the greatest convex minorant of its lower corners (x[i], i), at each x[i] */
  double *majorant; /* the least concave majorant of its upper corners (x[i], i + 1) */
  unsigned char *on_minorant, *on_majorant; /* whether i is a vertex of it */
  size_t *vertices;                         /* room */
};

/* Writes to `values` the hull of the corners low .. high, (x[i], i + above), and marks its
 * vertices. side 1: convex, from below; -1: concave, from above. */
static void hull(const struct hulls *h, size_t low, size_t high, double side, double above,
                 double *values, unsigned char *is_vertex) {
  const double *x = h->x;
  size_t *vertex = h->vertices, count = 0;
  for (size_t i = low; i <= high; i++) {
    while (count >= 2) { /* while the last vertex is not convex */
      size_t last = vertex[count - 1], before = vertex[count - 2];
      double turn =
          (x[last] - x[before]) * (double)(i - last) - (x[i] - x[last]) * (double)(last - before);
      if (side * turn > 0)
        break;
      count--;
    }
    vertex[count++] = i;
    is_vertex[i] = 0;
  }
  values[low] = (double)low + above;
  is_vertex[low] = 1;
  for (size_t v = 1; v < count; v++) {
    size_t from = vertex[v - 1], to = vertex[v];
    double width = x[to] - x[from], rise = (double)(to - from);
    for (size_t i = from + 1; i <= to; i++)
      values[i] =
          (double)from + above + (width > 0 ? (x[i] - x[from]) / width * rise : (double)(i - from));
    values[to] = (double)to + above;
    is_vertex[to] = 1;
  }
}

/* The largest distance from the hulls outside the new modal interval, where the nearest unimodal
 * function follows them; at least 1, the height of a step. */
static double distance_outside(const struct hulls *h, size_t low, size_t new_low, size_t new_high,
                               size_t high) {
  double largest = 1;
  for (size_t i = low; i <= new_low; i++)
    largest = fmax(largest, (double)i + 1 - h->minorant[i]);
  for (size_t i = new_high; i <= high; i++)
    largest = fmax(largest, h->majorant[i] - (double)i);
  return largest;
}

/* Where the hulls are furthest apart: at a vertex. Others are ignored, as rounding could put one of
 * them first where the hulls are parallel, and the interval would not get narrower. */
static size_t widest(const struct hulls *h, size_t low, size_t high) {
  size_t at = low;
  for (size_t i = low; i <= high; i++)
    if ((h->on_minorant[i] || h->on_majorant[i]) &&
        h->majorant[i] - h->minorant[i] >= h->majorant[at] - h->minorant[at])
      at = i;
  return at;
}

/* Narrows the modal interval until the hulls within it are no further apart than the distance that
 * is needed outside it: the algorithm of section 5 of the paper. Twice the dip, times count. */
static double twice_dip(const struct hulls *h, size_t count) {
  double distance = 1;
  for (size_t low = 0, high = count - 1; low < high;) {
    hull(h, low, high, 1, 0, h->minorant, h->on_minorant);
    hull(h, low, high, -1, 1, h->majorant, h->on_majorant);
    size_t at = widest(h, low, high);
    double gap = h->majorant[at] - h->minorant[at];
    if (gap <= distance)
      break;
    size_t new_low = at, new_high = at;
    while (!h->on_minorant[new_low])
      new_low--;
    while (!h->on_majorant[new_high])
      new_high++;
    distance = fmax(distance, distance_outside(h, low, new_low, new_high, high));
    if (new_low == low && new_high == high)
      break;
    low = new_low;
    high = new_high;
  }
  return distance;
}

double dip_statistic(const double *sorted, size_t count) {
  if (count == 0)
    return NAN;
  double *values = grow_zeroed(2 * count, sizeof *values);
  unsigned char *marks = grow_zeroed(2 * count, sizeof *marks);
  size_t *vertices = grow_zeroed(count, sizeof *vertices);
  struct hulls hulls = {sorted, values, values + count, marks, marks + count, vertices};
  double dip = twice_dip(&hulls, count) / (2 * (double)count);
  free(values);
  free(marks);
  free(vertices);
  return dip;
}

/* The quantile `column` of sqrt(count) * dip, between the rows of the table. */
static double quantile(size_t column, double count) {
  size_t row = 0, last = COUNT(dip_counts) - 1;
  if (count >= dip_counts[last])
    return dip_quantiles[last][column];
  while (dip_counts[row + 1] <= count)
    row++;
  double place = log(count / dip_counts[row]) / log(dip_counts[row + 1] / dip_counts[row]);
  return (1 - place) * dip_quantiles[row][column] + place * dip_quantiles[row + 1][column];
}

double dip_p_value(double dip, size_t count) {
  if (isnan(dip) || count < dip_counts[0])
    return NAN;
  double n = (double)count, scaled = dip * sqrt(n);
  double from = 0.5 / sqrt(n), from_p = 1; /* the smallest dip */
  double to = quantile(0, n), to_p = dip_tails[0];
  for (size_t column = 1; column < COUNT(dip_tails) && scaled > to; column++) {
    from = to;
    from_p = to_p;
    to = quantile(column, n);
    to_p = dip_tails[column];
  }
  if (!(to > from))
    return from_p;
  return fmin(1, from_p * pow(to_p / from_p, (scaled - from) / (to - from)));
}
