/* Time against the number of waits in flight: figure and table. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/drawings.h"
#include "analysis/answer/sections.h"
#include "analysis/answer/waiting.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

/* The short answer includes the table if one model has at least this number of values in flight. */
enum { NUMBERS_OF_A_SWEEP = 3 };

static const struct standing *standing_of(const struct answer *answer,
                                          const struct waiting_place *place) {
  return &answer->standings[place->standing];
}

/* The name that the places of a series share. */
static char *series_name(const struct answer *answer, const struct waiting_place *place) {
  const struct data_variant *variant = standing_of(answer, place)->variant;
  return *variant->tasks == '\0' && *variant->extra == '\0'
             ? grow_text("%s", variant->label)
             : grow_text("%s%s%s", variant->model_text, *variant->build != '\0' ? " " : "",
                         variant->build);
}

static void add_columns(struct table *table) {
  table_column(table, false, false, "model", NULL);
  table_column(
      table, true, false, "in flight",
      "The maximum number of waits in flight: one for each worker that blocks; of async as "
      "many as it has tasks, or as its option in_flight allows.");
  table_column(table, true, false, "time", "The median over launches, with its 95 % interval.");
  table_column(table, true, false, "waits/s", "Waits over the median time.");
  table_column(table, true, false, "of the ideal",
               "The ideal time over the median: waits / in flight, in whole steps, times the delay "
               "of one (its average where delays differ). The rest is computation and what the "
               "model itself costs.");
}

static void add_row(struct table *table, const struct answer *answer,
                    const struct waiting_place *place) {
  const struct standing *standing = standing_of(answer, place);
  const struct description *d = &standing->described;
  char time[NUMBER_TEXT], rate[NUMBER_TEXT], size[SIZE_TEXT];
  char *name = series_name(answer, place), *share = percent_text(place->ideal_s / d->median);
  double per_second = standing->point->figures[COLUMN_work_op] / d->median;
  table_cell(table, TONE_NONE, (double)standing->point->variant, "%s", name);
  table_cell(table, TONE_NONE, place->in_flight, "%s", size_text((int64_t)place->in_flight, size));
  struct table_cell *cell = table_cell(table, standing->sound ? TONE_NONE : TONE_SUSPECT, d->median,
                                       "%s", seconds_format(d->median, time));
  cell->second = time_bounds_text(d->low, d->high);
  quantity_format(per_second, rate);
  if (*rate != '\0' && rate[strlen(rate) - 1] == ' ') /* no prefix */
    rate[strlen(rate) - 1] = '\0';
  table_cell(table, TONE_NONE, per_second, "%s", rate);
  table_cell(table, TONE_NONE, place->ideal_s / d->median, "%s", share);
  free(name);
  free(share);
}

/* Whether some model of the contest that begins at `first` has enough numbers for the short answer.
 */
static bool is_sweep(const struct waiting_places *places, size_t first) {
  size_t numbers = 0, most = 0;
  for (size_t i = first; i < places->count; i++) {
    const struct waiting_place *place = &places->items[i];
    if (place->contest != places->items[first].contest)
      break;
    if (i == first || place->series != place[-1].series)
      numbers = 1;
    else
      numbers += place->in_flight != place[-1].in_flight;
    most = numbers > most ? numbers : most;
  }
  return most >= NUMBERS_OF_A_SWEEP;
}

static void add_table(struct document *document, const struct answer *answer,
                      const struct waiting_places *places, size_t first) {
  const struct contest *contest = &answer->contests[places->items[first].contest];
  char *work = work_name(answer, contest->work, contest->n);
  char *id = drawing_id(answer, "in-flight", places->items[first].contest);
  struct table *table =
      document_table(document, is_sweep(places, first) ? SHOW_SUMMARY | SHOW_PAGE : SHOW_PAGE, id,
                     "Waits in flight: %s", work);
  add_columns(table);
  for (size_t i = first;
       i < places->count && places->items[i].contest == places->items[first].contest; i++)
    add_row(table, answer, &places->items[i]);
  table_note(table, "Ideal: waits / in flight x the delay of one.");
  free(work);
  free(id);
}

static void draw_ideal(struct figure *figure, const struct answer *answer,
                       const struct waiting_places *places, size_t first) {
  const struct standing *standing = standing_of(answer, &places->items[first]);
  double waits = standing->point->figures[COLUMN_work_op], delay_s = waiting_delay(standing->work),
         most = 1;
  if (isnan(delay_s))
    return;
  for (size_t i = first;
       i < places->count && places->items[i].contest == places->items[first].contest; i++)
    most = fmax(most, places->items[i].in_flight);
  struct figure_series *ideal = figure_series(figure, SHAPE_BOUND, -1, "ideal");
  series_point(ideal, 1, waits * delay_s, NAN, NAN);
  series_point(ideal, fmin(most, waits), delay_s * fmax(1, waits / most), NAN, NAN);
  if (most > waits)
    series_point(ideal, most, delay_s, NAN, NAN);
}

static void draw_place(struct figure_series *series, const struct answer *answer,
                       const struct waiting_place *place) {
  const struct standing *standing = standing_of(answer, place);
  const struct description *d = &standing->described;
  struct figure_point *point = series_point(series, place->in_flight, d->median, d->low, d->high);
  char *name = standing_name(answer, standing);
  char *time = time_interval_text(d->median, d->low, d->high), rate[NUMBER_TEXT];
  point->mark = standing_mark(standing);
  point->label =
      grow_text("%s, %.0f in flight: %s, %swaits/s", name, place->in_flight, time,
                quantity_format(standing->point->figures[COLUMN_work_op] / d->median, rate));
  free(name);
  free(time);
}

static struct figure *draw(const struct answer *answer, const struct waiting_places *places,
                           size_t first) {
  size_t contest = places->items[first].contest;
  char *id = drawing_id(answer, "waiting", contest);
  char *work = work_name(answer, answer->contests[contest].work, answer->contests[contest].n);
  char *title = grow_text("%s: time by waits in flight", work);
  struct figure *figure = figure_new(
      FIGURE_XY, id, title,
      "Median time against the number of waits in flight, both logarithmic, with 95 % "
      "intervals. Dotted: the ideal, the waits over those in flight, times the delay of one.");
  struct figure_series *series = NULL;
  axis_set(&figure->x, "waits in flight", "", SCALE_LOG10);
  axis_set(&figure->y, "time", "s", SCALE_LOG10);
  figure->y.si = true;
  draw_ideal(figure, answer, places, first);
  for (size_t i = first; i < places->count && places->items[i].contest == contest; i++) {
    const struct waiting_place *place = &places->items[i];
    if (i == first || place->series != place[-1].series) {
      char *name = series_name(answer, place);
      series = figure_series(figure, SHAPE_LINE_POINTS,
                             (int)standing_of(answer, place)->point->variant, name);
      free(name);
    }
    draw_place(series, answer, place);
  }
  note_failures(figure, answer, contest);
  free(id);
  free(work);
  free(title);
  return figure;
}

void section_waiting(struct document *document, const struct answer *answer) {
  struct waiting_places places;
  waiting_find(&places, answer);
  if (places.count > 0)
    document_heading(document, SHOW_PAGE, 2, "Waiting");
  for (size_t i = 0; i < places.count; i++)
    if (i == 0 || places.items[i].contest != places.items[i - 1].contest) {
      document_figure(document, SHOW_PAGE, draw(answer, &places, i));
      add_table(document, answer, &places, i);
    }
  waiting_free(&places);
}
