/* METG: how short tasks may be in each model. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/drawings.h"
#include "analysis/answer/granularity.h"
#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

static char *name_of(const struct answer *answer, const struct granularity *granularity) {
  return standing_name(answer, &answer->standings[granularity->places[0].standing]);
}

/* --- METG ------------------------------------------------------------------------------------- */

/* An end of the interval: 0 below the shortest tasks, infinite where no task is long enough. */
static char *end_text(double end_s, double shortest_s) {
  char time[NUMBER_TEXT];
  if (isinf(end_s))
    return grow_text("not reached");
  return end_s > 0 ? grow_text("%s", seconds_format(end_s, time))
                   : grow_text("below %s", seconds_format(shortest_s, time));
}

static char *interval_text(const struct metg *metg) {
  const struct interval *g = &metg->granularity_s;
  if (isnan(g->low) || isnan(g->high))
    return grow_text("%s", "");
  if (g->low > 0 && isfinite(g->high))
    return time_bounds_text(g->low, g->high);
  char *low = end_text(g->low, metg->shortest_s), *high = end_text(g->high, metg->shortest_s);
  char *text = grow_text("[%s, %s]", low, high);
  free(low);
  free(high);
  return text;
}

static void add_metg(struct table *table, const struct metg *metg) {
  char time[NUMBER_TEXT];
  struct table_cell *cell = NULL;
  switch (metg->outcome) {
  case METG_FOUND:
    cell = table_cell(table, TONE_NONE, metg->granularity_s.median, "%s",
                      seconds_format(metg->granularity_s.median, time));
    break;
  case METG_LESS:
    cell = table_cell(table, TONE_NONE, 0, "below %s", seconds_format(metg->shortest_s, time));
    break;
  case METG_NONE:
  case METG_NO_DATA:
    cell = table_cell(table, TONE_QUIET, INFINITY, "not reached");
    break;
  }
  cell->second = interval_text(metg);
}

/* The longest tasks cannot lose more time than shorter ones, but to another program. */
static bool is_disturbed(const struct granularity *granularity) {
  double most = 0;
  for (size_t i = 0; i < granularity->place_count; i++)
    most = fmax(most, granularity->places[i].efficiency.median);
  return granularity->places[granularity->place_count - 1].efficiency.median < 0.8 * most;
}

static void add_metgs(struct document *document, const struct answer *answer,
                      const struct granularities *all) {
  struct table *table = document_table(
      document, SHOW_SUMMARY | SHOW_PAGE, "metg",
      "METG(50 %%): the shortest tasks at which half of the time is still spent on them");
  table_column(table, false, false, "model", NULL);
  table_column(table, true, false, "METG(50 %)",
               "The minimum effective task granularity (E. Slaughter et al., Task Bench, SC 2020): "
               "wall time x cores / tasks where the efficiency is 50 %, interpolated between "
               "lengths in the logarithm of the granularity; the median over rounds with its 95 % "
               "interval.");
  table_column(table, true, false, "rounds", "Rounds in which it was found, of all rounds.");
  bool disturbed = false;
  for (size_t i = 0; i < all->count; i++) {
    const struct granularity *granularity = &all->items[i];
    const struct metg *metg = &granularity->metg;
    disturbed |= is_disturbed(granularity);
    char *name = name_of(answer, granularity);
    size_t found = metg->rounds - metg->rounds_less - metg->rounds_none;
    table_cell(table, TONE_NONE, (double)granularity->variant, "%s", name);
    add_metg(table, metg);
    table_cell(table, found < metg->rounds ? TONE_QUIET : TONE_NONE, (double)found, "%zu of %zu",
               found, metg->rounds);
    free(name);
  }
  table_note(table,
             "Efficiency: the rate over the best of any model on as many cores with tasks of "
             "%d steps or more, in the same round.",
             GRANULARITY_STEPS_MIN);
  if (disturbed)
    table_note(table, "Not to be trusted: the longest tasks are less efficient than shorter ones, "
                      "which only other load on the machine explains.");
}

/* --- by length -------------------------------------------------------------------------------- */

static bool is_first_with(const struct granularities *all, size_t item, size_t place) {
  double steps = all->items[item].places[place].steps;
  for (size_t i = 0; i < item; i++)
    for (size_t k = 0; k < all->items[i].place_count; k++)
      if (all->items[i].places[k].steps == steps)
        return false;
  return true;
}

static int compare_numbers(const void *left, const void *right) {
  const double *a = left, *b = right;
  return (*a > *b) - (*a < *b);
}

static double *all_steps(const struct granularities *all, size_t *count) {
  double *steps = NULL;
  *count = 0;
  for (size_t i = 0; i < all->count; i++)
    for (size_t k = 0; k < all->items[i].place_count; k++)
      if (is_first_with(all, i, k))
        *GROW(steps, *count) = all->items[i].places[k].steps;
  qsort(steps, *count, sizeof *steps, compare_numbers);
  return steps;
}

static void add_length(struct table *table, const struct granularity *granularity, double steps) {
  for (size_t i = 0; i < granularity->place_count; i++) {
    const struct granularity_place *place = &granularity->places[i];
    if (place->steps != steps)
      continue;
    char *percent = percent_text(place->efficiency.median), time[NUMBER_TEXT];
    struct table_cell *cell =
        table_cell(table, place->efficiency.median < 0.5 ? TONE_QUIET : TONE_NONE,
                   place->efficiency.median, "%s", percent);
    cell->second = grow_text("%s", seconds_format(place->granularity_s.median, time));
    free(percent);
    return;
  }
  table_cell(table, TONE_QUIET, NAN, "-");
}

static void add_lengths(struct document *document, const struct answer *answer,
                        const struct granularities *all) {
  size_t count;
  double *steps = all_steps(all, &count);
  struct table *table = document_table(document, SHOW_PAGE, "granularity",
                                       "Efficiency by the length of tasks, granularity below");
  table_column(table, true, false, "steps", "Dependent multiply-adds of a task.");
  for (size_t i = 0; i < all->count; i++) {
    char *name = name_of(answer, &all->items[i]);
    table_column(table, true, false, name,
                 "The median efficiency over launches; below it the granularity, wall time x cores "
                 "/ tasks.");
    free(name);
  }
  for (size_t i = 0; i < count; i++) {
    char size[SIZE_TEXT];
    table_cell(table, TONE_NONE, steps[i], "%s", size_text((int64_t)steps[i], size));
    for (size_t k = 0; k < all->count; k++)
      add_length(table, &all->items[k], steps[i]);
  }
  free(steps);
}

/* --- the figure ------------------------------------------------------------------------------- */

static void draw_variant(struct figure *figure, const struct answer *answer,
                         const struct granularity *granularity) {
  char *name = name_of(answer, granularity);
  struct figure_series *series =
      figure_series(figure, SHAPE_LINE_POINTS, (int)granularity->variant, name);
  for (size_t i = 0; i < granularity->place_count; i++) {
    const struct granularity_place *place = &granularity->places[i];
    const struct description *e = &place->efficiency;
    char time[NUMBER_TEXT], *percent = percent_text(e->median);
    struct figure_point *point =
        series_point(series, place->granularity_s.median, e->median, e->low, e->high);
    point->mark = standing_mark(&answer->standings[place->standing]);
    point->label = grow_text("%s, %.0f steps, tasks of %s: efficiency %s", name, place->steps,
                             seconds_format(place->granularity_s.median, time), percent);
    free(percent);
  }
  free(name);
}

static struct figure *draw(const struct answer *answer, const struct granularities *all,
                           size_t machine) {
  double least = INFINITY, most = 0;
  bool many = answer->data->machine_count > 1;
  char *id = grow_text("metg-%zu", machine + 1);
  char *title = grow_text("Efficiency by task granularity%s%s", many ? ", " : "",
                          many ? answer->data->machines[machine].label : "");
  struct figure *figure = figure_new(
      FIGURE_XY, id, title,
      "Efficiency of each model against the granularity of tasks (wall time x cores / tasks, "
      "logarithmic), medians with 95 % intervals. Where a line crosses 50 % is the model's METG: "
      "the further left, the shorter tasks may be.");
  axis_set(&figure->x, "task granularity", "s", SCALE_LOG10);
  axis_set(&figure->y, "efficiency", "", SCALE_LINEAR);
  figure->x.si = true;
  figure->y.min = 0;
  for (size_t i = 0; i < all->count; i++) {
    const struct granularity *granularity = &all->items[i];
    if (granularity->machine != machine)
      continue;
    for (size_t k = 0; k < granularity->place_count; k++) {
      least = fmin(least, granularity->places[k].granularity_s.median);
      most = fmax(most, granularity->places[k].granularity_s.median);
    }
  }
  struct figure_series *half = figure_series(figure, SHAPE_BOUND, -1, "50 %");
  series_point(half, least, 0.5, NAN, NAN);
  series_point(half, most, 0.5, NAN, NAN);
  for (size_t i = 0; i < all->count; i++)
    if (all->items[i].machine == machine)
      draw_variant(figure, answer, &all->items[i]);
  free(id);
  free(title);
  return figure;
}

void section_granularity(struct document *document, const struct answer *answer) {
  struct granularities all;
  granularities_find(&all, answer);
  if (all.count > 0) {
    document_heading(document, SHOW_PAGE, 2, "Task granularity");
    for (size_t i = 0; i < all.count; i++)
      if (i == 0 || all.items[i].machine != all.items[i - 1].machine)
        document_figure(document, SHOW_PAGE, draw(answer, &all, all.items[i].machine));
    add_metgs(document, answer, &all);
    add_lengths(document, answer, &all);
  }
  granularities_free(&all);
}
