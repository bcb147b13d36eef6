/* Messages: time and bandwidth by size, the LogGP model, and what synchronization costs. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/answer/drawings.h"
#include "analysis/answer/messages.h"
#include "analysis/answer/sections.h"
#include "analysis/answer/words.h"
#include "common/grow.h"
#include "common/number.h"

/* A fit that is off by more than this at some size is not to be used; docs/loggp.md. */
static const double off_allowed = 0.25;
enum { CURVE_PLACES = 25 };

static char *name_of(const struct answer *answer, const struct messages *messages) {
  return standing_name(answer, &answer->standings[messages->standing]);
}

static char *bandwidth_text(double bytes_per_s) {
  char number[NUMBER_TEXT];
  return isfinite(bytes_per_s) ? grow_text("%sB/s", quantity_format(bytes_per_s, number))
                               : grow_text("-");
}

/* "62.2-79.5 GB/s", "1.61-5.98 kB": the prefix once where both have the same. */
static char *range_text(double low, double high, const char *unit) {
  char from[NUMBER_TEXT], to[NUMBER_TEXT];
  if (isnan(low) || isnan(high))
    return grow_text("%s", "");
  quantity_format(low, from);
  if (isinf(high))
    return grow_text("> %s%s", from, unit);
  quantity_format(high, to);
  char *prefix = strchr(from, ' ');
  const char *other = strchr(to, ' ');
  if (prefix != NULL && other != NULL && strcmp(prefix, other) == 0)
    *prefix = '\0';
  return grow_text("%s-%s%s", from, to, unit);
}

/* "896", "32 Ki", "1 Mi". */
static char *binary_text(int64_t bytes) {
  const char *const units[] = {"", " Ki", " Mi", " Gi"};
  size_t unit = 0;
  while (unit < 3 && bytes >= 1024 && bytes % 1024 == 0) {
    bytes /= 1024;
    unit++;
  }
  return grow_text("%" PRId64 "%s", bytes, units[unit]);
}

/* --- by size ---------------------------------------------------------------------------------- */

static int compare_numbers(const void *left, const void *right) {
  const int64_t *a = left, *b = right;
  return (*a > *b) - (*a < *b);
}

/* All sizes, each once, rising. */
static int64_t *all_sizes(const struct all_messages *all, size_t *count) {
  int64_t *sizes = NULL;
  size_t kept = 0;
  *count = 0;
  for (size_t i = 0; i < all->count; i++)
    for (size_t k = 0; k < all->items[i].size_count; k++)
      *GROW(sizes, *count) = all->items[i].sizes[k].bytes;
  qsort(sizes, *count, sizeof *sizes, compare_numbers);
  for (size_t i = 0; i < *count; i++)
    if (i == 0 || sizes[i] != sizes[kept - 1])
      sizes[kept++] = sizes[i];
  *count = kept;
  return sizes;
}

static void add_size(struct table *table, const struct messages *messages, int64_t bytes) {
  for (size_t i = 0; i < messages->size_count; i++) {
    const struct message_size *size = &messages->sizes[i];
    const struct description *d = &size->one_way_s;
    if (size->bytes != bytes)
      continue;
    char time[NUMBER_TEXT], *rate = bandwidth_text((double)bytes / d->median);
    struct table_cell *cell =
        table_cell(table, TONE_NONE, d->median, "%s", seconds_format(d->median, time));
    cell->second = time_bounds_text(d->low, d->high);
    table_cell(table, TONE_NONE, (double)bytes / d->median, "%s", rate);
    free(rate);
    return;
  }
  table_cell(table, TONE_QUIET, NAN, "-");
  table_cell(table, TONE_QUIET, NAN, "-");
}

static void add_sizes(struct document *document, const struct answer *answer,
                      const struct all_messages *all) {
  size_t count;
  int64_t *sizes = all_sizes(all, &count);
  struct table *table = document_table(document, SHOW_SUMMARY | SHOW_PAGE, "messages",
                                       "Messages: time and bandwidth by size");
  table_column(table, true, false, "bytes", NULL);
  for (size_t i = 0; i < all->count; i++) {
    char *name = name_of(answer, &all->items[i]);
    table_column(table, true, false, name,
                 "One way: half of a round trip of one message and its answer; the median over "
                 "launches with its 95 % interval.");
    table_column(table, true, false, "rate", "Bytes over the median time of one way.");
    free(name);
  }
  for (size_t i = 0; i < count; i++) {
    char size[SIZE_TEXT];
    table_cell(table, TONE_NONE, (double)sizes[i], "%s", size_text(sizes[i], size));
    for (size_t k = 0; k < all->count; k++)
      add_size(table, &all->items[k], sizes[i]);
  }
  table_note(table, "Time of one way: half of a round trip.");
  free(sizes);
}

/* --- LogGP ------------------------------------------------------------------------------------ */

static void add_loggp_columns(struct table *table) {
  table_column(table, false, false, "model", NULL);
  table_column(table, false, false, "bytes",
               "The sizes that one set of parameters describes: MPI sends short and long messages "
               "by different protocols; the size at which it changes is estimated from the data.");
  table_column(table, true, false, "L + 2o",
               "Latency: a message of 1 byte from end to end (D. Culler et al., PPoPP 1993).");
  table_column(table, true, false, "1/G",
               "The bandwidth that long messages approach: G is the time for each further byte (A. "
               "Alexandrov et al., SPAA 1995).");
  table_column(table, true, false, "n 1/2",
               "The size that reaches half of that bandwidth, (L + 2o) / G (R. Hockney, Parallel "
               "Computing 20, 1994), in bytes.");
  table_column(table, true, false, "off",
               "How far the model is from the measured times: the median over sizes, and the "
               "largest.");
  table_column(table, true, true, "o",
               "Overhead: how long an end is busy with a message (T. Hoefler, A. Lichei, W. Rehm, "
               "IPDPS 2007); from bursts with computation between the messages.");
  table_column(table, true, true, "g",
               "Gap between short messages that follow each other; from bursts.");
  table_column(
      table, true, true, "L",
      "Latency in the network, without the overhead of both ends; below 0 where they overlap.");
}

static void add_interval(struct table *table, const struct interval *interval) {
  char time[NUMBER_TEXT];
  if (isnan(interval->median)) {
    table_cell(table, TONE_QUIET, NAN, "-");
    return;
  }
  struct table_cell *cell =
      table_cell(table, TONE_NONE, interval->median, "%s", seconds_format(interval->median, time));
  cell->second = time_bounds_text(interval->low, interval->high);
}

/* The intercept of a line over long messages is not meaningful. */
static void add_latency(struct table *table, const struct loggp_regime *regime) {
  add_interval(table, &regime->one_way_s);
  if (!(regime->one_way_s.median < 0))
    return;
  struct table_cell *cell = &table->cells[table->cell_count - 1];
  free(cell->text);
  cell->text = grow_text("below 0");
  cell->tone = TONE_QUIET;
}

static void add_bandwidth(struct table *table, const struct loggp_regime *regime) {
  struct interval bandwidth = loggp_bandwidth(regime);
  char *text = bandwidth_text(bandwidth.median);
  struct table_cell *cell = table_cell(table, isnan(bandwidth.median) ? TONE_QUIET : TONE_NONE,
                                       bandwidth.median, "%s", text);
  cell->second = range_text(bandwidth.low, bandwidth.high, "B/s");
  free(text);
}

static void add_half_size(struct table *table, const struct loggp_regime *regime) {
  struct interval half = half_bandwidth_size(regime);
  char number[NUMBER_TEXT];
  if (isnan(half.median)) {
    table_cell(table, TONE_QUIET, NAN, "-");
    return;
  }
  struct table_cell *cell =
      table_cell(table, TONE_NONE, half.median, "%sB", quantity_format(half.median, number));
  cell->second = range_text(half.low, half.high, "B");
}

static void add_regime(struct table *table, const struct answer *answer,
                       const struct messages *messages, const struct loggp_regime *regime) {
  char *least = binary_text(regime->size_min_bytes), *most = binary_text(regime->size_max_bytes);
  struct table_cell *cell = table_cell(table, TONE_NONE, (double)messages->variant, "%s",
                                       answer->data->variants[messages->variant].label);
  if (answer->data->machine_count > 1)
    cell->second = grow_text("%s", answer->data->machines[messages->machine].label);
  table_cell(table, TONE_NONE, (double)regime->size_min_bytes, "%s-%s", least, most);
  add_latency(table, regime);
  add_bandwidth(table, regime);
  add_half_size(table, regime);
  cell = table_cell(table, regime->off_worst > off_allowed ? TONE_SUSPECT : TONE_NONE,
                    regime->off_median, "%.0f %%", 100 * regime->off_median);
  cell->second = grow_text("max %.0f", 100 * regime->off_worst);
  add_interval(table, &regime->overhead_s);
  add_interval(table, &regime->gap_s);
  add_interval(table, &regime->latency_s);
  free(least);
  free(most);
}

static const struct loggp_regime *regime_at(const struct messages *messages, size_t index) {
  const struct loggp_regime *regime = &messages->fit.regimes[index];
  return index < messages->fit.regime_count && regime->status == FIT_OK ? regime : NULL;
}

static void add_loggp(struct document *document, const struct answer *answer,
                      const struct all_messages *all) {
  size_t rows = 0;
  bool misfit = false, bursts = false;
  for (size_t i = 0; i < all->count; i++)
    for (size_t k = 0; k < 2; k++)
      rows += regime_at(&all->items[i], k) != NULL;
  if (rows == 0)
    return;
  struct table *table = document_table(document, SHOW_SUMMARY | SHOW_PAGE, "loggp",
                                       "LogGP model of messages (95 %% intervals)");
  add_loggp_columns(table);
  for (size_t i = 0; i < all->count; i++)
    for (size_t k = 0; k < 2; k++) {
      const struct loggp_regime *regime = regime_at(&all->items[i], k);
      if (regime == NULL)
        continue;
      add_regime(table, answer, &all->items[i], regime);
      misfit |= regime->off_worst > off_allowed;
      bursts |= all->items[i].fit.has_bursts;
    }
  table_note(table, "A message of s bytes takes L + 2o + (s - 1) G; median of the rounds' fits.%s",
             bursts ? " o, g and L: see the page." : "");
  if (misfit)
    table_note(table, "! the model does not fit: off by more than %.0f %% at some size.",
               100 * off_allowed);
}

/* --- figures ---------------------------------------------------------------------------------- */

static void draw_measured(struct figure *figure, const struct answer *answer,
                          const struct messages *messages, bool bandwidth) {
  char *name = name_of(answer, messages);
  struct figure_series *series =
      figure_series(figure, SHAPE_LINE_POINTS, (int)messages->variant, name);
  for (size_t i = 0; i < messages->size_count; i++) {
    const struct message_size *size = &messages->sizes[i];
    const struct description *d = &size->one_way_s;
    double bytes = (double)size->bytes;
    char number[SIZE_TEXT], *time = time_interval_text(d->median, d->low, d->high);
    char *rate = bandwidth_text(bytes / d->median);
    struct figure_point *point =
        bandwidth ? series_point(series, bytes, bytes / d->median, bytes / d->high, bytes / d->low)
                  : series_point(series, bytes, d->median, d->low, d->high);
    point->mark = standing_mark(&answer->standings[size->standing]);
    point->label =
        grow_text("%s, %s bytes: %s, %s", name, size_text(size->bytes, number), time, rate);
    free(time);
    free(rate);
  }
  free(name);
}

/* The fit, over the sizes that it describes. */
static void draw_fit(struct figure *figure, const struct answer *answer,
                     const struct messages *messages, bool bandwidth) {
  char *model = name_of(answer, messages), *name = grow_text("LogGP, %s", model);
  for (size_t k = 0; k < 2; k++) {
    const struct loggp_regime *regime = regime_at(messages, k);
    if (regime == NULL)
      continue;
    double least = fmax(1, (double)regime->size_min_bytes), most = (double)regime->size_max_bytes;
    struct figure_series *series =
        figure_series(figure, SHAPE_PREDICTION, (int)messages->variant, name);
    series->in_key = false;
    for (int i = 0; i < CURVE_PLACES; i++) {
      double bytes = least * pow(most / least, (double)i / (CURVE_PLACES - 1));
      double time_s = regime_time(regime, bytes);
      if (time_s > 0)
        series_point(series, bytes, bandwidth ? bytes / time_s : time_s, NAN, NAN);
    }
  }
  free(model);
  free(name);
}

static struct figure *draw(const struct answer *answer, const struct all_messages *all,
                           size_t machine, bool bandwidth) {
  bool many = answer->data->machine_count > 1;
  char *id = grow_text("messages-%s-%zu", bandwidth ? "bandwidth" : "time", machine + 1);
  char *title = grow_text("%s of a message by size%s%s", bandwidth ? "Bandwidth" : "Time",
                          many ? ", " : "", many ? answer->data->machines[machine].label : "");
  struct figure *figure = figure_new(
      FIGURE_XY, id, title,
      bandwidth ? "Bytes over the time of one way against the size of a message, both logarithmic, "
                  "medians with 95 % intervals; dashed without points: the LogGP model."
                : "Time of one way, half of a round trip, against the size of a message, both "
                  "logarithmic, medians with 95 % intervals; dashed without points: the LogGP "
                  "model, with a fit each for short and long messages if these differ.");
  axis_set(&figure->x, "message size", "B", SCALE_LOG10);
  axis_set(&figure->y, bandwidth ? "bandwidth" : "time of one way", bandwidth ? "B/s" : "s",
           SCALE_LOG10);
  figure->x.si = figure->y.si = true;
  for (size_t i = 0; i < all->count; i++)
    if (all->items[i].machine == machine) {
      draw_fit(figure, answer, &all->items[i], bandwidth);
      draw_measured(figure, answer, &all->items[i], bandwidth);
    }
  free(id);
  free(title);
  return figure;
}

/* --- synchronization -------------------------------------------------------------------------- */

static bool is_collective(const struct standing *standing) {
  const char *kernel = standing->work->kernel;
  return (strcmp(kernel, "barrier") == 0 || strcmp(kernel, "allreduce") == 0) &&
         standing->count > 0 && standing->point->figures[COLUMN_work_op] > 0;
}

static void add_collective(struct table *table, const struct answer *answer, size_t contest,
                           const struct standing *standing) {
  const struct description *d = &standing->described;
  double each = standing->point->figures[COLUMN_work_op];
  char *work = work_short_name(answer, answer->contests[contest].work), time[NUMBER_TEXT];
  char *name = standing_name(answer, standing), size[SIZE_TEXT];
  table_cell(table, TONE_NONE, (double)contest, "%s", work);
  table_cell(table, TONE_NONE, (double)standing->point->variant, "%s", name);
  if (strcmp(standing->work->kernel, "allreduce") == 0)
    table_cell(table, TONE_NONE, 8 * (double)standing->problem->n, "%s",
               size_text(8 * standing->problem->n, size));
  else
    table_cell(table, TONE_QUIET, NAN, "-");
  struct table_cell *cell =
      table_cell(table, standing->sound ? TONE_NONE : TONE_SUSPECT, d->median / each, "%s",
                 seconds_format(d->median / each, time));
  cell->second = time_bounds_text(d->low / each, d->high / each);
  free(work);
  free(name);
}

static void add_collectives(struct document *document, const struct answer *answer) {
  struct table *table = NULL;
  for (size_t c = 0; c < answer->contest_count; c++) {
    const struct contest *contest = &answer->contests[c];
    for (size_t i = contest->begin; i < contest->end; i++) {
      const struct standing *standing = &answer->standings[i];
      size_t entry = contest->entries[standing->point->variant];
      if (!is_collective(standing) || standing->point->machine != contest->machine ||
          entry == NONE || answer->standings[entry].point->cores != standing->point->cores)
        continue;
      if (table == NULL) {
        table = document_table(document, SHOW_SUMMARY | SHOW_PAGE, "collectives",
                               "Barriers and reductions over all workers");
        table_column(table, false, false, "work", NULL);
        table_column(table, false, false, "model", NULL);
        table_column(table, true, false, "bytes", "The size of the vector that is reduced.");
        table_column(
            table, true, false, "time of one",
            "The median time of a repetition over its synchronizations (work_op), with its "
            "95 % interval.");
      }
      add_collective(table, answer, c, standing);
    }
  }
}

void section_messages(struct document *document, const struct answer *answer) {
  struct all_messages all;
  messages_find(&all, answer);
  bool collectives = false;
  for (size_t i = 0; i < answer->standing_count; i++)
    collectives |= is_collective(&answer->standings[i]);
  if (all.count > 0 || collectives)
    document_heading(document, SHOW_PAGE, 2, "Messages and synchronization");
  for (size_t i = 0; i < all.count; i++)
    if (i == 0 || all.items[i].machine != all.items[i - 1].machine) {
      document_figure(document, SHOW_PAGE, draw(answer, &all, all.items[i].machine, false));
      document_figure(document, SHOW_PAGE, draw(answer, &all, all.items[i].machine, true));
    }
  if (all.count > 0) {
    add_sizes(document, answer, &all);
    add_loggp(document, answer, &all);
  }
  add_collectives(document, answer);
  messages_free(&all);
}
