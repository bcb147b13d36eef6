#include "analysis/figures/figure.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/grow.h"

static void axis_free(struct figure_axis *axis) {
  free(axis->label);
  free(axis->unit);
  for (size_t i = 0; i < axis->category_count; i++)
    free(axis->categories[i]);
  free(axis->categories);
}

static void series_free(struct figure_series *series) {
  free(series->name);
  for (size_t i = 0; i < series->point_count; i++)
    free(series->points[i].label);
  free(series->points);
}

struct figure *figure_new(enum figure_kind kind, const char *id, const char *title,
                          const char *description) {
  struct figure *figure = grow(NULL, 0, sizeof *figure);
  figure->kind = kind;
  figure->id = grow_text("%s", id);
  figure->title = grow_text("%s", title);
  figure->description = grow_text("%s", description);
  axis_set(&figure->x, "", "", SCALE_LINEAR);
  axis_set(&figure->y, "", "", SCALE_LINEAR);
  figure->x.min = figure->x.max = figure->y.min = figure->y.max = NAN;
  return figure;
}

void figure_free(struct figure *figure) {
  if (figure == NULL)
    return;
  free(figure->id);
  free(figure->title);
  free(figure->description);
  axis_free(&figure->x);
  axis_free(&figure->y);
  for (size_t i = 0; i < figure->series_count; i++)
    series_free(&figure->series[i]);
  free(figure->series);
  for (size_t i = 0; i < figure->note_count; i++)
    free(figure->notes[i]);
  free(figure->notes);
  free(figure);
}

void axis_set(struct figure_axis *axis, const char *label, const char *unit,
              enum axis_scale scale) {
  free(axis->label);
  free(axis->unit);
  axis->label = grow_text("%s", label);
  axis->unit = grow_text("%s", unit);
  axis->scale = scale;
}

void axis_category(struct figure_axis *axis, const char *name) {
  *GROW(axis->categories, axis->category_count) = grow_text("%s", name);
}

struct figure_series *figure_series(struct figure *figure, enum series_shape shape, int style,
                                    const char *name) {
  struct figure_series *series = GROW(figure->series, figure->series_count);
  series->shape = shape;
  series->style = style;
  series->in_key = true;
  series->name = grow_text("%s", name);
  return series;
}

struct figure_point *series_point(struct figure_series *series, double x, double y, double low,
                                  double high) {
  struct figure_point *point = GROW(series->points, series->point_count);
  point->x = x;
  point->y = y;
  point->low = low;
  point->high = high;
  return point;
}

void figure_note(struct figure *figure, const char *format, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  *GROW(figure->notes, figure->note_count) = length < 0 ? grow_text("%s", format) : text;
}
