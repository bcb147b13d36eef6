#include "analysis/figures/layout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/figures/distribution.h"
#include "analysis/figures/text.h"
#include "common/grow.h"

enum {
  WIDTH = 640,
  PLOT_HEIGHT = 290,
  CHARACTER_PX = 7, /* an average character of the font at 12 pixels, rounded up */
  KEY_ROW_PX = 18,
  KEY_SAMPLE_PX = 66, /* with the gaps around it, as gnuplot lays it out */
  KEY_TEXT_LIMIT = 48,
  END_LABEL_PX = 13, /* between two labels at the ends of bounds */
  END_LIMIT = 30
};

/* The width of a character in the legend, as gnuplot estimates it. */
#define KEY_CHARACTER_PX 7.2
/* Labels of rows and times are mostly digits, '=' and 'm': with a smaller width they are cut off or
 * overlap the label of the axis. */
#define WIDE_CHARACTER_PX 7.5

static double larger(double a, double b) {
  return a > b ? a : b;
}

static bool is_bar(const struct figure_series *series) {
  return series->shape == SHAPE_BARS;
}

void layout_bar(const struct figure *figure, size_t series, double x, double *left, double *right) {
  size_t bars = 0, before = 0;
  for (size_t i = 0; i < figure->series_count; i++) {
    before += i < series && is_bar(&figure->series[i]);
    bars += is_bar(&figure->series[i]);
  }
  double width = 0.8 / (double)bars;
  *left = x - 0.4 + width * (double)before;
  *right = *left + width;
}

/* A low-discrepancy sequence (multiples of the golden ratio): spreads without clumps. */
static double spread(size_t index) {
  return fmod(0.5 + 0.6180339887498949 * (double)index, 1) - 0.5;
}

static size_t row_count(const struct figure *figure) {
  return figure->kind == FIGURE_HEAT ? figure->series_count : figure->x.category_count;
}

void layout_place(const struct figure *figure, size_t series, size_t index, double *horizontal,
                  double *vertical) {
  const struct figure_series *of = &figure->series[series];
  const struct figure_point *point = &of->points[index];
  double rows = (double)row_count(figure);
  switch (figure->kind) {
  case FIGURE_HEAT:
    *horizontal = point->x;
    *vertical = rows - (double)series;
    break;
  case FIGURE_DISTRIBUTION:
    *horizontal = point->y;
    *vertical = rows + 1 - point->x +
                (of->shape == SHAPE_POINTS
                     ? DISTRIBUTION_STRIP_OFFSET + 2 * DISTRIBUTION_STRIP_HALF * spread(index)
                     : DISTRIBUTION_BOX_OFFSET);
    break;
  case FIGURE_XY:
    *horizontal = point->x;
    *vertical = point->y;
    if (is_bar(of)) {
      double left = 0, right = 0;
      layout_bar(figure, series, point->x, &left, &right);
      *horizontal = (left + right) / 2;
    }
  }
}

double layout_px_x(const struct layout *layout, double horizontal) {
  return layout->left +
         range_position(&layout->horizontal.range, horizontal) * (layout->right - layout->left);
}

double layout_px_y(const struct layout *layout, double vertical) {
  return layout->bottom -
         range_position(&layout->vertical.range, vertical) * (layout->bottom - layout->top);
}

/* -- Ranges ----------------------------------------------------------------------------------- */

struct text_extent {
  double low, high;
};

static void extend(struct text_extent *extent, enum axis_scale scale, double value) {
  if (!scale_shows(scale, value))
    return;
  extent->low = value < extent->low ? value : extent->low;
  extent->high = value > extent->high ? value : extent->high;
}

/* The measured points determine the range of y. Lines of models and bounds may double a linear
 * range and multiply a logarithmic one by 30; beyond, they are clipped. */
static struct text_extent extent_y(const struct figure *figure) {
  struct text_extent measured = {INFINITY, -INFINITY}, models = measured;
  enum axis_scale scale = figure->y.scale;
  for (size_t i = 0; i < figure->series_count; i++) {
    const struct figure_series *series = &figure->series[i];
    bool model = series->shape == SHAPE_BOUND || series->shape == SHAPE_PREDICTION ||
                 series->shape == SHAPE_LINE;
    struct text_extent *extent = model ? &models : &measured;
    for (size_t j = 0; j < series->point_count; j++) {
      if (!figure_shows(figure, &series->points[j]))
        continue;
      extend(extent, scale, series->points[j].y);
      if (series->shape != SHAPE_BOUND) {
        extend(extent, scale, series->points[j].low);
        extend(extent, scale, series->points[j].high);
      }
    }
    if (is_bar(series))
      extend(&measured, scale, 0);
  }
  if (measured.low > measured.high)
    return models;
  if (models.low <= models.high) {
    double most = scale == SCALE_LINEAR
                      ? measured.high + larger(measured.high - measured.low, fabs(measured.high))
                      : measured.high * 30;
    double least =
        scale == SCALE_LINEAR ? measured.low - (most - measured.high) : measured.low / 30;
    extend(&measured, scale, fmin(models.high, most));
    extend(&measured, scale, larger(models.low, least));
  }
  return measured;
}

static struct text_extent extent_x(const struct figure *figure) {
  struct text_extent extent = {INFINITY, -INFINITY};
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t j = 0; j < figure->series[i].point_count; j++)
      if (figure_shows(figure, &figure->series[i].points[j]))
        extend(&extent, figure->x.scale, figure->series[i].points[j].x);
  return extent;
}

static int by_value(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The distinct x of the measured points, ascending; the caller frees them. */
static double *distinct_x(const struct figure *figure, size_t *count) {
  double *values = NULL;
  size_t all = 0;
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t j = 0; j < figure->series[i].point_count; j++)
      if (figure_shows(figure, &figure->series[i].points[j]))
        *GROW(values, all) = figure->series[i].points[j].x;
  if (all > 0)
    qsort(values, all, sizeof *values, by_value);
  *count = 0;
  for (size_t i = 0; i < all; i++)
    if (i == 0 || values[i] != values[*count - 1])
      values[(*count)++] = values[i];
  return values;
}

static bool has_mark(const struct figure *figure, enum point_mark mark) {
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t j = 0; j < figure->series[i].point_count; j++)
      if (figure->series[i].points[j].mark == mark &&
          figure_shows(figure, &figure->series[i].points[j]))
        return true;
  return false;
}

/* -- Axes ------------------------------------------------------------------------------------- */

/* Its label with the unit, cut to a length in pixels. */
static char *label_text(const struct figure_axis *axis, const char *unit, double length_px) {
  char *label = text_clean(axis->label, (size_t)larger(20, length_px / CHARACTER_PX - 10));
  char *clean_unit = text_clean(unit, 20);
  char *text =
      clean_unit[0] == '\0' ? grow_text("%s", label) : grow_text("%s (%s)", label, clean_unit);
  free(label);
  free(clean_unit);
  return text;
}

static size_t longest_text(const struct tics *tics) {
  size_t longest = 0;
  for (size_t i = 0; i < tics->count; i++) {
    size_t length = text_length(tics->tics[i].text);
    longest = length > longest ? length : longest;
  }
  return longest;
}

/* Rows of names, from top to bottom: a heat map's series, a distribution's categories. */
static void row_tics(struct tics *tics, const struct figure *figure, double row_px) {
  size_t rows = row_count(figure);
  size_t every = (size_t)ceil(12 / row_px);
  tics->unit = grow_text("%s", "");
  for (size_t i = 0; i < rows; i += every) {
    const char *name =
        figure->kind == FIGURE_HEAT ? figure->series[i].name : figure->x.categories[i];
    char *text = text_clean(name, 40);
    struct tic *tic = GROW(tics->tics, tics->count);
    tic->at = (double)(rows - i);
    tic->text = text;
  }
}

static void lay_rows(struct layout *layout, const struct figure *figure, double row_px) {
  size_t rows = row_count(figure);
  layout->vertical.range = (struct range){0.5, (double)rows + 0.5, SCALE_LINEAR};
  if (rows == 0)
    layout->vertical.range.max = 1.5;
  row_tics(&layout->vertical.tics, figure, row_px);
  layout->vertical.label = grow_text("%s", "");
  layout->left = (double)longest_text(&layout->vertical.tics) * WIDE_CHARACTER_PX + 22;
  layout->bottom = layout->top + row_px * larger(1, (double)rows);
}

/* -- Names in lines --------------------------------------------------------------------------- */

/* Breaks a name at blanks into lines of at most `limit` characters; false if that cannot be. */
static bool break_lines(char *text, size_t limit, size_t *lines) {
  char *line = text, *blank = NULL;
  *lines = 1;
  for (char *at = text;; at++) {
    if (*at == ' ' || *at == '\0') {
      char end = *at;
      *at = '\0';
      bool fits = text_length(line) <= limit;
      *at = end;
      if (!fits && blank == NULL)
        return false;
      if (!fits) {
        *blank = '\n';
        line = blank + 1;
        blank = NULL;
        ++*lines;
        at--; /* once more, on the new line */
        continue;
      }
      blank = at;
    }
    if (*at == '\0')
      return *lines <= 3;
  }
}

/* Names of categories that do not fit side by side are broken, or all of them turned. */
static void fit_names(struct drawn_axis *axis, double each_px) {
  size_t limit = (size_t)larger(1, (each_px - 6) / (CHARACTER_PX - 0.4));
  axis->lines = 1;
  char **broken = grow(NULL, 0, (axis->tics.count + 1) * sizeof *broken);
  for (size_t i = 0; i < axis->tics.count; i++) {
    size_t lines = 1;
    broken[i] = grow_text("%s", axis->tics.tics[i].text);
    axis->rotated = !break_lines(broken[i], limit, &lines) || axis->rotated;
    axis->lines = lines > axis->lines ? lines : axis->lines;
  }
  for (size_t i = 0; i < axis->tics.count; i++) {
    char **text = &axis->tics.tics[i].text;
    free(axis->rotated ? broken[i] : *text);
    if (!axis->rotated)
      *text = broken[i];
  }
  free(broken);
  if (axis->rotated)
    axis->lines = 1;
}

/* The legend of a heat map: the columns, the numbers and their signs. */
static char *heat_label(const struct figure *figure) {
  char *x = text_clean(figure->x.label, 40);
  char *y = label_text(&figure->y, figure->y.si ? "" : figure->y.unit, 300);
  char *text =
      grow_text("%s%s%s%s%s%s", x, x[0] != '\0' && y[0] != '\0' ? "; numbers: " : "", y,
                has_mark(figure, MARK_SPECIAL) ? "; * best" : "",
                has_mark(figure, MARK_SUSPECT) ? "; ? suspect" : "",
                has_mark(figure, MARK_OVERSUBSCRIBED) ? "; ! more workers than cores" : "");
  free(x);
  free(y);
  return text;
}

/* How far the plot must move to the right so that the first rotated name is not cut. */
static double room_for_names(const struct layout *layout, double each_px) {
  if (!layout->horizontal.rotated)
    return 0;
  double reach = (double)longest_text(&layout->horizontal.tics) * CHARACTER_PX * 0.72 - each_px / 2;
  return larger(0, reach + 4 - layout->left);
}

static void lay_heat(struct layout *layout, const struct figure *figure) {
  lay_rows(layout, figure, figure->series_count > 60 ? 18 : 30);
  size_t columns = figure->x.category_count;
  layout->horizontal.range =
      (struct range){0.5, (double)(columns > 0 ? columns : 1) + 0.5, SCALE_LINEAR};
  double width = WIDTH - 14 - layout->left;
  double cell = fmin(92, larger(44, width / (double)(columns > 0 ? columns : 1)));
  layout->right = layout->left + cell * (double)(columns > 0 ? columns : 1);
  layout->horizontal.tics = tics_choose(&figure->x, &layout->horizontal.range,
                                        layout->right - layout->left, true, NULL, 0);
  fit_names(&layout->horizontal, cell);
  double room = room_for_names(layout, cell);
  layout->left += room;
  layout->right += room;
  layout->horizontal.label = heat_label(figure);
}

static void lay_distribution(struct layout *layout, const struct figure *figure) {
  size_t rows = row_count(figure);
  lay_rows(layout, figure, rows <= 40 ? 44 : rows <= 100 ? 20 : 13);
  layout->right = WIDTH - 20;
  struct text_extent extent = extent_y(figure);
  layout->horizontal.range = range_choose(&figure->y, extent.low, extent.high, false);
  layout->horizontal.tics = tics_choose(&figure->y, &layout->horizontal.range,
                                        layout->right - layout->left, true, NULL, 0);
  layout->horizontal.label =
      label_text(&figure->y, layout->horizontal.tics.unit, layout->right - layout->left);
}

static struct range range_of_x(const struct figure *figure) {
  struct text_extent extent = extent_x(figure);
  if (figure->x.category_count == 0)
    return range_choose(&figure->x, extent.low, extent.high, false);
  return (struct range){0.5, (double)figure->x.category_count + 0.5, SCALE_LINEAR};
}

static void lay_xy(struct layout *layout, const struct figure *figure, double end_px) {
  layout->bottom = layout->top + PLOT_HEIGHT;
  struct text_extent extent = extent_y(figure);
  layout->vertical.range = range_choose(&figure->y, extent.low, extent.high, true);
  layout->vertical.tics =
      tics_choose(&figure->y, &layout->vertical.range, PLOT_HEIGHT, false, NULL, 0);
  layout->vertical.label = label_text(&figure->y, layout->vertical.tics.unit, PLOT_HEIGHT);
  layout->left = (double)longest_text(&layout->vertical.tics) * WIDE_CHARACTER_PX + 34;
  layout->right = WIDTH - larger(18, end_px);
  layout->horizontal.range = range_of_x(figure);
  size_t count = 0;
  double *values = distinct_x(figure, &count);
  double length = layout->right - layout->left;
  layout->horizontal.tics =
      tics_choose(&figure->x, &layout->horizontal.range, length, true, values, count);
  free(values);
  layout->horizontal.label = label_text(&figure->x, layout->horizontal.tics.unit, length);
  if (figure->x.category_count > 0) {
    double each = length / larger(1, (double)layout->horizontal.tics.count);
    fit_names(&layout->horizontal, each);
    layout->left += room_for_names(layout, each);
  }
}

/* -- Names of bounds -------------------------------------------------------------------------- */

/* Cuts the line from a to b (pixels) to the frame, after Liang and Barsky (1984); false if nothing
 * of it is inside. */
static bool clip(const struct layout *layout, double a[2], double b[2]) {
  double from = 0, to = 1, d[2] = {b[0] - a[0], b[1] - a[1]};
  double p[4] = {-d[0], d[0], -d[1], d[1]};
  double q[4] = {a[0] - layout->left, layout->right - a[0], a[1] - layout->top,
                 layout->bottom - a[1]};
  for (int i = 0; i < 4; i++) {
    if (!isfinite(p[i]) || (p[i] == 0 && q[i] < 0))
      return false;
    if (p[i] < 0)
      from = larger(from, q[i] / p[i]);
    else if (p[i] > 0)
      to = fmin(to, q[i] / p[i]);
  }
  if (from > to)
    return false;
  for (int i = 0; i < 2; i++) {
    b[i] = a[i] + to * d[i];
    a[i] += from * d[i];
  }
  return true;
}

/* Puts the label beside the end of the bound, or along the longest piece of its line that can be
 * seen; false if none can. */
static bool place_end(const struct layout *layout, const struct figure_series *series,
                      struct end_label *end) {
  double longest = 0, last_x = 0, last_y = 0;
  for (size_t i = 1; i < series->point_count; i++) {
    double a[2] = {layout_px_x(layout, series->points[i - 1].x),
                   layout_px_y(layout, series->points[i - 1].y)};
    double b[2] = {layout_px_x(layout, series->points[i].x),
                   layout_px_y(layout, series->points[i].y)};
    if (!clip(layout, a, b))
      continue;
    last_x = b[0];
    last_y = b[1];
    double length = hypot(b[0] - a[0], b[1] - a[1]);
    if (length <= longest)
      continue;
    longest = length;
    double angle = atan2(a[1] - b[1], b[0] - a[0]);
    end->angle_deg = angle * 180 / acos(-1);
    /* above the line's first half, where fewer lines meet */
    end->x = a[0] + 0.4 * (b[0] - a[0]) - 9 * sin(angle);
    end->y = a[1] + 0.4 * (b[1] - a[1]) - 9 * cos(angle);
  }
  end->along = last_x < layout->right - 60;
  if (!end->along) {
    end->x = layout->right + 9;
    end->y = last_y;
  }
  return last_x > 0;
}

static int by_height(const void *a, const void *b) {
  const struct end_label *x = a, *y = b;
  if (x->along != y->along)
    return x->along ? 1 : -1;
  return x->y != y->y ? (x->y > y->y) - (x->y < y->y) : strcmp(x->text, y->text);
}

/* Labels beside the right edge are pushed downwards until none covers another, and the last ones
 * upwards again where they would leave the plot. */
static void separate(struct layout *layout) {
  if (layout->end_count == 0)
    return;
  qsort(layout->ends, layout->end_count, sizeof *layout->ends, by_height);
  size_t beside = 0;
  while (beside < layout->end_count && !layout->ends[beside].along)
    beside++;
  for (size_t i = 1; i < beside; i++)
    layout->ends[i].y = larger(layout->ends[i].y, layout->ends[i - 1].y + END_LABEL_PX);
  double limit = layout->bottom;
  for (size_t i = beside; i-- > 0;) {
    layout->ends[i].y = fmin(layout->ends[i].y, limit);
    limit = layout->ends[i].y - END_LABEL_PX;
  }
}

static void lay_ends(struct layout *layout, const struct figure *figure) {
  for (size_t i = 0; i < figure->series_count; i++) {
    const struct figure_series *series = &figure->series[i];
    struct end_label end = {.style = series->style};
    if (series->shape != SHAPE_BOUND || series->name[0] == '\0' || !place_end(layout, series, &end))
      continue;
    end.text = text_clean(series->name, END_LIMIT);
    *GROW(layout->ends, layout->end_count) = end;
  }
  separate(layout);
}

/* The room that the names of bounds need beside the plot. */
static double ends_px(const struct figure *figure) {
  size_t longest = 0;
  for (size_t i = 0; i < figure->series_count; i++)
    if (figure->series[i].shape == SHAPE_BOUND) {
      char *text = text_clean(figure->series[i].name, END_LIMIT);
      size_t length = text_length(text);
      longest = length > longest ? length : longest;
      free(text);
    }
  return longest == 0 ? 0 : (double)longest * (CHARACTER_PX - 0.2) + 16;
}

/* -- The legend ------------------------------------------------------------------------------- */

static bool drawable(const struct figure *figure, const struct figure_series *series) {
  for (size_t i = 0; i < series->point_count; i++)
    if (figure_shows(figure, &series->points[i]))
      return true;
  return false;
}

static void lay_key(struct layout *layout, const struct figure *figure) {
  if (figure->kind == FIGURE_XY)
    for (size_t i = 0; i < figure->series_count; i++) {
      const struct figure_series *series = &figure->series[i];
      if (!series->in_key || series->shape == SHAPE_BOUND || !drawable(figure, series))
        continue;
      struct key_entry *entry = GROW(layout->key, layout->key_count);
      entry->series = series;
      entry->text = text_clean(series->name, KEY_TEXT_LIMIT);
    }
  static const char *const meanings[] = {
      [MARK_OVERSUBSCRIBED] = "more workers than cores", [MARK_SUSPECT] = "suspect"};
  for (int mark = MARK_OVERSUBSCRIBED; mark <= MARK_SUSPECT; mark++)
    if (figure->kind != FIGURE_HEAT && has_mark(figure, (enum point_mark)mark)) {
      struct key_entry *entry = GROW(layout->key, layout->key_count);
      entry->mark = (enum point_mark)mark;
      entry->text = grow_text("%s", meanings[mark]);
    }
  size_t longest = 1;
  for (size_t i = 0; i < layout->key_count; i++) {
    size_t length = text_length(layout->key[i].text);
    longest = length > longest ? length : longest;
  }
  size_t columns = (size_t)((WIDTH - 20) / ((double)longest * KEY_CHARACTER_PX + KEY_SAMPLE_PX));
  layout->key_columns = columns < 1 ? 1 : columns;
  if (layout->key_columns > layout->key_count)
    layout->key_columns = layout->key_count;
}

static double key_px(const struct layout *layout) {
  if (layout->key_count == 0)
    return 0;
  size_t rows = (layout->key_count + layout->key_columns - 1) / layout->key_columns;
  return (double)rows * KEY_ROW_PX + 10;
}

/* -- All of it -------------------------------------------------------------------------------- */

static double horizontal_tics_px(const struct layout *layout) {
  double longest = (double)longest_text(&layout->horizontal.tics);
  return layout->horizontal.rotated ? longest * CHARACTER_PX * 0.72 + 14
                                    : 28 + 15 * (double)(layout->horizontal.lines - 1);
}

static void lay_below(struct layout *layout) {
  double y = layout->bottom + horizontal_tics_px(layout);
  layout->label_y = y + 12;
  if (layout->horizontal.label[0] != '\0')
    y += 22;
  layout->key_top = y + 2;
  layout->height = ceil(layout->key_top + key_px(layout) + 6);
}

struct layout *layout_new(const struct figure *figure, bool titled) {
  struct layout *layout = grow(NULL, 0, sizeof *layout);
  layout->top = titled ? 34 : 12;
  layout->horizontal.lines = 1;
  layout->empty = true;
  for (size_t i = 0; i < figure->series_count; i++)
    layout->empty = layout->empty && !drawable(figure, &figure->series[i]);
  switch (figure->kind) {
  case FIGURE_HEAT:
    lay_heat(layout, figure);
    break;
  case FIGURE_DISTRIBUTION:
    lay_distribution(layout, figure);
    break;
  case FIGURE_XY:
    lay_xy(layout, figure, ends_px(figure));
    lay_ends(layout, figure);
  }
  lay_key(layout, figure);
  layout->width = larger(WIDTH, ceil(layout->right + 14));
  lay_below(layout);
  return layout;
}

static void drawn_axis_free(struct drawn_axis *axis) {
  tics_free(&axis->tics);
  free(axis->label);
}

void layout_free(struct layout *layout) {
  if (layout == NULL)
    return;
  drawn_axis_free(&layout->horizontal);
  drawn_axis_free(&layout->vertical);
  for (size_t i = 0; i < layout->key_count; i++)
    free(layout->key[i].text);
  free(layout->key);
  for (size_t i = 0; i < layout->end_count; i++)
    free(layout->ends[i].text);
  free(layout->ends);
  free(layout);
}
