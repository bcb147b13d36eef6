#include "analysis/figures/vega.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/figures/distribution.h"
#include "analysis/figures/layout.h"
#include "analysis/figures/style.h"
#include "analysis/figures/svg.h"
#include "analysis/figures/text.h"
#include "common/grow.h"

enum { TEXT_LIMIT = 500 };

static const char *const shapes[] = {
    [SHAPE_LINE_POINTS] = "measured",  [SHAPE_POINTS] = "launch", [SHAPE_LINE] = "model",
    [SHAPE_PREDICTION] = "prediction", [SHAPE_BOUND] = "bound",   [SHAPE_BARS] = "bar"};

static json_t *text(const char *any) {
  char *clean = text_clean(any, TEXT_LIMIT);
  json_t *value = json_string(clean);
  free(clean);
  return value;
}

static json_t *number(double value) {
  return isfinite(value) ? json_real(value) : json_null();
}

/* Vega-Lite takes '.' and '[' of a field's name for access to an object's parts: all of ours are
 * plain words. */
static json_t *datum(const struct figure *figure, size_t series, size_t index) {
  static const char *const marks[] = {[MARK_PLAIN] = "plain",
                                      [MARK_OVERSUBSCRIBED] = "oversubscribed",
                                      [MARK_SUSPECT] = "suspect",
                                      [MARK_SPECIAL] = "special"};
  const struct figure_series *of = &figure->series[series];
  const struct figure_point *point = &of->points[index];
  char *label = figure_point_text(figure, of, point);
  json_t *value = json_pack("{s:o, s:s, s:o, s:o, s:o, s:o, s:s, s:o}", "series", text(of->name),
                            "kind", shapes[of->shape], "x", number(point->x), "y", number(point->y),
                            "low", number(point->low), "high", number(point->high), "mark",
                            marks[point->mark], "label", text(label));
  free(label);
  if (figure->x.category_count > 0) {
    bool named = point->x >= 1 && point->x <= (double)figure->x.category_count;
    json_object_set_new(value, "category",
                        text(named ? figure->x.categories[(size_t)point->x - 1] : ""));
  }
  if (figure->kind == FIGURE_DISTRIBUTION && figure_shows(figure, point)) {
    double h = 0, v = 0; /* v: the row, counted from below, and where in it */
    layout_place(figure, series, index, &h, &v);
    json_object_set_new(value, "offset",
                        number((double)figure->x.category_count + 1 - point->x - v));
  }
  return value;
}

static json_t *values_of(const struct figure *figure) {
  json_t *values = json_array();
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t j = 0; j < figure->series[i].point_count; j++)
      if (figure_shows(figure, &figure->series[i].points[j]))
        json_array_append_new(values, datum(figure, i, j));
  return values;
}

/* -- Encodings -------------------------------------------------------------------------------- */

/* min and max are those of the drawn axis: see specification. */
static json_t *scale_of(const struct figure_axis *axis) {
  json_t *scale = axis->scale == SCALE_LINEAR ? json_pack("{s:s, s:b}", "type", "linear", "zero", 0)
                  : axis->scale == SCALE_LOG2 ? json_pack("{s:s, s:i}", "type", "log", "base", 2)
                                              : json_pack("{s:s}", "type", "log");
  json_object_set_new(scale, "domain", json_pack("[f, f]", axis->min, axis->max));
  json_object_set_new(scale, "nice", json_false());
  return scale;
}

static json_t *axis_title(const struct figure_axis *axis) {
  char *title = axis->unit[0] == '\0' ? grow_text("%s", axis->label)
                                      : grow_text("%s (%s)", axis->label, axis->unit);
  json_t *value = text(title);
  free(title);
  return value;
}

/* A number along one of the axes. */
static json_t *quantity(const struct figure_axis *axis, const char *field) {
  json_t *encoding = json_pack("{s:s, s:s, s:o, s:o}", "field", field, "type", "quantitative",
                               "title", axis_title(axis), "scale", scale_of(axis));
  if (axis->si)
    json_object_set_new(encoding, "axis", json_pack("{s:s}", "format", "~s"));
  return encoding;
}

/* Categories in their own order. */
static json_t *categories_of(const struct figure_axis *axis) {
  json_t *names = json_array();
  for (size_t i = 0; i < axis->category_count; i++)
    json_array_append_new(names, text(axis->categories[i]));
  return json_pack("{s:s, s:s, s:o, s:o}", "field", "category", "type", "nominal", "title",
                   axis->label[0] == '\0' ? json_null() : text(axis->label), "sort", names);
}

static const char *symbol_name(int style) {
  static const struct {
    int type;
    const char *name;
  } names[] = {{7, "circle"},         {5, "square"},
               {9, "triangle-up"},    {13, "diamond"},
               {11, "triangle-down"}, {15, "M0,-1L0.95,-0.31L0.59,0.81L-0.59,0.81L-0.95,-0.31Z"}};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (names[i].type == style_symbol(style, 0))
      return names[i].name;
  return "circle";
}

/* Colour or symbol of each series by its name: as in the other drawings of the figure. */
static json_t *by_series(const struct figure *figure, bool symbol) {
  json_t *names = json_array(), *range = json_array(), *legend = json_array();
  for (size_t i = 0; i < figure->series_count; i++) {
    const struct figure_series *series = &figure->series[i];
    json_t *name = text(series->name);
    bool before = false;
    for (size_t j = 0; j < json_array_size(names); j++)
      before = before || json_equal(json_array_get(names, j), name);
    if (!before) {
      json_array_append(names, name);
      json_array_append_new(range,
                            json_string(symbol ? symbol_name(series->style)
                                               : style_colour(style_colour_index(series->style))));
    }
    if (!before && figure->kind == FIGURE_XY && series->shape != SHAPE_BOUND)
      json_array_append(legend, name);
    json_decref(name);
  }
  json_t *shown = json_array_size(legend) == 0 ? json_null()
                                               : json_pack("{s:n, s:O}", "title", "values", legend);
  json_decref(legend);
  return json_pack("{s:s, s:s, s:{s:o, s:o}, s:o}", "field", "series", "type", "nominal", "scale",
                   "domain", names, "range", range, "legend", shown);
}

static json_t *tooltip(void) {
  return json_pack("{s:s, s:s}", "field", "label", "type", "nominal");
}

/* -- Layers ----------------------------------------------------------------------------------- */

static bool has_shape(const struct figure *figure, enum series_shape shape, bool with_interval) {
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t j = 0; figure->series[i].shape == shape && j < figure->series[i].point_count; j++) {
      const struct figure_point *point = &figure->series[i].points[j];
      if (figure_shows(figure, point) &&
          (!with_interval || (isfinite(point->low) && isfinite(point->high))))
        return true;
    }
  return false;
}

/* A layer of the data for which the filter holds. Takes mark and encoding. */
static void add_layer(json_t *layers, const char *filter, json_t *mark, json_t *encoding) {
  json_array_append_new(layers, json_pack("{s:[{s:s}], s:o, s:o}", "transform", "filter", filter,
                                          "mark", mark, "encoding", encoding));
}

static json_t *place_x(const struct figure *figure) {
  return figure->x.category_count > 0 ? categories_of(&figure->x) : quantity(&figure->x, "x");
}

static json_t *interval(const struct figure *figure, bool x) {
  json_t *encoding =
      x ? json_pack("{s:o, s:{s:s}}", "x", quantity(&figure->y, "low"), "x2", "field", "high")
        : json_pack("{s:o, s:{s:s}}", "y", quantity(&figure->y, "low"), "y2", "field", "high");
  json_object_set_new(encoding, "color", by_series(figure, false));
  return encoding;
}

static json_t *line_encoding(const struct figure *figure) {
  return json_pack("{s:o, s:o, s:o, s:{s:s, s:s}}", "x", place_x(figure), "y",
                   quantity(&figure->y, "y"), "color", by_series(figure, false), "detail", "field",
                   "kind", "type", "nominal");
}

static void add_curves(json_t *layers, const struct figure *figure) {
  static const struct {
    enum series_shape shape;
    const char *filter;
    double width;
    int dash[2];
  } curves[] = {{SHAPE_BOUND, "datum.kind === 'bound'", 1, {2, 3}},
                {SHAPE_PREDICTION, "datum.kind === 'prediction'", 1.2, {5, 4}},
                {SHAPE_LINE, "datum.kind === 'model'", 1.2, {1, 0}},
                {SHAPE_LINE_POINTS, "datum.kind === 'measured'", 1.5, {1, 0}}};
  if (has_shape(figure, SHAPE_PREDICTION, true)) {
    json_t *encoding = interval(figure, false);
    json_object_set_new(encoding, "x", place_x(figure));
    add_layer(layers, "datum.kind === 'prediction'",
              json_pack("{s:s, s:f, s:b}", "type", "area", "opacity", 0.2, "clip", 1), encoding);
  }
  for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
    if (has_shape(figure, curves[i].shape, false))
      add_layer(layers, curves[i].filter,
                json_pack("{s:s, s:f, s:[i, i], s:b}", "type", "line", "strokeWidth",
                          curves[i].width, "strokeDash", curves[i].dash[0], curves[i].dash[1],
                          "clip", 1),
                line_encoding(figure));
}

/* Hollow for what is oversubscribed or suspect, large for what is special. */
static json_t *point_encoding(const struct figure *figure) {
  json_t *encoding = json_pack("{s:o, s:o, s:o, s:o, s:o}", "x", place_x(figure), "y",
                               quantity(&figure->y, "y"), "color", by_series(figure, false),
                               "shape", by_series(figure, true), "tooltip", tooltip());
  json_object_set_new(encoding, "fillOpacity",
                      json_pack("{s:{s:s, s:f}, s:f}", "condition", "test",
                                "datum.mark === 'oversubscribed' || datum.mark === 'suspect'",
                                "value", 0.0, "value", 1.0));
  json_object_set_new(encoding, "size",
                      json_pack("{s:{s:s, s:i}, s:i}", "condition", "test",
                                "datum.mark === 'special'", "value", 200, "value", 40));
  return encoding;
}

static void add_bars(json_t *layers, const struct figure *figure) {
  json_t *encoding =
      json_pack("{s:o, s:{s:s, s:s}, s:o, s:o, s:o}", "x", place_x(figure), "xOffset", "field",
                "series", "type", "nominal", "y", quantity(&figure->y, "y"), "color",
                by_series(figure, false), "tooltip", tooltip());
  json_object_set_new(json_object_get(encoding, "y"), "stack", json_null());
  add_layer(layers, "datum.kind === 'bar'", json_pack("{s:s, s:f}", "type", "bar", "opacity", 0.6),
            encoding);
  if (!has_shape(figure, SHAPE_BARS, true))
    return;
  json_t *bounds = interval(figure, false);
  json_object_set_new(bounds, "x", place_x(figure));
  json_object_set_new(bounds, "xOffset",
                      json_pack("{s:s, s:s}", "field", "series", "type", "nominal"));
  add_layer(layers, "datum.kind === 'bar' && isValid(datum.low)",
            json_pack("{s:s}", "type", "rule"), bounds);
}

static json_t *xy_layers(const struct figure *figure) {
  json_t *layers = json_array();
  add_curves(layers, figure);
  if (has_shape(figure, SHAPE_BARS, false))
    add_bars(layers, figure);
  if (has_shape(figure, SHAPE_POINTS, false))
    add_layer(
        layers, "datum.kind === 'launch'",
        json_pack("{s:s, s:i, s:f, s:b}", "type", "point", "size", 8, "opacity", 0.45, "filled", 1),
        json_pack("{s:o, s:o, s:o, s:o}", "x", place_x(figure), "y", quantity(&figure->y, "y"),
                  "color", by_series(figure, false), "tooltip", tooltip()));
  if (has_shape(figure, SHAPE_LINE_POINTS, true)) {
    json_t *encoding = interval(figure, false);
    json_object_set_new(encoding, "x", place_x(figure));
    add_layer(layers, "datum.kind === 'measured' && isValid(datum.low)",
              json_pack("{s:s}", "type", "rule"), encoding);
  }
  if (has_shape(figure, SHAPE_LINE_POINTS, false))
    add_layer(layers, "datum.kind === 'measured'",
              json_pack("{s:s, s:b}", "type", "point", "filled", 1), point_encoding(figure));
  return layers;
}

static json_t *distribution_layers(const struct figure *figure) {
  json_t *layers = json_array();
  json_t *offset = json_pack("{s:s, s:s, s:{s:[f, f]}}", "field", "offset", "type", "quantitative",
                             "scale", "domain", -0.5, 0.5);
  add_layer(layers, "datum.kind === 'launch'",
            json_pack("{s:s, s:f, s:b, s:i}", "type", "boxplot", "extent", 1.5, "outliers", 0,
                      "size", 10),
            json_pack("{s:o, s:o, s:{s:s}}", "y", categories_of(&figure->x), "x",
                      quantity(&figure->y, "y"), "color", "value", "#999999"));
  add_layer(
      layers, "datum.kind === 'launch'",
      json_pack("{s:s, s:i, s:f, s:b}", "type", "point", "size", 10, "opacity", 0.5, "filled", 1),
      json_pack("{s:o, s:O, s:o, s:o, s:o}", "y", categories_of(&figure->x), "yOffset", offset, "x",
                quantity(&figure->y, "y"), "color", by_series(figure, false), "tooltip",
                tooltip()));
  json_decref(offset);
  json_t *bounds = interval(figure, true);
  json_object_set_new(bounds, "y", categories_of(&figure->x));
  add_layer(layers, "datum.kind === 'measured' && isValid(datum.low)",
            json_pack("{s:s, s:i}", "type", "rule", "strokeWidth", 2), bounds);
  return layers;
}

/* Ratios: the colours are symmetric around 1 on a logarithmic scale. */
static json_t *heat_colour(const struct figure *figure) {
  double most = 1.01;
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t j = 0; j < figure->series[i].point_count; j++)
      if (figure_shows(figure, &figure->series[i].points[j])) {
        double y = figure->series[i].points[j].y;
        most = fmax(most, fmax(y, 1 / y));
      }
  json_t *scale = figure->y.scale == SCALE_LINEAR
                      ? json_pack("{s:s}", "scheme", "purples")
                      : json_pack("{s:s, s:[f, f], s:f, s:s}", "type", "log", "domain", 1 / most,
                                  most, "domainMid", 1.0, "scheme", "purpleorange");
  if (figure->y.scale != SCALE_LINEAR)
    json_object_set_new(scale, "reverse", json_true());
  return json_pack("{s:s, s:s, s:o, s:o}", "field", "y", "type", "quantitative", "title",
                   axis_title(&figure->y), "scale", scale);
}

static json_t *heat_layers(const struct figure *figure) {
  json_t *rows = json_array();
  for (size_t i = 0; i < figure->series_count; i++)
    json_array_append_new(rows, text(figure->series[i].name));
  json_t *y = json_pack("{s:s, s:s, s:n, s:o}", "field", "series", "type", "nominal", "title",
                        "sort", rows);
  json_t *layers = json_array();
  json_array_append_new(layers, json_pack("{s:s, s:{s:o, s:O, s:o, s:o}}", "mark", "rect",
                                          "encoding", "x", categories_of(&figure->x), "y", y,
                                          "color", heat_colour(figure), "tooltip", tooltip()));
  json_array_append_new(layers,
                        json_pack("{s:s, s:{s:o, s:O, s:{s:s, s:s, s:s}}}", "mark", "text",
                                  "encoding", "x", categories_of(&figure->x), "y", y, "text",
                                  "field", "y", "type", "quantitative", "format", ".3~g"));
  json_decref(y);
  return layers;
}

/* -- The file --------------------------------------------------------------------------------- */

/* Thin grey lines behind the data, and names as long as they are. */
static json_t *configuration(bool turned) {
  return json_pack("{s:{s:s, s:f, s:i}, s:{s:i}, s:{s:i}}", "axis", "gridColor", "#dddddd",
                   "gridWidth", 0.5, "labelLimit", 300, "axisX", "labelAngle", turned ? -45 : 0,
                   "legend", "labelLimit", 300);
}

static json_t *specification(const struct figure *figure) {
  struct layout *layout = layout_new(figure, false);
  struct figure view = *figure; /* the same data, with the axes as they are drawn */
  const struct range *x = &layout->horizontal.range;
  const struct range *y =
      figure->kind == FIGURE_XY ? &layout->vertical.range : &layout->horizontal.range;
  view.x.min = x->min;
  view.x.max = x->max;
  view.y.min = y->min;
  view.y.max = y->max;
  bool turned = layout->horizontal.rotated;
  layout_free(layout);
  json_t *layers = view.kind == FIGURE_HEAT           ? heat_layers(&view)
                   : view.kind == FIGURE_DISTRIBUTION ? distribution_layers(&view)
                                                      : xy_layers(&view);
  if (json_array_size(layers) == 0) /* a view needs a mark */
    json_array_append_new(layers, json_pack("{s:{s:s}}", "mark", "type", "point"));
  json_t *height = view.kind == FIGURE_XY ? json_integer(300) : json_pack("{s:i}", "step", 36);
  return json_pack("{s:s, s:o, s:o, s:i, s:o, s:{s:o}, s:o, s:{s:{s:s}}, s:o}", "$schema",
                   "https://vega.github.io/schema/vega-lite/v5.json", "title", text(view.title),
                   "description", text(view.description), "width", 560, "height", height, "data",
                   "values", values_of(&view), "layer", layers, "resolve", "scale", "color",
                   "shared", "config", configuration(turned));
}

int figure_vega(const struct figure *figure, const char *folder, struct error *error) {
  *error = (struct error){0};
  if (!text_is_id(figure->id))
    return error_set(error, EXIT_USAGE, "'%.100s' cannot be the id of a figure", figure->id);
  char *path = grow_text("%s/%s.vl.json", folder, figure->id);
  int number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  FILE *file = number < 0 ? NULL : fdopen(number, "w");
  json_t *all = specification(figure);
  bool bad = file == NULL || all == NULL ||
             json_dumpf(all, file, JSON_INDENT(1) | JSON_REAL_PRECISION(10)) != 0 ||
             fputc('\n', file) == EOF;
  int saved = errno;
  if (file != NULL && fclose(file) != 0 && !bad) {
    bad = true;
    saved = errno;
  }
  json_decref(all);
  if (bad)
    error_set(error, EXIT_MACHINE, "cannot write %s: %s", path,
              all == NULL ? "out of memory" : strerror(saved));
  free(path);
  return error->code;
}
