/* Figures of a comparison: the change of each point with its interval, and all times of two runs
 * against each other. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/compare/point_text.h"
#include "analysis/compare/report.h"
#include "analysis/figures/figure.h"
#include "common/grow.h"
#include "common/number.h"

/* The maximum number of points in a figure, and of figures of one run in a report. */
enum { POINTS_IN_FIGURE = 60, FIGURES_OF_RUN = 12 };

/* Verdicts have the same colour and symbol in all figures; the same: grey. */
static const int styles[VERDICTS] = {
    [VERDICT_FASTER] = 0, [VERDICT_SLOWER] = 1, [VERDICT_CANNOT_TELL] = 2, [VERDICT_SAME] = -1};
static const char *const names[VERDICTS] = {[VERDICT_FASTER] = "faster",
                                            [VERDICT_SLOWER] = "slower",
                                            [VERDICT_CANNOT_TELL] = "undecided",
                                            [VERDICT_SAME] = "the same"};

static enum point_mark mark_of(const struct compare *compare, const struct compared_point *point) {
  const struct dataset *data;
  if (point->failed_first > 0 || point->failed_later > 0)
    return MARK_SUSPECT;
  return compared_data_point(compare, point, &data)->oversubscribed ? MARK_OVERSUBSCRIBED
                                                                    : MARK_PLAIN;
}

static char *label_of(const struct compare *compare, const struct compared_point *point) {
  char *name = compared_text(compare, point), *change = change_text(point->ratio);
  char *interval = change_interval_text(point->low, point->high);
  char *label = grow_text("%s: time %s%s%s, %s", name, change, *interval != '\0' ? " " : "",
                          interval, names[point->comparison.verdict]);
  free(name);
  free(change);
  free(interval);
  return label;
}

/* A horizontal line across all categories. */
static void add_bound(struct figure *figure, const char *name, double y, size_t categories) {
  struct figure_series *series = figure_series(figure, SHAPE_BOUND, -1, name);
  series->in_key = *name != '\0';
  series_point(series, 0.5, y, NAN, NAN);
  series_point(series, (double)categories + 0.5, y, NAN, NAN);
}

/* A series of one point: a symbol with its interval, and no line to its neighbours, which it has
 * nothing to do with. `keyed`: which verdicts the legend has. */
static void add_mark(struct figure *figure, const struct compare *compare,
                     const struct compared_point *point, bool keyed[VERDICTS], double x, double y,
                     double low, double high) {
  enum comparison_verdict verdict = point->comparison.verdict;
  struct figure_series *series =
      figure_series(figure, SHAPE_LINE_POINTS, styles[verdict], names[verdict]);
  struct figure_point *drawn = series_point(series, x, y, low, high);
  series->in_key = !keyed[verdict];
  keyed[verdict] = true;
  drawn->mark = mark_of(compare, point);
  drawn->label = label_of(compare, point);
}

/* --- changes ---------------------------------------------------------------------------------- */

/* The points of a figure, as indices into compare->points, the largest differences first. */
struct chosen {
  const size_t *items;
  size_t count;
};

static void add_changes(struct figure *figure, const struct compare *compare,
                        const struct chosen *chosen) {
  bool keyed[VERDICTS] = {false};
  for (size_t i = 0; i < chosen->count; i++) {
    const struct compared_point *point = &compare->points[chosen->items[i]];
    if (isfinite(point->ratio))
      add_mark(figure, compare, point, keyed, (double)(i + 1), 100 * (point->ratio - 1),
               100 * (point->low - 1), 100 * (point->high - 1));
  }
}

static void draw_changes(struct document *document, const struct compare *compare, size_t run,
                         const struct chosen *chosen, const char *of, size_t number) {
  const char *first = compare->runs[0].letter, *later = compare->runs[run].letter;
  char *id = grow_text("changes-%s-%zu", later, number);
  char *title =
      grow_text("Change of the time from %s to %s%s%s", first, later, *of != '\0' ? ": " : "", of);
  char *description =
      grow_text("The change of each point's time in percent with its confidence interval, the "
                "largest differences first. Above 0, %s is slower than %s; the dotted lines are "
                "the margin of %.3g %% within which times are called the same.",
                later, first, 100 * compare->margin);
  struct figure *figure = figure_new(FIGURE_XY, id, title, description);
  axis_set(&figure->x, "kernel, n, model, cores", "", SCALE_LINEAR);
  axis_set(&figure->y, "change of the time", "%", SCALE_LINEAR);
  for (size_t i = 0; i < chosen->count; i++) {
    char *name = compared_short_text(compare, &compare->points[chosen->items[i]]);
    axis_category(&figure->x, name);
    free(name);
  }
  add_changes(figure, compare, chosen);
  add_bound(figure, "", 0, chosen->count);
  add_bound(figure, "margin", 100 * compare->margin, chosen->count);
  add_bound(figure, "", 100 * (1 / (1 + compare->margin) - 1), chosen->count);
  document_figure(document, SHOW_PAGE, figure);
  free(id);
  free(title);
  free(description);
}

/* --- more points than one figure holds: a figure for each work -------------------------------- */

static size_t work_of(const struct compare *compare, const struct compared_point *point) {
  const struct dataset *data;
  const struct data_point *any = compared_data_point(compare, point, &data);
  return data->problems[any->problem].work;
}

/* The points of one work among those of `all`, at most as many as a figure holds. The caller frees
 * the items. Comparable points are in the first run, whose works are counted. */
static size_t *points_of_work(const struct compare *compare, const struct chosen *all, size_t work,
                              size_t *count, size_t *left_out) {
  size_t *items = NULL;
  *count = *left_out = 0;
  for (size_t i = 0; i < all->count; i++) {
    if (work_of(compare, &compare->points[all->items[i]]) != work)
      continue;
    if (*count < POINTS_IN_FIGURE)
      *GROW(items, *count) = all->items[i];
    else
      ++*left_out;
  }
  return items;
}

static void draw_works(struct document *document, const struct compare *compare, size_t run,
                       const struct chosen *all) {
  const struct dataset *data = &compare->runs[0].data;
  bool *drawn = NULL;
  size_t figures = 0;
  for (size_t count = 0; count < data->work_count;)
    *GROW(drawn, count) = false;
  for (size_t i = 0; i < all->count && figures < FIGURES_OF_RUN; i++) {
    size_t work = work_of(compare, &compare->points[all->items[i]]), count, left_out;
    if (drawn[work])
      continue;
    size_t *items = points_of_work(compare, all, work, &count, &left_out);
    char *path = work_short_text(data, work);
    draw_changes(document, compare, run, &(struct chosen){items, count}, path, ++figures);
    if (left_out > 0)
      figure_note(document->blocks[document->block_count - 1].figure,
                  "%zu more points, with smaller differences, are in the table.", left_out);
    drawn[work] = true;
    free(path);
    free(items);
  }
  free(drawn);
}

/* --- two runs against each other -------------------------------------------------------------- */

/* So many points are small dots without a symbol. */
static void add_dots(struct figure *figure, const struct compare *compare, size_t run,
                     const struct chosen *all) {
  for (int verdict = 0; verdict < VERDICTS; verdict++) {
    struct figure_series *series = NULL;
    for (size_t i = 0; i < all->count; i++) {
      const struct compared_point *point = &compare->points[all->items[i]];
      if (point->comparison.verdict != (enum comparison_verdict)verdict)
        continue;
      if (series == NULL) {
        series = figure_series(figure, SHAPE_POINTS, styles[verdict], names[verdict]);
        series->in_key = true;
      }
      series_point(series, compared_median(&compare->runs[0], point->first),
                   compared_median(&compare->runs[run], point->later), NAN, NAN)
          ->label = label_of(compare, point);
    }
  }
}

static void add_times(struct figure *figure, const struct compare *compare, size_t run,
                      const struct chosen *all) {
  bool keyed[VERDICTS] = {false};
  if (all->count > POINTS_IN_FIGURE) {
    add_dots(figure, compare, run, all);
    return;
  }
  for (size_t i = 0; i < all->count; i++) {
    const struct compared_point *point = &compare->points[all->items[i]];
    add_mark(figure, compare, point, keyed, compared_median(&compare->runs[0], point->first),
             compared_median(&compare->runs[run], point->later), NAN, NAN);
  }
}

/* The line on which both times are the same, from the least to the largest. */
static void add_equal(struct figure *figure, const struct compare *compare, size_t run,
                      const struct chosen *all) {
  double least = INFINITY, largest = 0;
  for (size_t i = 0; i < all->count; i++) {
    const struct compared_point *point = &compare->points[all->items[i]];
    double first_s = compared_median(&compare->runs[0], point->first);
    double later_s = compared_median(&compare->runs[run], point->later);
    least = fmin(least, fmin(first_s, later_s));
    largest = fmax(largest, fmax(first_s, later_s));
  }
  struct figure_series *equal = figure_series(figure, SHAPE_BOUND, -1, "equal times");
  equal->in_key = true;
  series_point(equal, least, least, NAN, NAN);
  series_point(equal, largest, largest, NAN, NAN);
}

static void draw_scatter(struct document *document, const struct compare *compare, size_t run,
                         const struct chosen *all) {
  const char *first = compare->runs[0].letter, *later = compare->runs[run].letter;
  char *id = grow_text("times-%s", later);
  char *title = grow_text("Times of %s against %s", later, first);
  char *description = grow_text("Each point's median time in both runs. On the dotted line both "
                                "take as long; above it, %s is slower.",
                                later);
  char *x = grow_text("time in %s", first), *y = grow_text("time in %s", later);
  struct figure *figure = figure_new(FIGURE_XY, id, title, description);
  axis_set(&figure->x, x, "s", SCALE_LOG10);
  axis_set(&figure->y, y, "s", SCALE_LOG10);
  figure->x.si = figure->y.si = true;
  add_times(figure, compare, run, all);
  add_equal(figure, compare, run, all);
  document_figure(document, SHOW_PAGE, figure);
  free(id);
  free(title);
  free(description);
  free(x);
  free(y);
}

void compare_drawings(struct document *document, const struct compare *compare, size_t run) {
  size_t count, *order = compare_order(compare, run, &count), comparable = 0;
  while (comparable < count && compare->points[order[comparable]].comparable)
    comparable++;
  struct chosen all = {order, comparable};
  if (comparable > POINTS_IN_FIGURE)
    draw_works(document, compare, run, &all);
  else if (comparable > 0)
    draw_changes(document, compare, run, &all, "", 1);
  if (comparable > 1)
    draw_scatter(document, compare, run, &all);
  free(order);
}
