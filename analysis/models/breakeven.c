#include "analysis/models/breakeven.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/grow.h"

static int by_n(const void *left, const void *right) {
  const struct breakeven_point *a = left, *b = right;
  return (a->n > b->n) - (a->n < b->n);
}

static bool is_number(double value) {
  return isfinite(value) && value > 0;
}

static struct breakeven_point *usable(const struct breakeven_point *points, size_t count,
                                      size_t *kept) {
  struct breakeven_point *sorted = NULL;
  *kept = 0;
  for (size_t i = 0; i < count; i++)
    if (is_number(points[i].n) && is_number(points[i].ratio))
      *GROW(sorted, *kept) = points[i];
  if (*kept > 0)
    qsort(sorted, *kept, sizeof *sorted, by_n);
  return sorted;
}

static bool is_decided(const struct breakeven_point *point) {
  return point->verdict == VERDICT_FASTER || point->verdict == VERDICT_SLOWER;
}

/* The outcome that the decided points imply. */
struct decision_summary {
  size_t faster, slower, same, changes;
  size_t first, last;   /* decided points */
  size_t before, after; /* those on both sides of the last change */
};

static struct decision_summary summarize(const struct breakeven_point *points, size_t count) {
  struct decision_summary s = {.faster = 0};
  for (size_t i = 0; i < count; i++) {
    s.same += points[i].verdict == VERDICT_SAME;
    if (!is_decided(&points[i]))
      continue;
    if (s.faster + s.slower == 0)
      s.first = i;
    else if (points[i].verdict != points[s.last].verdict) {
      s.changes++;
      s.before = s.last;
      s.after = i;
    }
    s.last = i;
    s.faster += points[i].verdict == VERDICT_FASTER;
    s.slower += points[i].verdict == VERDICT_SLOWER;
  }
  return s;
}

static enum breakeven_outcome outcome_of(const struct breakeven_point *points, size_t count,
                                         const struct decision_summary *s) {
  if (s->faster == 0)
    return s->slower > 0 || (count > 0 && s->same == count) ? BREAKEVEN_NEVER
                                                            : BREAKEVEN_CANNOT_TELL;
  if (s->changes > 1)
    return BREAKEVEN_SEVERAL;
  if (s->changes == 1)
    return points[s->last].verdict == VERDICT_FASTER ? BREAKEVEN_FROM : BREAKEVEN_UP_TO;
  bool open_below = s->first > 0, open_above = s->last + 1 < count;
  if (open_below && open_above)
    return BREAKEVEN_SEVERAL;
  return open_below ? BREAKEVEN_FROM : open_above ? BREAKEVEN_UP_TO : BREAKEVEN_ALWAYS;
}

enum curve { CURVE_RATIO, CURVE_LOW, CURVE_HIGH };

/* How far an end of a size's interval is from its ratio. */
static double half_width(const struct breakeven_point *point, enum curve curve) {
  return curve == CURVE_RATIO  ? 0
         : curve == CURVE_HIGH ? log(point->high / point->ratio)
                               : log(point->ratio / point->low);
}

/* A curve at a fraction between one size and the next. The ratio is linear there; the errors of the
 * two sizes are independent, so that their shares add up in squares. */
static double height(const struct breakeven_point *a, const struct breakeven_point *b, double share,
                     enum curve curve) {
  double ratio = (1 - share) * log(a->ratio) + share * log(b->ratio);
  double width = hypot((1 - share) * half_width(a, curve), share * half_width(b, curve));
  return curve == CURVE_HIGH ? ratio + width : ratio - width;
}

/* The size at which a curve that is on different sides of 1 at two sizes is 1: by bisection. */
static double cross_between(const struct breakeven_point *a, const struct breakeven_point *b,
                            enum curve curve) {
  enum { STEPS = 60 };
  double low = 0, high = 1;
  const bool below = height(a, b, low, curve) < 0;
  for (int i = 0; i < STEPS; i++) {
    double middle = 0.5 * low + 0.5 * high;
    if ((height(a, b, middle, curve) < 0) == below)
      low = middle;
    else
      high = middle;
  }
  return exp(log(a->n) + high * log(b->n / a->n));
}

/* The size at which a curve crosses 1 in the direction of the change, among points first..last: at
 * the first such place or at the last. NaN if nowhere. */
static double cross(const struct breakeven_point *points, size_t first, size_t last,
                    enum curve curve, bool rising, bool at_last) {
  double found = NAN;
  for (size_t i = first; i < last; i++) {
    double a = height(&points[i], &points[i + 1], 0, curve);
    double b = height(&points[i], &points[i + 1], 1, curve);
    if (!isfinite(a) || !isfinite(b) || (rising ? !(a < 0 && b >= 0) : !(a >= 0 && b < 0)))
      continue;
    if (isnan(found) || at_last)
      found = cross_between(&points[i], &points[i + 1], curve);
  }
  return found;
}

/* FROM: the ratio rises through 1; its high end did so at a smaller n, its low end does at a larger
 * one. UP_TO: it falls, and the low end does so first. */
static void set_crossing(struct breakeven *found, const struct breakeven_point *points,
                         size_t count, size_t before, size_t after) {
  const bool rising = found->outcome == BREAKEVEN_FROM;
  const size_t end = count - 1;
  found->n.value = cross(points, before, after, CURVE_RATIO, rising, rising);
  found->n.low = cross(points, 0, end, rising ? CURVE_HIGH : CURVE_LOW, rising, false);
  found->n.high = cross(points, 0, end, rising ? CURVE_LOW : CURVE_HIGH, rising, true);
  if (found->n.low > found->n.value)
    found->n.low = NAN;
  if (found->n.high < found->n.value)
    found->n.high = NAN;
}

struct breakeven breakeven_find(const struct breakeven_point *points, size_t count) {
  struct breakeven found = {BREAKEVEN_CANNOT_TELL, NAN, NAN, estimate_none(), 0};
  size_t kept;
  struct breakeven_point *sorted = usable(points, count, &kept);
  struct decision_summary s = summarize(sorted, kept);
  found.decided = s.faster + s.slower;
  found.outcome = outcome_of(sorted, kept, &s);
  if (found.outcome == BREAKEVEN_FROM || found.outcome == BREAKEVEN_UP_TO) {
    const bool rising = found.outcome == BREAKEVEN_FROM;
    size_t before = s.changes > 0 ? s.before : rising ? 0 : s.last;
    size_t after = s.changes > 0 ? s.after : rising ? s.first : kept - 1;
    found.n_low = s.changes > 0 || !rising ? sorted[before].n : NAN;
    found.n_high = s.changes > 0 || rising ? sorted[after].n : NAN;
    set_crossing(&found, sorted, kept, before, after);
  }
  free(sorted);
  return found;
}
