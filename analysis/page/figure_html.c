#include "analysis/page/figure_html.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/page/escape.h"
#include "analysis/page/table_html.h"
#include "common/grow.h"

/* Which columns a figure's data need beside series and y. */
struct data_columns {
  bool x, interval, mark, label;
};

/* The kind of a point, in a word: "" for an estimate. A heat map's values are all estimates. */
static const char *mark_word(const struct figure *figure, enum series_shape shape,
                             enum point_mark mark) {
  static const char *const shapes[] = {
      [SHAPE_LINE_POINTS] = "",          [SHAPE_POINTS] = "launch", [SHAPE_LINE] = "model",
      [SHAPE_PREDICTION] = "prediction", [SHAPE_BOUND] = "bound",   [SHAPE_BARS] = ""};
  static const char *const marks[] = {[MARK_OVERSUBSCRIBED] = "oversubscribed",
                                      [MARK_SUSPECT] = "suspect",
                                      [MARK_SPECIAL] = "special"};
  if (mark != MARK_PLAIN)
    return marks[mark];
  return figure->kind == FIGURE_HEAT ? "" : shapes[shape];
}

/* The order in which the series are listed: 0 first. */
enum { RANKS = 3 };
static int rank_of(enum series_shape shape) {
  return shape == SHAPE_LINE_POINTS || shape == SHAPE_BARS ? 0 : shape == SHAPE_POINTS ? 2 : 1;
}

static bool is_computed(const struct figure_series *series) {
  return series->shape == SHAPE_LINE || series->shape == SHAPE_PREDICTION ||
         series->shape == SHAPE_BOUND;
}

static size_t launch_points(const struct figure *figure) {
  size_t points = 0;
  for (size_t i = 0; i < figure->series_count; i++)
    if (figure->series[i].shape == SHAPE_POINTS)
      points += figure->series[i].point_count;
  return points;
}

static bool is_left_out(const struct figure *figure, const struct figure_series *series) {
  if (is_computed(series))
    return series->point_count > FIGURE_CURVE_POINTS;
  return series->shape == SHAPE_POINTS && launch_points(figure) > FIGURE_LAUNCH_POINTS;
}

/* The name of the category that a value is, or NULL. */
static const char *category_of(const struct figure_axis *axis, double value) {
  double category = round(value);
  if (!(category >= 1 && category <= (double)axis->category_count))
    return NULL;
  return axis->categories[(size_t)category - 1];
}

/* The series of a distribution are named as the categories that they stand in. */
static bool is_series_name(const struct figure *figure, const struct figure_series *series,
                           double x) {
  const char *category = category_of(&figure->x, x);
  return category != NULL && series->name != NULL && strcmp(category, series->name) == 0;
}

static struct data_columns columns_of(const struct figure *figure) {
  struct data_columns columns = {0};
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t k = 0; k < figure->series[i].point_count; k++) {
      const struct figure_point *point = &figure->series[i].points[k];
      if (is_left_out(figure, &figure->series[i]))
        continue;
      columns.x |= !is_series_name(figure, &figure->series[i], point->x);
      columns.interval |= !isnan(point->low) || !isnan(point->high);
      columns.mark |= *mark_word(figure, figure->series[i].shape, point->mark) != '\0';
      columns.label |= point->label != NULL;
    }
  return columns;
}

static void axis_column(struct table *table, const struct figure_axis *axis, const char *other) {
  const char *label = axis->label && *axis->label ? axis->label : other;
  bool has_unit = axis->unit && *axis->unit;
  char *title = has_unit ? grow_text("%s (%s)", label, axis->unit) : grow_text("%s", label);
  table_column(table, axis->category_count == 0, false, title, NULL);
  free(title);
}

/* A size such as 1,000,000 has all its digits, a measured value five. */
static bool is_whole(double value) {
  return fabs(value) < 1e15 && value == floor(value);
}

static void number_cell(struct table *table, double value) {
  if (isnan(value))
    table_cell(table, TONE_NONE, value, "–");
  else
    table_cell(table, TONE_NONE, value, "%.*g", is_whole(value) ? 15 : 5, value);
}

static void axis_cell(struct table *table, const struct figure_axis *axis, double value) {
  const char *category = category_of(axis, value);
  if (category != NULL)
    table_cell(table, TONE_NONE, value, "%s", category);
  else
    number_cell(table, value);
}

static void data_row(struct table *table, const struct figure *figure,
                     const struct figure_series *series, const struct figure_point *point,
                     const struct data_columns *columns) {
  table_cell(table, TONE_NONE, NAN, "%s", series->name ? series->name : "");
  if (columns->x)
    axis_cell(table, &figure->x, point->x);
  axis_cell(table, &figure->y, point->y);
  if (columns->interval) {
    number_cell(table, point->low);
    number_cell(table, point->high);
  }
  if (columns->mark)
    table_cell(table, TONE_NONE, NAN, "%s", mark_word(figure, series->shape, point->mark));
  if (columns->label)
    table_cell(table, TONE_NONE, NAN, "%s", point->label ? point->label : "");
}

static void series_rows(struct table *table, const struct figure *figure,
                        const struct figure_series *series, const struct data_columns *columns) {
  if (!is_left_out(figure, series))
    for (size_t k = 0; k < series->point_count; k++)
      data_row(table, figure, series, &series->points[k], columns);
  else if (is_computed(series))
    table_note(table, "%s: a computed curve, not listed.", series->name ? series->name : "");
}

void figure_data(struct document *document, const struct figure *figure) {
  struct data_columns columns = columns_of(figure);
  char *id = grow_text("%s-data", figure->id);
  struct table *table =
      document_table(document, SHOW_PAGE, id, "Data: %s", figure->title ? figure->title : "");
  free(id);
  table_column(table, false, false, "series", NULL);
  if (columns.x)
    axis_column(table, &figure->x, "x");
  axis_column(table, &figure->y, "y");
  if (columns.interval) {
    table_column(table, true, false, "low", NULL);
    table_column(table, true, false, "high", NULL);
  }
  if (columns.mark)
    table_column(table, false, false, "mark", NULL);
  if (columns.label)
    table_column(table, false, false, "note", NULL);
  for (int rank = 0; rank < RANKS; rank++)
    for (size_t i = 0; i < figure->series_count; i++)
      if (rank_of(figure->series[i].shape) == rank)
        series_rows(table, figure, &figure->series[i], &columns);
  if (launch_points(figure) > FIGURE_LAUNCH_POINTS)
    table_note(table, "The %zu single launches are not listed; samples.csv has them.",
               launch_points(figure));
}

static void write_caption(FILE *file, const struct figure *figure) {
  fputs("<figcaption><p class=\"title\" id=\"f-", file);
  html_id(file, figure->id);
  fputs("-title\">", file);
  html_text(file, figure->title);
  fputs("</p>", file);
  if (figure->description != NULL && *figure->description != '\0') {
    fputs("<p>", file);
    html_text(file, figure->description);
    fputs("</p>", file);
  }
  if (figure->note_count > 0)
    fputs("<ul class=\"notes\">", file);
  for (size_t i = 0; i < figure->note_count; i++) {
    fputs("<li>", file);
    html_text(file, figure->notes[i]);
    fputs("</li>", file);
  }
  fputs(figure->note_count > 0 ? "</ul>" : "", file);
}

void html_figure(FILE *file, const struct figure *figure, const char *svg) {
  fputs("<figure id=\"f-", file);
  html_id(file, figure->id);
  fputs("\" aria-labelledby=\"f-", file);
  html_id(file, figure->id);
  fputs("-title\">\n", file);
  fprintf(file, "<div class=\"picture%s\">", svg ? "" : " missing");
  fputs(svg ? svg : "<p>There is no picture of this figure: its data are in the table.</p>", file);
  fputs("</div>\n", file);
  write_caption(file, figure);
  fprintf(file, "<details class=\"data\"%s><summary>Data of this figure</summary>\n",
          svg ? "" : " open");
  struct document data = {0};
  figure_data(&data, figure);
  html_table(file, data.blocks[0].table, false);
  document_free(&data);
  fputs("</details></figcaption></figure>\n", file);
}
