/* A lock over a share of the work, against Amdahl's law: table and figures. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/drawings.h"
#include "analysis/answer/lock.h"
#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

enum { CURVE_PLACES = 51 };

static const struct standing *standing_of(const struct answer *answer,
                                          const struct lock_place *place) {
  return &answer->standings[place->standing];
}

/* The name that the places of a series share. */
static char *series_name(const struct answer *answer, const struct lock_places *places,
                         const struct lock_place *place) {
  const struct standing *standing = standing_of(answer, place);
  const struct data_variant *variant = standing->variant;
  bool several = places->series_count > 1;
  return grow_text("%s on %" PRId64 " cores%s%s%s%s", variant->model_text, standing->point->cores,
                   several ? " " : "", several ? variant->schedule : "",
                   *variant->build != '\0' ? " " : "", variant->build);
}

static void add_columns(struct table *table, const struct answer *answer) {
  char *method = grow_text("Over %s: Hodges-Lehmann estimate of the ratio of run times, with its "
                           "95 %% interval from the inverted rank test.",
                           answer->baseline);
  table_column(table, true, false, "under the lock",
               "The fraction of the ranges that is computed while holding the global lock.");
  table_column(table, true, false, "time", "The median over launches, with its 95 % interval.");
  table_column(table, true, false, "speedup", method);
  table_column(
      table, true, false, "Amdahl",
      "1 / (f + (1 - f) / p) on p cores (G. Amdahl, AFIPS 1967): what is under the lock is "
      "serial, and nothing is computed beside it.");
  table_column(table, true, false, "overlapped",
               "min(p, 1 / f): while one thread holds the lock, the others compute ranges that "
               "need none. The speedup cannot exceed it.");
  free(method);
}

static void add_row(struct table *table, const struct answer *answer,
                    const struct lock_place *place) {
  const struct standing *standing = standing_of(answer, place);
  const struct description *d = &standing->described;
  char time[NUMBER_TEXT], *speedup = ratio_text(standing->speedup);
  char *amdahl = ratio_text(place->amdahl), *overlap = ratio_text(place->overlap);
  table_cell(table, TONE_NONE, place->fraction, "%.3g %%", 100 * place->fraction);
  struct table_cell *cell = table_cell(table, standing->sound ? TONE_NONE : TONE_SUSPECT, d->median,
                                       "%s", seconds_format(d->median, time));
  cell->second = time_bounds_text(d->low, d->high);
  cell = table_cell(table, TONE_NONE, standing->speedup, "%s", speedup);
  cell->second = narrow_interval_text(standing->speedup_low, standing->speedup_high);
  table_cell(table, TONE_NONE, place->amdahl, "%s", amdahl);
  table_cell(table, TONE_NONE, place->overlap, "%s", overlap);
  free(speedup);
  free(amdahl);
  free(overlap);
}

/* The table of the series that begins at `first`. */
static void add_table(struct document *document, const struct answer *answer,
                      const struct lock_places *places, size_t first) {
  const struct lock_place *place = &places->items[first];
  const struct contest *contest = &answer->contests[place->contest];
  char *work = work_name(answer, contest->work, contest->n);
  char *name = series_name(answer, places, place), *id = grow_text("lock-%zu", place->series + 1);
  struct table *table = document_table(document, SHOW_SUMMARY | SHOW_PAGE, id,
                                       "Share of the work under a lock: %s, %s", work, name);
  add_columns(table, answer);
  for (size_t i = first; i < places->count && places->items[i].series == place->series; i++)
    add_row(table, answer, &places->items[i]);
  table_note(table,
             "Speedup over %s. Amdahl: nothing is computed beside what is under the lock; "
             "overlapped: the other threads compute what needs no lock meanwhile.",
             answer->baseline);
  free(work);
  free(name);
  free(id);
}

static void draw_curve(struct figure *figure, const char *name, double workers, bool overlapped) {
  struct figure_series *series =
      figure_series(figure, overlapped ? SHAPE_PREDICTION : SHAPE_BOUND, -1, name);
  for (int i = 0; i < CURVE_PLACES; i++) {
    double f = (double)i / (CURVE_PLACES - 1);
    series_point(series, f, overlapped ? fmin(workers, 1 / f) : 1 / (f + (1 - f) / workers), NAN,
                 NAN);
  }
}

static void draw_series(struct figure *figure, const struct answer *answer,
                        const struct lock_places *places, size_t first, int style) {
  char *name = series_name(answer, places, &places->items[first]);
  struct figure_series *series = figure_series(figure, SHAPE_LINE_POINTS, style, name);
  for (size_t i = first; i < places->count; i++) {
    const struct lock_place *place = &places->items[i];
    const struct standing *standing = standing_of(answer, place);
    if (place->series != places->items[first].series)
      break;
    struct figure_point *point = series_point(series, place->fraction, standing->speedup,
                                              standing->speedup_low, standing->speedup_high);
    char *ratio =
        ratio_interval_text(standing->speedup, standing->speedup_low, standing->speedup_high);
    point->mark = standing_mark(standing);
    point->label = grow_text("%s, %.3g under the lock: %s, Amdahl %.2fx", name, place->fraction,
                             ratio, place->amdahl);
    free(ratio);
  }
  free(name);
}

static struct figure *draw(const struct answer *answer, const struct lock_places *places,
                           size_t first) {
  size_t contest = places->items[first].contest, last = NONE;
  char *id = drawing_id(answer, "lock", contest);
  char *work = work_name(answer, answer->contests[contest].work, answer->contests[contest].n);
  char *title = grow_text("%s: speedup by the share under a lock", work);
  struct figure *figure = figure_new(
      FIGURE_XY, id, title,
      "Speedup of threads against the fraction of the work that is computed under one global lock, "
      "with 95 % intervals. Dotted: Amdahl's law, where nothing is computed beside what is under "
      "the "
      "lock; dashed: the limit if everything else is.");
  double drawn = 0;
  int style = 0;
  axis_set(&figure->x, "fraction under the lock", "", SCALE_LINEAR);
  axis_set(&figure->y, "speedup", "", SCALE_LINEAR);
  figure->x.min = figure->y.min = 0;
  figure->x.max = 1;
  for (size_t i = first; i < places->count && places->items[i].contest == contest; i++) {
    const struct lock_place *place = &places->items[i];
    if (place->workers != drawn) {
      drawn = place->workers;
      draw_curve(figure, "Amdahl", drawn, false);
      draw_curve(figure, "limit, all else overlapped", drawn, true);
    }
    if (place->series != last)
      draw_series(figure, answer, places, i, style++);
    last = place->series;
  }
  free(id);
  free(work);
  free(title);
  return figure;
}

void section_lock(struct document *document, const struct answer *answer) {
  struct lock_places places;
  lock_find(&places, answer);
  if (places.count > 0) {
    document_heading(document, SHOW_PAGE, 2, "Locks");
    for (size_t i = 0; i < places.count; i++) {
      if (i == 0 || places.items[i].contest != places.items[i - 1].contest)
        document_figure(document, SHOW_PAGE, draw(answer, &places, i));
      if (i == 0 || places.items[i].series != places.items[i - 1].series)
        add_table(document, answer, &places, i);
    }
  }
  lock_free(&places);
}
