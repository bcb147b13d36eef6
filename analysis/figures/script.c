#include "analysis/figures/script.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/figures/distribution.h"
#include "analysis/figures/heat.h"
#include "analysis/figures/style.h"
#include "analysis/figures/text.h"
#include "common/grow.h"

#define FONT "sans-serif"
#define TEXT_COLOUR "#222222"
#define GRID_COLOUR "#DDDDDD"
#define MISSING_COLOUR "0x666666"

/* -- What is drawn ---------------------------------------------------------------------------- */

static bool any_point(const struct figure *figure, const struct figure_series *series,
                      bool (*wanted)(const struct figure_point *)) {
  for (size_t i = 0; i < series->point_count; i++)
    if (figure_shows(figure, &series->points[i]) && (wanted == NULL || wanted(&series->points[i])))
      return true;
  return false;
}

static bool has_interval(const struct figure_point *point) {
  return isfinite(point->low) && isfinite(point->high);
}

static bool is_suspect(const struct figure_point *point) {
  return point->mark == MARK_SUSPECT;
}

/* Whether a series has something to draw in this role. */
static bool series_has(const struct figure *figure, const struct figure_series *series,
                       enum plot_role role) {
  enum series_shape shape = series->shape;
  bool rows = figure->kind == FIGURE_DISTRIBUTION;
  if (!any_point(figure, series, NULL))
    return false;
  switch (role) {
  case PLOT_BOUND:
    return shape == SHAPE_BOUND;
  case PLOT_BAND:
    return !rows && shape == SHAPE_PREDICTION && any_point(figure, series, has_interval);
  case PLOT_LAUNCHES:
    return shape == SHAPE_POINTS;
  case PLOT_BARS:
    return !rows && shape == SHAPE_BARS;
  case PLOT_LINE:
    return !rows &&
           (shape == SHAPE_LINE_POINTS || shape == SHAPE_LINE || shape == SHAPE_PREDICTION);
  case PLOT_INTERVALS:
    return (shape == SHAPE_LINE_POINTS || shape == SHAPE_BARS) &&
           any_point(figure, series, has_interval);
  case PLOT_POINTS:
    return shape == SHAPE_LINE_POINTS;
  case PLOT_CROSSES:
    return shape == SHAPE_LINE_POINTS && any_point(figure, series, is_suspect);
  default:
    return false;
  }
}

static void add_element(struct plot_element **elements, size_t *count, enum plot_role role,
                        size_t series) {
  struct plot_element *element = GROW(*elements, *count);
  element->role = role;
  element->series = series;
}

struct plot_element *script_elements(const struct figure *figure, size_t *count) {
  struct plot_element *elements = NULL;
  *count = 0;
  if (figure->kind == FIGURE_HEAT) {
    bool some = false;
    for (size_t i = 0; i < figure->series_count; i++)
      some = some || any_point(figure, &figure->series[i], NULL);
    if (some) {
      add_element(&elements, count, PLOT_CELLS, 0);
      add_element(&elements, count, PLOT_VALUES, 0);
    }
    return elements;
  }
  bool boxes = false;
  if (figure->kind == FIGURE_DISTRIBUTION)
    for (size_t i = 0; i < figure->series_count; i++)
      boxes = boxes || series_has(figure, &figure->series[i], PLOT_LAUNCHES);
  for (enum plot_role role = PLOT_BOUND; role < PLOT_ROLES; role++) {
    if (role == PLOT_BOXES || role == PLOT_LOW_WHISKERS || role == PLOT_HIGH_WHISKERS ||
        role == PLOT_MEDIANS) {
      if (boxes)
        add_element(&elements, count, role, 0);
      continue;
    }
    for (size_t i = 0; i < figure->series_count; i++)
      if (series_has(figure, &figure->series[i], role))
        add_element(&elements, count, role, i);
  }
  return elements;
}

void script_symbol(const struct figure_series *series, const struct figure_point *point,
                   int *symbol, double *size) {
  bool launch = series->shape == SHAPE_POINTS;
  *symbol = launch ? 7 : style_symbol(series->style, 0);
  *size = launch ? STYLE_SIZE_LAUNCH : STYLE_SIZE_NORMAL;
  switch (point->mark) {
  case MARK_OVERSUBSCRIBED:
    *symbol = launch ? 6 : style_symbol(series->style, 1);
    break;
  case MARK_SUSPECT: /* a launch is too small to be crossed: the cross alone */
    *symbol = launch ? 2 : style_symbol(series->style, 1);
    *size = launch ? STYLE_SIZE_CROSS : STYLE_SIZE_NORMAL;
    break;
  case MARK_SPECIAL:
    *symbol = style_symbol(series->style, 0);
    *size = STYLE_SIZE_SPECIAL;
    break;
  case MARK_PLAIN:
    break;
  }
}

/* -- The data --------------------------------------------------------------------------------- */

static void write_comment(FILE *file, const char *before, const char *text) {
  char *clean = text_clean(text, 300);
  fprintf(file, "# %s%s\n", before, clean);
  free(clean);
}

static void write_number(FILE *file, double value) {
  if (isfinite(value))
    fprintf(file, "%.10g", value);
  else
    fputs("NaN", file);
}

static void write_numbers(FILE *file, const double *values, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      fputc(' ', file);
    write_number(file, values[i]);
  }
}

static void write_series(FILE *file, const struct figure *figure, size_t index) {
  const struct figure_series *series = &figure->series[index];
  bool rows = figure->kind == FIGURE_DISTRIBUTION;
  write_comment(file, "", series->name);
  fputs(rows ? "# place row low high symbol size\n" : "# x y low high symbol size left right\n",
        file);
  if (series->point_count == 0)
    fputs("NaN NaN NaN NaN 0 0 NaN NaN\n", file);
  for (size_t i = 0; i < series->point_count; i++) {
    const struct figure_point *point = &series->points[i];
    double h = NAN, v = NAN, left = NAN, right = NAN;
    int symbol = 0;
    double size = 0;
    if (figure_shows(figure, point))
      layout_place(figure, index, i, &h, &v);
    if (series->shape == SHAPE_BARS)
      layout_bar(figure, index, point->x, &left, &right);
    script_symbol(series, point, &symbol, &size);
    bool interval = has_interval(point) && scale_shows(figure->y.scale, point->low);
    write_numbers(file,
                  (double[]){h, v, interval ? point->low : NAN, interval ? point->high : NAN,
                             symbol, size, left, right},
                  series->shape == SHAPE_BARS ? 8 : 6);
    fputc('\n', file);
  }
  fputs("\n\n", file);
}

static void write_boxes(FILE *file, const struct figure *figure) {
  size_t count = 0;
  struct distribution_box *boxes = distribution_boxes(figure, &count);
  fputs("# boxes: the rows' centre, whisker, quartile, median, quartile, whisker, height\n", file);
  for (size_t i = 0; i < count; i++) {
    write_numbers(file,
                  (double[]){boxes[i].row, boxes[i].whisker_low, boxes[i].quartile_low,
                             boxes[i].median, boxes[i].quartile_high, boxes[i].whisker_high,
                             DISTRIBUTION_BOX_HALF},
                  7);
    fputc('\n', file);
  }
  free(boxes);
}

static void write_cells(FILE *file, const struct figure *figure) {
  fputs("# column row value colour text colour text\n", file);
  for (size_t i = 0; i < figure->series_count; i++) {
    write_comment(file, "", figure->series[i].name);
    for (size_t j = 0; j < figure->series[i].point_count; j++) {
      const struct figure_point *point = &figure->series[i].points[j];
      double h = 0, v = 0;
      layout_place(figure, i, j, &h, &v);
      if (!figure_shows(figure, point)) {
        if (isfinite(point->x))
          fprintf(file, "%.10g %.10g NaN 0 " MISSING_COLOUR " \"–\"\n", h, v);
        continue;
      }
      write_numbers(file, (double[]){h, v, point->y}, 3);
      int level = heat_level(figure, point->y);
      char *text = heat_text(figure, point);
      fprintf(file, " 0x%s 0x%s \"%s\"\n", style_heat_colour(level) + 1, style_heat_text(level) + 1,
              text);
      free(text);
    }
  }
}

static void write_data(FILE *file, const struct figure *figure) {
  write_comment(file, "", figure->title);
  if (figure->kind == FIGURE_HEAT) {
    write_cells(file, figure);
    return;
  }
  for (size_t i = 0; i < figure->series_count; i++)
    write_series(file, figure, i);
  if (figure->kind == FIGURE_DISTRIBUTION)
    write_boxes(file, figure);
}

/* -- The script ------------------------------------------------------------------------------- */

static void write_quoted(FILE *file, const char *text, size_t limit) {
  char *clean = text_clean(text, limit);
  text_gnuplot(file, clean);
  free(clean);
}

static void write_output(FILE *file, const struct figure *figure, const struct layout *layout) {
  fprintf(file,
          "reset\n"
          "set encoding utf8\n"
          "set terminal svg size %.0f,%.0f noenhanced font '" FONT ",12' butt background "
          "'#FFFFFF'\n"
          "set output '%s.svg'\n",
          layout->width, layout->height, figure->id);
}

static double screen_x(const struct layout *layout, double x) {
  return x / layout->width;
}

static double screen_y(const struct layout *layout, double y) {
  return 1 - y / layout->height;
}

/* A tic's text, perhaps of several lines: 'one'."\n".'two'. gnuplot takes it for a format: "%" is
 * written twice. */
static void write_tic_text(FILE *file, const char *text) {
  char *line = grow(NULL, 0, 2 * strlen(text) + 1);
  for (;;) {
    size_t length = 0;
    for (; *text != '\0' && *text != '\n'; text++) {
      line[length++] = *text;
      if (*text == '%')
        line[length++] = '%';
    }
    line[length] = '\0';
    text_gnuplot(file, line);
    if (*text == '\0')
      break;
    fputs(".\"\\n\".", file);
    text++;
  }
  free(line);
}

static void write_tics(FILE *file, char axis, const struct drawn_axis *drawn, bool lines) {
  if (drawn->tics.count == 0) { /* an empty list would mean gnuplot's own choice */
    fprintf(file, "unset %ctics\n", axis);
    return;
  }
  fprintf(file, "set %ctics out nomirror scale %s%s textcolor rgb '" TEXT_COLOUR "' (", axis,
          lines ? "0.5" : "0", drawn->rotated ? " rotate by 45 right" : "");
  for (size_t i = 0; i < drawn->tics.count; i++) {
    fputs(i == 0 ? "" : ", ", file);
    write_tic_text(file, drawn->tics.tics[i].text);
    fprintf(file, " %.10g", drawn->tics.tics[i].at);
  }
  fputs(")\n", file);
}

static void write_axis(FILE *file, char axis, const struct drawn_axis *drawn) {
  if (drawn->range.scale != SCALE_LINEAR)
    fprintf(file, "set logscale %c %d\n", axis, drawn->range.scale == SCALE_LOG2 ? 2 : 10);
  fprintf(file, "set %crange [%.10g:%.10g] noextend\n", axis, drawn->range.min, drawn->range.max);
}

static void write_axes(FILE *file, const struct figure *figure, const struct layout *layout) {
  fprintf(file,
          "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
          "set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
          screen_x(layout, layout->left), screen_x(layout, layout->right),
          screen_y(layout, layout->top), screen_y(layout, layout->bottom));
  bool frame = figure->kind != FIGURE_HEAT;
  fprintf(file, "set border %d lw 1 lc rgb '" TEXT_COLOUR "'\n", frame ? 3 : 0);
  write_axis(file, 'x', &layout->horizontal);
  write_axis(file, 'y', &layout->vertical);
  write_tics(file, 'x', &layout->horizontal, frame && figure->x.category_count == 0);
  write_tics(file, 'y', &layout->vertical, figure->kind == FIGURE_XY);
  if (figure->kind == FIGURE_XY && figure->x.category_count > 0)
    fputs("set grid ytics back lt 1 lw 0.5 lc rgb '" GRID_COLOUR "'\n", file);
  else if (figure->kind == FIGURE_XY)
    fputs("set grid back lt 1 lw 0.5 lc rgb '" GRID_COLOUR "'\n", file);
  else if (figure->kind == FIGURE_DISTRIBUTION)
    fputs("set grid xtics back lt 1 lw 0.5 lc rgb '" GRID_COLOUR "'\n", file);
}

static void write_labels(FILE *file, const struct figure *figure, const struct layout *layout,
                         unsigned formats) {
  if (formats & FIGURE_TITLED) {
    fprintf(file, "set label at screen %.6f, screen %.6f left front ", screen_x(layout, 12),
            screen_y(layout, 16));
    write_quoted(file, figure->title, 90);
    fputs("\n", file);
  }
  fprintf(file, "set label ");
  text_gnuplot(file, layout->horizontal.label);
  fprintf(file, " at screen %.6f, screen %.6f center front textcolor rgb '" TEXT_COLOUR "'\n",
          screen_x(layout, (layout->left + layout->right) / 2), screen_y(layout, layout->label_y));
  if (layout->vertical.label[0] != '\0') {
    fprintf(file, "set label ");
    text_gnuplot(file, layout->vertical.label);
    fprintf(file,
            " at screen %.6f, screen %.6f center rotate by 90 front textcolor rgb '" TEXT_COLOUR
            "'\n",
            screen_x(layout, 12), screen_y(layout, (layout->top + layout->bottom) / 2));
  }
  for (size_t i = 0; i < layout->end_count; i++) {
    const struct end_label *end = &layout->ends[i];
    fputs("set label ", file);
    text_gnuplot(file, end->text);
    fprintf(file, " at screen %.6f, screen %.6f %s", screen_x(layout, end->x),
            screen_y(layout, end->y), end->along ? "center" : "left");
    if (end->along)
      fprintf(file, " rotate by %.1f", end->angle_deg);
    fprintf(file, " front textcolor rgb '%s'\n", style_colour(style_colour_index(end->style)));
  }
  if (layout->empty)
    fputs("set label 'no data' at graph 0.5, graph 0.5 center front\n", file);
}

static int style_line(int style) {
  return style < 0 ? 1000 : style + 1;
}

static void write_styles(FILE *file, const struct figure *figure) {
  for (size_t i = 0; i < figure->series_count; i++) {
    int style = figure->series[i].style;
    bool before = false;
    for (size_t j = 0; j < i; j++)
      before = before || style_line(figure->series[j].style) == style_line(style);
    if (!before && figure->kind != FIGURE_HEAT)
      fprintf(file, "set style line %d lc rgb '%s' lw 1.5 pt %d ps %g dt %s\n", style_line(style),
              style_colour(style_colour_index(style)), style_symbol(style, 0), STYLE_SIZE_NORMAL,
              style_dash(style));
  }
}

/* A colour with transparency, as gnuplot writes it: '#AARRGGBB', AA = FF for nothing visible. */
static void write_pale(FILE *file, int style, const char *transparency) {
  fprintf(file, "lc rgb '#%s%s'", transparency, style_colour(style_colour_index(style)) + 1);
}

static const char *line_look(const struct figure_series *series) {
  switch (series->shape) {
  case SHAPE_BOUND:
    return " lw 1 dt (2,3)";
  case SHAPE_PREDICTION:
    return " lw 1.2 dt (5,4)";
  case SHAPE_LINE:
    return " lw 1.2 dt solid";
  default:
    return "";
  }
}

static void write_series_element(FILE *file, const struct figure *figure,
                                 const struct layout *layout, const struct plot_element *element) {
  const struct figure_series *series = &figure->series[element->series];
  int line = style_line(series->style);
  fprintf(file, "data index %zu using ", element->series);
  switch (element->role) {
  case PLOT_BOUND:
  case PLOT_LINE:
    fprintf(file, "1:2 with lines ls %d%s", line, line_look(series));
    break;
  case PLOT_BAND:
    fputs("1:3:4 with filledcurves fs solid noborder ", file);
    write_pale(file, series->style, "D0");
    break;
  case PLOT_LAUNCHES:
    fputs("1:2:6:5 with points ps variable pt variable ", file);
    write_pale(file, series->style, "90");
    break;
  case PLOT_BARS:
    fprintf(file, "1:2:7:8:(%.10g):2 with boxxyerror ls %d fs solid 0.5 border",
            layout->vertical.range.scale == SCALE_LINEAR ? fmax(0, layout->vertical.range.min)
                                                         : layout->vertical.range.min,
            line);
    break;
  case PLOT_INTERVALS: /* arrows with blunt heads; gnuplot's error bars blot out what is below */
    fprintf(file, "%s with vectors heads size screen 0.004,90 ls %d lw 1.2 dt solid",
            figure->kind == FIGURE_DISTRIBUTION ? "3:2:($4-$3):(0)" : "1:3:(0):($4-$3)", line);
    break;
  case PLOT_POINTS:
    if (figure->kind == FIGURE_DISTRIBUTION) /* the box below shall be seen */
      fprintf(file, "1:2:($6*0.8):5 with points ls %d ps variable pt variable", line);
    else
      fprintf(file, "1:2:6:5 with points ls %d ps variable pt variable", line);
    break;
  case PLOT_CROSSES:
    fprintf(file, "1:($5 == %d ? $2 : NaN) with points ls %d pt 2 ps %g",
            style_symbol(series->style, 1), line, STYLE_SIZE_NORMAL);
    break;
  default:
    break;
  }
}

static void write_element(FILE *file, const struct figure *figure, const struct layout *layout,
                          const struct plot_element *element) {
  static const char box_look[] = "lc rgb '#666666'";
  switch (element->role) {
  case PLOT_CELLS:
    fputs("data using 1:($3 == $3 ? $2 : NaN):($1-0.485):($1+0.485):($2-0.47):($2+0.47):4 with "
          "boxxyerror fs solid "
          "noborder lc rgb variable",
          file);
    break;
  case PLOT_VALUES:
    fputs("data using 1:2:6:5 with labels textcolor rgb variable", file);
    break;
  case PLOT_BOXES:
    fprintf(file,
            "data index %zu using 4:1:3:5:($1-$7):($1+$7) with boxxyerror %s fs solid 0.25 "
            "border",
            figure->series_count, box_look);
    break;
  case PLOT_LOW_WHISKERS:
  case PLOT_HIGH_WHISKERS:
    fprintf(file, "data index %zu using %s:(0) with vectors nohead dt solid %s",
            figure->series_count,
            element->role == PLOT_LOW_WHISKERS ? "2:1:($3-$2)" : "5:1:($6-$5)", box_look);
    break;
  case PLOT_MEDIANS:
    fprintf(file, "data index %zu using 4:($1-$7):(0):(2*$7) with vectors nohead lw 2 dt solid %s",
            figure->series_count, "lc rgb '" TEXT_COLOUR "'");
    break;
  default:
    write_series_element(file, figure, layout, element);
  }
  fputs(" notitle", file);
}

static void write_key_entry(FILE *file, const struct key_entry *entry) {
  fputs("keyentry with ", file);
  if (entry->series == NULL) {
    fprintf(file, "points pt %d ps %g lc rgb '#666666' title ", entry->mark == MARK_SUSPECT ? 2 : 6,
            STYLE_SIZE_NORMAL);
    text_gnuplot(file, entry->text);
    return;
  }
  int line = style_line(entry->series->style);
  switch (entry->series->shape) {
  case SHAPE_LINE_POINTS:
    fprintf(file, "%spoints ls %d", entry->series->point_count > 1 ? "lines" : "", line);
    break;
  case SHAPE_POINTS:
    fprintf(file, "points ls %d pt 7 ps %g", line, STYLE_SIZE_LAUNCH);
    break;
  case SHAPE_BARS:
    fprintf(file, "boxes ls %d fs solid 0.5 border", line);
    break;
  default:
    fprintf(file, "lines ls %d%s", line, line_look(entry->series));
  }
  fputs(" title ", file);
  text_gnuplot(file, entry->text);
}

static void write_key(FILE *file, const struct layout *layout) {
  if (layout->key_count == 0) {
    fputs("unset key\n", file);
    return;
  }
  fprintf(file,
          "set key at screen 0.5, screen %.6f center top horizontal maxcols %zu Left reverse "
          "samplen 3 noenhanced textcolor rgb '" TEXT_COLOUR "'\n",
          screen_y(layout, layout->key_top), layout->key_columns);
}

static void write_plot(FILE *file, const struct figure *figure, const struct layout *layout) {
  size_t count = 0;
  struct plot_element *elements = script_elements(figure, &count);
  fprintf(file, "data = '%s.dat'\nplot ", figure->id);
  if (count == 0)
    fputs("NaN notitle", file);
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      fputs(", \\\n     ", file);
    write_element(file, figure, layout, &elements[i]);
  }
  for (size_t i = 0; i < layout->key_count; i++) {
    fputs(", \\\n     ", file);
    write_key_entry(file, &layout->key[i]);
  }
  fputc('\n', file);
  free(elements);
}

/* Not every gnuplot has every terminal; the one of libgd stands in for pngcairo. */
static void write_formats(FILE *file, const struct figure *figure, const struct layout *layout,
                          unsigned formats) {
  if (formats & FIGURE_PNG)
    fprintf(file,
            "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) {\n"
            "  set terminal pngcairo size %.0f,%.0f fontscale 2 linewidth 2 pointscale 2 "
            "noenhanced font '" FONT ",9'\n} else {\n"
            "  set terminal png size %.0f,%.0f noenhanced\n}\n"
            "set output '%s.png'\nreplot\n",
            2 * layout->width, 2 * layout->height, 2 * layout->width, 2 * layout->height,
            figure->id);
  if (formats & FIGURE_PDF)
    fprintf(file,
            "set terminal pdfcairo size %.3f,%.3f noenhanced font '" FONT ",9'\n"
            "set output '%s.pdf'\nreplot\n",
            layout->width / 96, layout->height / 96, figure->id);
  fputs("unset output\n", file);
}

static void write_script(FILE *file, const struct figure *figure, const struct layout *layout,
                         unsigned formats) {
  write_comment(file, "", figure->title);
  fprintf(file, "# Draw it again after a change: gnuplot %s.gp\n", figure->id);
  write_output(file, figure, layout);
  write_axes(file, figure, layout);
  write_labels(file, figure, layout, formats);
  write_styles(file, figure);
  write_key(file, layout);
  write_plot(file, figure, layout);
  write_formats(file, figure, layout, formats);
}

static FILE *create(int folder, const char *name) {
  int file = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666);
  return file < 0 ? NULL : fdopen(file, "w");
}

static int finish(FILE *file, const char *name, struct error *error) {
  int bad = file == NULL || ferror(file);
  int saved = errno;
  if (file != NULL && fclose(file) != 0 && !bad) {
    bad = 1;
    saved = errno;
  }
  return bad ? error_set(error, EXIT_MACHINE, "cannot write %s: %s", name, strerror(saved)) : 0;
}

int script_write(const struct figure *figure, const struct layout *layout, int folder,
                 unsigned formats, struct error *error) {
  char name[128];
  snprintf(name, sizeof name, "%.100s.dat", figure->id);
  FILE *file = create(folder, name);
  if (file != NULL)
    write_data(file, figure);
  if (finish(file, name, error) != 0)
    return error->code;
  snprintf(name, sizeof name, "%.100s.gp", figure->id);
  file = create(folder, name);
  if (file != NULL)
    write_script(file, figure, layout, formats);
  return finish(file, name, error);
}
