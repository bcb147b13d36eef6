/* The roofline: how far each work is from what the machine allows. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/bounds.h"
#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

/* The maximum number of rooflines on a page: for the maximum number of cores, then for one. */
enum { ROOFLINES_DRAWN = 2 };

static char *per_second(double value, const char *unit) {
  char number[NUMBER_TEXT];
  return isfinite(value) ? grow_text("%s%s/s", quantity_format(value, number), unit)
                         : grow_text("-");
}

static const char *unit_of(const struct bounds_place *place) {
  return place->by_bytes ? "B" : "flop";
}

static char *limited_by(const struct bounds *bounds, const struct bounds_place *place) {
  return place->place.bound_by_memory
             ? bounds_level_name(&bounds->roofs[place->roof], place->place.level)
             : grow_text("arithmetic");
}

static char *intensity_text(double intensity) {
  if (isnan(intensity))
    return grow_text("-");
  return isinf(intensity) ? grow_text("no bytes") : grow_text("%.3g", intensity);
}

/* --- tables ----------------------------------------------------------------------------------- */

static void add_columns(struct table *table) {
  table_column(table, false, false, "work", NULL);
  table_column(table, true, false, "flop/B",
               "Arithmetic intensity by the kernel's own work model: work_op / work_traffic_byte, "
               "bytes with write-allocate traffic. A dash: its operations are not flops, and bytes "
               "alone are compared.");
  table_column(table, true, false, "rate", "work_op (or bytes) / the median time of the launches.");
  table_column(
      table, true, false, "limit",
      "min(peak, intensity x bandwidth): the peak is the best rate of dgemm, the bandwidth "
      "that of stream in the cache that holds the kernel's bytes, else in memory; both on "
      "as many cores in this run (S. Williams, A. Waterman, D. Patterson, CACM 52, 2009).");
  table_column(
      table, true, false, "of its limit",
      "rate / limit, with a 95 % interval from sign tests on the launches of the kernel and of "
      "dgemm and of stream.");
  table_column(table, false, false, "bound by", "Which of the two limits is the lower one.");
}

static void add_fraction(struct table *table, const struct estimate *fraction) {
  char *percent = percent_text(fraction->value);
  struct table_cell *cell = table_cell(table, TONE_NONE, fraction->value, "%s", percent);
  if (!isnan(fraction->low) && !isnan(fraction->high))
    cell->second = grow_text("%.0f-%.0f", 100 * fraction->low, 100 * fraction->high);
  free(percent);
}

static void add_row(struct table *table, const struct answer *answer, const struct bounds *bounds,
                    const struct bounds_place *place) {
  const struct standing *standing = &answer->standings[place->standing];
  char *work = work_short_name(answer, answer->contests[place->contest].work);
  char *name = standing_name(answer, standing), *intensity = intensity_text(place->intensity);
  char *rate = per_second(place->place.rate.value, unit_of(place));
  char *limit = per_second(place->place.limit, unit_of(place));
  char *by = limited_by(bounds, place);
  struct table_cell *cell = table_cell(table, TONE_NONE, (double)place->contest, "%s", work);
  cell->second = name;
  table_cell(table, TONE_NONE, place->intensity, "%s", intensity);
  table_cell(table, TONE_NONE, place->place.rate.value, "%s", rate);
  table_cell(table, TONE_NONE, place->place.limit, "%s", limit);
  add_fraction(table, &place->place.fraction);
  table_cell(table, TONE_NONE, NAN, "%s", by);
  free(work);
  free(intensity);
  free(rate);
  free(limit);
  free(by);
}

/* In the terminal's short answer stands what won, or, without a winner, what had the lowest median.
 */
static bool is_short(const struct answer *answer, const struct bounds_place *place) {
  const struct contest *contest = &answer->contests[place->contest];
  return contest->best != NONE && contest->entries[contest->best] == place->standing;
}

static void add_places(struct document *document, const struct answer *answer,
                       const struct bounds *bounds, bool all) {
  size_t rows = 0, above = 0;
  for (size_t i = 0; i < bounds->place_count; i++)
    rows += all || is_short(answer, &bounds->places[i]);
  if (rows == 0)
    return;
  struct table *table = document_table(
      document, all ? SHOW_PAGE : SHOW_SUMMARY, all ? "bounds" : "bounds-short",
      "Fraction of the machine's limit%s", all ? "" : " (fastest model of each work)");
  add_columns(table);
  for (size_t i = 0; i < bounds->place_count; i++) {
    if (!all && !is_short(answer, &bounds->places[i]))
      continue;
    add_row(table, answer, bounds, &bounds->places[i]);
    above += bounds->places[i].place.fraction.value > 1.05;
  }
  table_note(table, "Limit: the smaller of dgemm's rate and flop/B x stream's bandwidth, each of "
                    "this run on as many cores. Bytes include write-allocate traffic.");
  if (above > 0)
    table_note(table, "Above 100 %%: caches keep data that the work model counts as traffic, or "
                      "dgemm does not reach the processor's peak.");
  if (all && bounds->without_roof > 0)
    table_note(table,
               "%zu more on other numbers of cores than dgemm and stream: no limit is known.",
               bounds->without_roof);
}

static void add_roof_row(struct table *table, const struct answer *answer,
                         const struct bounds_roof *roof, const char *name, const char *unit,
                         const struct estimate *value, double set_bytes) {
  char size[NUMBER_TEXT], *rate = per_second(value->value, unit);
  bool many = answer->data->machine_count > 1;
  struct table_cell *cell =
      table_cell(table, TONE_NONE, (double)roof->cores, "%" PRId64, roof->cores);
  char *nodes = nodes_text(answer, roof->nodes);
  if (many || *nodes != '\0')
    cell->second = grow_text("%s%s", many ? answer->data->machines[roof->machine].label : "",
                             many ? nodes : nodes + 1);
  free(nodes);
  table_cell(table, TONE_NONE, NAN, "%s", name);
  if (isnan(set_bytes))
    table_cell(table, TONE_QUIET, NAN, "-");
  else
    table_cell(table, TONE_NONE, set_bytes, "%sB", quantity_format(set_bytes, size));
  cell = table_cell(table, TONE_NONE, value->value, "%s", rate);
  if (!isnan(value->low) && !isnan(value->high)) {
    char low[NUMBER_TEXT], high[NUMBER_TEXT];
    cell->second =
        grow_text("%s- %s", quantity_format(value->low, low), quantity_format(value->high, high));
  }
  free(rate);
}

static void add_roofs(struct document *document, const struct answer *answer,
                      const struct bounds *bounds) {
  struct table *table = document_table(document, SHOW_PAGE, "roofs", "The limits, as measured");
  table_column(table, true, false, "cores", NULL);
  table_column(table, false, false, "limit",
               "A working set belongs to the smallest cache that holds it, of all cores together; "
               "the fastest size counts in a cache, the largest in memory.");
  table_column(table, true, false, "working set", "The bytes of stream's arrays.");
  table_column(table, true, false, "rate",
               "The median over launches of dgemm's flop/s, or of stream's bytes per second (with "
               "write-allocate), of the fastest model; with the median's 95 % interval.");
  for (size_t i = 0; i < bounds->roof_count; i++) {
    const struct bounds_roof *roof = &bounds->roofs[i];
    add_roof_row(table, answer, roof, "arithmetic (dgemm)", "flop", &roof->line.peak, NAN);
    for (size_t k = 0; k < roof->line.level_count; k++) {
      char *name = bounds_level_name(roof, k);
      add_roof_row(table, answer, roof, name, "B", &roof->line.levels[k].bandwidth,
                   roof->line.levels[k].working_set_bytes);
      free(name);
    }
  }
}

/* --- the figure ------------------------------------------------------------------------------- */

/* The fastest entry of each work on the roof. */
static bool is_fastest(const struct bounds *bounds, size_t at) {
  const struct bounds_place *place = &bounds->places[at];
  for (size_t i = 0; i < bounds->place_count; i++) {
    const struct bounds_place *other = &bounds->places[i];
    if (i != at && other->roof == place->roof && other->contest == place->contest &&
        (other->place.rate.value > place->place.rate.value ||
         (other->place.rate.value == place->place.rate.value && i < at)))
      return false;
  }
  return true;
}

static bool is_drawn(const struct bounds *bounds, size_t at, size_t roof) {
  const struct bounds_place *place = &bounds->places[at];
  return place->roof == roof && !place->by_bytes && isfinite(place->intensity) &&
         is_fastest(bounds, at);
}

/* A cache that seems slower than one behind it: what costs time there is starting the workers, and
 * no limit of the hardware. */
static bool is_hidden(const struct roofline *line, size_t level) {
  for (size_t i = level + 1; i < line->level_count; i++)
    if (line->levels[i].bandwidth.value > line->levels[level].bandwidth.value)
      return true;
  return false;
}

/* Lines closer than this would have their names upon each other: the lower one has both. */
static const double names_apart = 1.5;

static void draw_level(struct figure *figure, const struct roofline *line, size_t level,
                       const char *name, double least, double most) {
  double bandwidth = line->levels[level].bandwidth.value;
  double end = fmin(line->levels[level].ridge.value, most);
  struct figure_series *series = figure_series(figure, SHAPE_BOUND, -1, name);
  series_point(series, least, least * bandwidth, NAN, NAN);
  series_point(series, end, end * bandwidth, NAN, NAN);
}

static double bandwidth_behind(const struct roofline *line, size_t level) {
  for (size_t i = level + 1; i < line->level_count; i++)
    if (!is_hidden(line, i))
      return line->levels[i].bandwidth.value;
  return 0;
}

static void draw_levels(struct figure *figure, const struct bounds_roof *roof, double least,
                        double most) {
  const struct roofline *line = &roof->line;
  char *pending = grow_text("%s", "");
  for (size_t i = 0; i < line->level_count; i++) {
    double bandwidth = line->levels[i].bandwidth.value;
    char *level = bounds_level_name(roof, i), *rate = per_second(bandwidth, "B");
    char *name = grow_text("%s%s%s %s", pending, *pending != '\0' ? ", " : "", level, rate);
    if (is_hidden(line, i)) {
      figure_note(figure,
                  "%s %s is not drawn: slower than what lies behind it, since starting a "
                  "pass takes longer than so little data",
                  level, rate);
    } else {
      bool close = bandwidth < names_apart * bandwidth_behind(line, i);
      draw_level(figure, line, i, close ? "" : name, least, most);
      free(pending);
      pending = grow_text("%s", close ? name : "");
    }
    free(level);
    free(rate);
    free(name);
  }
  free(pending);
}

static void draw_roof(struct figure *figure, const struct bounds_roof *roof, double least,
                      double most) {
  const struct roofline *line = &roof->line;
  double first_ridge = most;
  draw_levels(figure, roof, least, most);
  for (size_t i = 0; i < line->level_count; i++)
    if (!is_hidden(line, i))
      first_ridge = fmin(first_ridge, line->levels[i].ridge.value);
  char *peak = per_second(line->peak.value, "flop"), *name = grow_text("dgemm %s", peak);
  struct figure_series *series = figure_series(figure, SHAPE_BOUND, -1, name);
  series_point(series, first_ridge, line->peak.value, NAN, NAN);
  series_point(series, most, line->peak.value, NAN, NAN);
  free(peak);
  free(name);
}

static void draw_place(struct figure *figure, const struct answer *answer,
                       const struct bounds *bounds, const struct bounds_place *place, int style) {
  const struct estimate *rate = &place->place.rate;
  char *work = work_short_name(answer, answer->contests[place->contest].work);
  char *model = standing_name(answer, &answer->standings[place->standing]);
  char *percent = percent_text(place->place.fraction.value), *by = limited_by(bounds, place);
  char *speed = per_second(rate->value, "flop");
  struct figure_series *series = figure_series(figure, SHAPE_LINE_POINTS, style, work);
  struct figure_point *point =
      series_point(series, place->intensity, rate->value, rate->low, rate->high);
  point->label = grow_text("%s, %s: %s at %.3g flop/B, %s of its limit (%s)", work, model, speed,
                           place->intensity, percent, by);
  free(work);
  free(model);
  free(percent);
  free(by);
  free(speed);
}

static struct figure *draw(const struct answer *answer, const struct bounds *bounds, size_t index) {
  const struct bounds_roof *roof = &bounds->roofs[index];
  double least = INFINITY, most = 0;
  size_t ridges = roof->line.level_count;
  int style = 0;
  for (size_t i = 0; i < bounds->place_count; i++)
    if (is_drawn(bounds, i, index)) {
      least = fmin(least, bounds->places[i].intensity);
      most = fmax(most, bounds->places[i].intensity);
    }
  if (most == 0)
    return NULL;
  for (size_t i = 0; i < ridges; i++) /* so that a piece of each roof is seen */
    least = is_hidden(&roof->line, i) ? least : fmin(least, roof->line.levels[i].ridge.value / 4);
  least /= 1.5;
  most = fmax(most, roof->line.levels[ridges - 1].ridge.value * 2) * 1.5;
  char *nodes = nodes_text(answer, roof->nodes);
  char *id = *nodes == '\0' ? grow_text("roofline-%zu-%" PRId64, roof->machine + 1, roof->cores)
                            : grow_text("roofline-%zu-%" PRId64 "-%" PRId64, roof->machine + 1,
                                        roof->cores, roof->nodes);
  char *title =
      grow_text("Roofline of %" PRId64 " core%s%s%s%s", roof->cores, roof->cores == 1 ? "" : "s",
                nodes, answer->data->machine_count > 1 ? ", " : "",
                answer->data->machine_count > 1 ? answer->data->machines[roof->machine].label : "");
  struct figure *figure = figure_new(
      FIGURE_XY, id, title,
      "Rate of each kernel against its arithmetic intensity, both logarithmic, below the roofs: "
      "slanted the bandwidths of stream in caches and memory, level the rate of dgemm. The lower a "
      "point lies below its roof, the more could be gained.");
  axis_set(&figure->x, "arithmetic intensity", "flop/B", SCALE_LOG10);
  axis_set(&figure->y, "rate", "flop/s", SCALE_LOG10);
  figure->y.si = true;
  draw_roof(figure, roof, least, most);
  for (size_t i = 0; i < bounds->place_count; i++)
    if (is_drawn(bounds, i, index))
      draw_place(figure, answer, bounds, &bounds->places[i], style++);
  free(id);
  free(nodes);
  free(title);
  return figure;
}

/* Of each machine the roof of the most cores, then that of one. */
static void add_figures(struct document *document, const struct answer *answer,
                        const struct bounds *bounds) {
  for (size_t machine = 0; machine < answer->data->machine_count; machine++) {
    size_t drawn = 0, last = NONE;
    for (size_t i = bounds->roof_count; i-- > 0 && drawn < ROOFLINES_DRAWN;) {
      const struct bounds_roof *roof = &bounds->roofs[i];
      if (roof->machine != machine || (last != NONE && roof->cores != 1))
        continue;
      struct figure *figure = draw(answer, bounds, i);
      if (figure == NULL)
        continue;
      document_figure(document, SHOW_PAGE, figure);
      last = i;
      drawn++;
    }
  }
}

/* Whether the run has work whose roofline can be of interest. */
static bool has_flops(const struct answer *answer) {
  for (size_t i = 0; i < answer->data->work_count; i++)
    if (answer->data->works[i].kind == BOUND_COMPUTE || answer->data->works[i].kind == BOUND_MEMORY)
      return true;
  return false;
}

void section_bounds(struct document *document, const struct answer *answer) {
  struct bounds bounds;
  if (!has_flops(answer))
    return;
  bounds_make(&bounds, answer);
  document_heading(document, SHOW_PAGE, 2, "Limits of the machine (roofline)");
  if (bounds.roof_count == 0) {
    document_paragraph(document, SHOW_PAGE, TONE_QUIET,
                       "No roofline: this run has no dgemm and stream on the same number of cores "
                       "(configs/roofline.yaml has them).");
  } else {
    add_places(document, answer, &bounds, false);
    add_figures(document, answer, &bounds);
    add_places(document, answer, &bounds, true);
    add_roofs(document, answer, &bounds);
  }
  bounds_free(&bounds);
}
