#include "analysis/figures/svg.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/figures/heat.h"
#include "analysis/figures/layout.h"
#include "analysis/figures/markup.h"
#include "analysis/figures/path.h"
#include "analysis/figures/script.h"
#include "analysis/figures/style.h"
#include "analysis/figures/symbols.h"
#include "analysis/figures/text.h"
#include "common/grow.h"

enum { LARGEST_BYTES = 256 << 20, LOOK_BYTES = 200, FONT_PX = 12 };

/* A part of the result: elements of the same look share a <g>. */
struct plot_part {
  FILE *file;
  char *text;
  size_t size;
  char look[LOOK_BYTES];
  const char *end; /* of the group that is open; NULL: none */
};

/* The parts from the back to the front. */
enum { GRID, PLOTS, AXES, START_TEXTS, MIDDLE_TEXTS, END_TEXTS, OTHER_TEXTS, PARTS };

struct translation {
  const struct figure *figure;
  struct layout *layout;
  struct plot_element *elements;
  size_t element_count;
  size_t launches; /* of the whole figure */
  struct symbols symbols;
  struct plot_part parts[PARTS];
  char prefix[8];

  /* the position of the reader */
  int plot; /* the number of the plot element, from 1; 0 outside */
  int depth, plot_depth;
  size_t series, point; /* the next point that a symbol or shape may belong to */
  struct markup_slice stroke, stroke_width; /* of the group */
  struct text_look {
    double x, y, angle, size;
    int anchor; /* START_TEXTS .. END_TEXTS */
    long colour;
  } text;
};

/* -- Reading numbers and colours -------------------------------------------------------------- */

static bool slice_is(struct markup_slice slice, const char *text) {
  return slice.length == strlen(text) && memcmp(slice.at, text, slice.length) == 0;
}

static bool slice_starts(struct markup_slice slice, const char *text) {
  return slice.length >= strlen(text) && memcmp(slice.at, text, strlen(text)) == 0;
}

/* The numbers of a slice, whatever is between them; returns how many there are, at most `most`. */
static int numbers(struct markup_slice slice, double *values, int most) {
  int count = 0;
  const char *at = slice.at, *end = slice.at + slice.length;
  while (at < end && count < most) {
    char *after = NULL;
    double value = *at == '-' || *at == '.' || (*at >= '0' && *at <= '9') ? strtod(at, &after) : 0;
    if (after == NULL || after == at) {
      at++;
      continue;
    }
    if (after > end || !(fabs(value) <= PATH_LARGEST_PX))
      break;
    values[count++] = value;
    at = after;
  }
  return count;
}

static double number(struct markup_slice slice, double otherwise) {
  double value = 0;
  return numbers(slice, &value, 1) == 1 ? value : otherwise;
}

/* 0xRRGGBB; -1 for what is no colour of gnuplot's: then it is the text's. */
static long read_colour(struct markup_slice slice) {
  double rgb[3];
  if (slice_starts(slice, "rgb(") && numbers(slice, rgb, 3) == 3)
    return ((long)rgb[0] & 255) << 16 | ((long)rgb[1] & 255) << 8 | ((long)rgb[2] & 255);
  if (slice_is(slice, "#FFFFFF"))
    return 0xFFFFFF;
  return -1;
}

static long hex_colour(const char *text) {
  return strtol(text + 1, NULL, 16);
}

/* -- Writing ---------------------------------------------------------------------------------- */

static void end_look(struct plot_part *part) {
  if (part->end != NULL)
    fputs(part->end, part->file);
  part->end = NULL;
}

/* Opens a group of this look unless the part is in one. */
__attribute__((format(printf, 2, 3))) static FILE *use_look(struct plot_part *part,
                                                            const char *format, ...) {
  char look[LOOK_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(look, sizeof look, format, arguments);
  va_end(arguments);
  if (part->end != NULL && strcmp(look, part->look) == 0)
    return part->file;
  end_look(part);
  fprintf(part->file, "<g%s>", look);
  part->end = "</g>\n";
  memcpy(part->look, look, sizeof look);
  return part->file;
}

/* The colour as the page writes it: a custom property for what depends on the theme. */
static const char *page_colour(const struct translation *t, long colour, char text[40]) {
  for (int i = 0; i < STYLE_COLOURS; i++)
    if (colour == hex_colour(style_colour(i)))
      return colour == 0 ? "currentColor"
                         : (snprintf(text, 40, "var(--s%d,%s)", i, style_colour(i)), text);
  if (colour == hex_colour(style_colour(-1)))
    return "var(--quiet,#666)";
  for (int level = -STYLE_HEAT_STEPS; t->figure->kind == FIGURE_HEAT && level <= STYLE_HEAT_STEPS;
       level++)
    if (colour == hex_colour(style_heat_colour(level))) {
      snprintf(text, 40, "var(--h%d,%s)", level + STYLE_HEAT_STEPS, style_heat_colour(level));
      return text;
    }
  return colour == 0xDDDDDD ? "var(--rule,#ddd)" : "currentColor";
}

static void write_title(FILE *file, const char *text) {
  char *clean = text_clean(text, 500);
  fputs("<title>", file);
  text_xml(file, clean);
  fputs("</title>", file);
  free(clean);
}

static char *value_text(const struct figure_axis *axis, double value) {
  return axis->si ? text_si(value, axis->unit, 4)
                  : grow_text("%.4g%s%s", value, axis->unit[0] == '\0' ? "" : " ", axis->unit);
}

static char *place_text(const struct figure_axis *axis, double x) {
  if (axis->category_count > 0)
    return grow_text(
        "%s", x >= 1 && x <= (double)axis->category_count ? axis->categories[(size_t)x - 1] : "");
  char *value = value_text(axis, x);
  char *text = grow_text("%s = %s", axis->label, value);
  free(value);
  return text;
}

char *figure_point_text(const struct figure *figure, const struct figure_series *series,
                        const struct figure_point *point) {
  static const char *const marks[] = {[MARK_PLAIN] = "",
                                      [MARK_OVERSUBSCRIBED] = " (more workers than cores)",
                                      [MARK_SUSPECT] = " (suspect)",
                                      [MARK_SPECIAL] = ""};
  if (point->label != NULL)
    return grow_text("%s", point->label);
  char *place = place_text(&figure->x, point->x);
  char *y = value_text(&figure->y, point->y);
  bool same = strcmp(place, series->name) == 0; /* a distribution's series are its categories */
  char *text = grow_text("%s%s%s: %s", same ? "" : series->name, same ? "" : ", ", place, y);
  if (isfinite(point->low) && isfinite(point->high)) {
    char *low = value_text(&figure->y, point->low), *high = value_text(&figure->y, point->high);
    char *with = grow_text("%s [%s, %s]", text, low, high);
    free(text);
    free(low);
    free(high);
    text = with;
  }
  char *marked = grow_text("%s%s", text, marks[point->mark]);
  free(place);
  free(y);
  free(text);
  return marked;
}

/* -- Which point it is ------------------------------------------------------------------------ */

static const struct plot_element *element_of(const struct translation *t) {
  return t->plot >= 1 && (size_t)t->plot <= t->element_count ? &t->elements[t->plot - 1] : NULL;
}

/* Begins with the points of a plot element. */
static void begin_points(struct translation *t) {
  const struct plot_element *element = element_of(t);
  t->point = 0;
  t->series = element == NULL ? 0 : element->series;
}

/* The point that gnuplot drew at this place: it draws them in their order, and omits those that
 * cannot be seen. NULL if there is no such point (a sample in the legend). */
static const struct figure_point *point_at(struct translation *t, double x, double y) {
  const struct plot_element *element = element_of(t);
  size_t last = t->figure->kind == FIGURE_HEAT ? t->figure->series_count
                : element == NULL              ? 0
                                               : element->series + 1;
  for (size_t series = t->series; series < last; series++) {
    const struct figure_series *of = &t->figure->series[series];
    for (size_t i = series == t->series ? t->point : 0; i < of->point_count; i++) {
      double h = 0, v = 0;
      if (!figure_shows(t->figure, &of->points[i]))
        continue;
      layout_place(t->figure, series, i, &h, &v);
      if (!(fabs(layout_px_x(t->layout, h) - x) < 0.6 && fabs(layout_px_y(t->layout, v) - y) < 0.6))
        continue;
      t->series = series;
      t->point = i + 1;
      return &of->points[i];
    }
  }
  return NULL;
}

static void write_point_title(struct translation *t, FILE *file, const struct figure_point *point) {
  char *text = figure_point_text(t->figure, &t->figure->series[t->series], point);
  write_title(file, text);
  free(text);
}

/* -- The elements ----------------------------------------------------------------------------- */

static double stroke_width(const struct translation *t) {
  return number(t->stroke_width, 1);
}

/* The kind of shape that the current plot element draws; PLOT_ROLES outside of plot elements. */
static enum plot_role role_of(const struct translation *t) {
  const struct plot_element *element = element_of(t);
  return element == NULL ? PLOT_ROLES : element->role;
}

/* Dashes as gnuplot wrote them, rounded. */
static void dash_look(struct markup_slice dashes, char *text, size_t size) {
  double values[8];
  int count = numbers(dashes, values, 8);
  size_t length = 0;
  for (int i = 0; i < count && length < size; i++)
    length += (size_t)snprintf(text + length, size - length, "%s%.3g",
                               i == 0 ? " stroke-dasharray=\"" : " ", values[i]);
  if (count > 0 && length < size)
    snprintf(text + length, size - length, "\"");
  else
    text[0] = '\0';
}

static struct plot_part *part_of_path(struct translation *t, const struct markup_tag *tag) {
  if (slice_is(markup_attribute(tag, "class"), "gridline"))
    return &t->parts[GRID];
  return &t->parts[t->plot > 0 ? PLOTS : AXES];
}

static bool is_curve(const struct translation *t) {
  const struct plot_element *element = element_of(t);
  if (element == NULL || (element->role != PLOT_LINE && element->role != PLOT_BOUND))
    return false;
  return t->figure->series[element->series].shape != SHAPE_LINE_POINTS;
}

/* Lines without a title of their own are one path as long as they look the same. */
static FILE *use_path(struct plot_part *part, const char *look) {
  bool open = part->end != NULL && strcmp(part->look, look) == 0;
  FILE *file = part->file;
  if (!open) {
    end_look(part);
    fprintf(file, "<path%s d=\"", look);
    snprintf(part->look, sizeof part->look, "%s", look);
    part->end = "\"/>\n";
  }
  return file;
}

/* Drops the intervals that a symbol hides: an interval is an arrow of gnuplot's with two blunt
 * heads, three parts of 3, 3 and 2 vertices. Where they are clipped and thus others, all are kept.
 */
static size_t drop_hidden(struct vertex *vertices, size_t count) {
  enum { ARROW = 8 };
  size_t kept = 0;
  if (count % ARROW != 0)
    return count;
  for (size_t i = 0; i < count; i++)
    if (vertices[i].move != (i % ARROW == 0 || i % ARROW == 3 || i % ARROW == 6))
      return count;
  for (size_t i = 0; i < count; i += ARROW) {
    const struct vertex *line = &vertices[i + 6];
    if (hypot(line[1].x - line[0].x, line[1].y - line[0].y) < 2 * STYLE_RADIUS_PX)
      continue;
    memmove(&vertices[kept], &vertices[i], ARROW * sizeof *vertices);
    kept += ARROW;
  }
  return kept;
}

static void translate_path(struct translation *t, const struct markup_tag *tag) {
  struct markup_slice d = markup_attribute(tag, "d"), stroke = markup_attribute(tag, "stroke");
  size_t count = 0;
  struct vertex *vertices = path_read(d.at, d.length, &count);
  char colour[40], dashes[80], look[LOOK_BYTES];
  dash_look(markup_attribute(tag, "stroke-dasharray"), dashes, sizeof dashes);
  snprintf(look, sizeof look, " stroke=\"%s\" stroke-width=\"%.3g\"%s",
           page_colour(t, read_colour(stroke.length > 0 ? stroke : t->stroke), colour),
           stroke_width(t), dashes);
  struct plot_part *part = part_of_path(t, tag);
  if (is_curve(t)) { /* a line without points of its own says on hover which one it is */
    end_look(part);
    fprintf(part->file, "<path%s d=\"", look);
    path_write(part->file, vertices, count);
    fputs("\">", part->file);
    write_title(part->file, t->figure->series[element_of(t)->series].name);
    fputs("</path>\n", part->file);
  } else {
    const struct plot_element *element = element_of(t);
    if (role_of(t) == PLOT_INTERVALS &&
        t->figure->series[element->series].shape == SHAPE_LINE_POINTS)
      count = drop_hidden(vertices, count);
    if (path_any(vertices, count))
      path_write(use_path(part, look), vertices, count);
  }
  free(vertices);
}

/* Launches beyond the limit: dots (lines of no length with round ends), as one path for those that
 * follow each other. */
static bool is_dot(const struct translation *t, int type) {
  return role_of(t) == PLOT_LAUNCHES && t->launches > FIGURE_SVG_LAUNCHES && type == 6;
}

static void write_dot(struct translation *t, const char *look, const double place[3]) {
  char dots[LOOK_BYTES];
  snprintf(dots, sizeof dots,
           " stroke=\"currentColor\" stroke-linecap=\"round\" stroke-width=\"%.1f\"%.100s",
           2 * place[2], look);
  FILE *file = use_path(&t->parts[PLOTS], dots);
  fputc('M', file);
  path_px(file, place[0]);
  fputc(' ', file);
  path_px(file, place[1]);
  fputs("h0", file);
}

static void translate_use(struct translation *t, const struct markup_tag *tag) {
  double place[3] = {0};
  struct markup_slice symbol = markup_attribute(tag, "xlink:href");
  long colour = read_colour(markup_attribute(tag, "color"));
  double type = number(symbol, -1);
  bool known = slice_starts(symbol, "#gpPt") && type >= 0 && type < 15;
  if (!known || numbers(markup_attribute(tag, "transform"), place, 3) != 3)
    return;
  char text[40], look[80] = "";
  double opacity = number(markup_attribute(tag, "opacity"), 1);
  if (opacity < 1)
    snprintf(look, sizeof look, " opacity=\"%.2g\"", opacity);
  if (role_of(t) == PLOT_CROSSES) /* they lie over the points that are pointed at */
    snprintf(look, sizeof look, " pointer-events=\"none\"");
  char all[LOOK_BYTES];
  snprintf(all, sizeof all, " color=\"%s\"%s", page_colour(t, colour, text), look);
  if (is_dot(t, (int)type)) {
    write_dot(t, all, place);
    return;
  }
  FILE *file = use_look(&t->parts[PLOTS], "%s", all);
  fprintf(file, "<use href=\"#%s%zu\" x=\"", t->prefix,
          symbols_index(&t->symbols, (int)type, place[2]));
  path_px(file, place[0]);
  fputs("\" y=\"", file);
  path_px(file, place[1]);
  const struct figure_point *point = role_of(t) == PLOT_POINTS || role_of(t) == PLOT_LAUNCHES
                                         ? point_at(t, place[0], place[1])
                                         : NULL;
  fputs(point == NULL ? "\"/>" : "\">", file);
  if (point != NULL) {
    write_point_title(t, file, point);
    fputs("</use>", file);
  }
}

/* Bars and cells: the middle of the upper edge, or of all, is the point's place. */
static const struct figure_point *point_of_shape(struct translation *t,
                                                 const struct vertex *vertices, size_t count) {
  if (count < 3 || (role_of(t) != PLOT_BARS && role_of(t) != PLOT_CELLS))
    return NULL;
  double left = INFINITY, right = -INFINITY, top = INFINITY, bottom = -INFINITY;
  for (size_t i = 0; i < count; i++) {
    left = fmin(left, vertices[i].x);
    right = fmax(right, vertices[i].x);
    top = fmin(top, vertices[i].y);
    bottom = fmax(bottom, vertices[i].y);
  }
  double middle = (left + right) / 2;
  return point_at(t, middle, role_of(t) == PLOT_BARS ? top : (top + bottom) / 2);
}

static void translate_polygon(struct translation *t, const struct markup_tag *tag) {
  struct markup_slice points = markup_attribute(tag, "points");
  size_t count = 0;
  struct vertex *vertices = path_read(points.at, points.length, &count);
  long colour = read_colour(markup_attribute(tag, "fill"));
  double opacity = number(markup_attribute(tag, "fill-opacity"), 1);
  char text[40], look[60] = "";
  if (opacity < 1)
    snprintf(look, sizeof look, " fill-opacity=\"%.2g\"", opacity);
  struct plot_part *part = &t->parts[PLOTS];
  FILE *file = use_look(part, " fill=\"%s\"%s", page_colour(t, colour, text), look);
  fputs("<path d=\"", file);
  path_write(file, vertices, count);
  const struct figure_point *point = point_of_shape(t, vertices, count);
  fputs(point == NULL ? "z\"/>" : "z\">", file);
  if (point != NULL) {
    write_point_title(t, file, point);
    fputs("</path>", file);
  }
  free(vertices);
}

/* The colour of a text on a heat map's cell goes with the cell's. */
static const char *cell_text_colour(struct translation *t, char text[40]) {
  const struct figure_point *point = point_at(t, t->text.x, t->text.y - FONT_PX * 0.325);
  if (point == NULL)
    return "currentColor";
  int level = heat_level(t->figure, point->y);
  snprintf(text, 40, "var(--ht%d,%s)", level + STYLE_HEAT_STEPS, style_heat_text(level));
  return text;
}

static void translate_text(struct translation *t, struct markup_slice content) {
  static const char *const anchors[] = {"", " text-anchor=\"middle\"", " text-anchor=\"end\""};
  const struct text_look *look = &t->text;
  const char *anchor = anchors[look->anchor - START_TEXTS];
  char colour[40];
  bool plain = look->angle == 0 && fabs(look->size - FONT_PX) < 0.1 && look->colour < 0;
  FILE *file = NULL;
  if (role_of(t) == PLOT_VALUES)
    file = use_look(&t->parts[OTHER_TEXTS], " fill=\"%s\"%s pointer-events=\"none\"",
                    cell_text_colour(t, colour), anchor);
  else if (plain)
    file = use_look(&t->parts[look->anchor], " fill=\"currentColor\"%s", anchor);
  else
    file = use_look(&t->parts[OTHER_TEXTS], " fill=\"%s\" font-size=\"%.3g\"%s",
                    page_colour(t, look->colour, colour), look->size, anchor);
  fputs("<text x=\"", file);
  path_px(file, look->x);
  fputs("\" y=\"", file);
  path_px(file, look->y);
  fputc('"', file);
  if (look->angle != 0)
    fprintf(file, " transform=\"rotate(%.1f %.1f %.1f)\"", look->angle, look->x, look->y);
  char *text = markup_text(content);
  char *clean = text_clean(text, 300);
  fputc('>', file);
  text_xml(file, clean + strspn(clean, " "));
  fputs("</text>", file);
  free(text);
  free(clean);
}

/* -- The file --------------------------------------------------------------------------------- */

/* A group: of a plot element, of a look, or of a text. */
static void open_group(struct translation *t, const struct markup_tag *tag) {
  struct markup_slice id = markup_attribute(tag, "id");
  t->depth++;
  if (slice_starts(id, "gnuplot_plot_")) {
    t->plot = (int)number(id, 0);
    t->plot_depth = t->depth;
    begin_points(t);
  }
  if (markup_attribute(tag, "stroke-width").length > 0) {
    t->stroke = markup_attribute(tag, "stroke");
    t->stroke_width = markup_attribute(tag, "stroke-width");
  }
  double place[3] = {0};
  if (markup_attribute(tag, "font-size").length > 0 &&
      numbers(markup_attribute(tag, "transform"), place, 3) >= 2) {
    struct markup_slice anchor = markup_attribute(tag, "text-anchor");
    long colour = read_colour(markup_attribute(tag, "fill"));
    t->text = (struct text_look){.x = place[0],
                                 .y = place[1],
                                 .angle = place[2],
                                 .size = number(markup_attribute(tag, "font-size"), FONT_PX),
                                 .anchor = slice_is(anchor, "middle") ? MIDDLE_TEXTS
                                           : slice_is(anchor, "end")  ? END_TEXTS
                                                                      : START_TEXTS,
                                 .colour = colour == 0x222222 ? -1 : colour};
  }
}

static void close_group(struct translation *t) {
  if (t->depth == t->plot_depth)
    t->plot = t->plot_depth = 0;
  t->depth--;
}

/* Translates what is behind gnuplot's definitions; false if the file is cut. */
static bool translate(struct translation *t, const char *svg) {
  const char *at = strstr(svg, "</defs>");
  struct markup_slice text;
  struct markup_tag tag;
  bool in_text = false;
  if (at == NULL)
    return false;
  at += strlen("</defs>");
  while (markup_next(&at, &text, &tag)) {
    if (in_text && tag.closing)
      translate_text(t, text);
    in_text = markup_is(&tag, "text") && !tag.closing;
    if (markup_is(&tag, "svg") && tag.closing)
      return true;
    if (markup_is(&tag, "g") && tag.closing)
      close_group(t);
    else if (markup_is(&tag, "g"))
      open_group(t, &tag);
    else if (markup_is(&tag, "path"))
      translate_path(t, &tag);
    else if (markup_is(&tag, "use"))
      translate_use(t, &tag);
    else if (markup_is(&tag, "polygon"))
      translate_polygon(t, &tag);
  }
  return false;
}

/* The whole file as text; NULL on failure. */
static char *read_svg(const struct figure *figure, const char *folder, struct error *error) {
  char *path = grow_text("%s/%s.svg", folder, figure->id);
  int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  struct stat facts;
  char *text = NULL;
  if (file >= 0 && fstat(file, &facts) == 0 && facts.st_size <= LARGEST_BYTES) {
    size_t size = (size_t)facts.st_size, length = 0;
    text = grow(NULL, 0, size + 1);
    ssize_t bytes = 0;
    while (length < size && (bytes = read(file, text + length, size - length)) > 0)
      length += (size_t)bytes;
    text[length] = '\0';
  }
  if (text == NULL)
    error_set(error, EXIT_MACHINE, "cannot read %s: %s", path, strerror(errno));
  if (file >= 0)
    close(file);
  free(path);
  return text;
}

/* Ids in a page must be unique; five letters of a hash (FNV-1a) of the figure's id are. */
static void set_prefix(char prefix[8], const char *id) {
  uint32_t hash = 2166136261U;
  for (; *id != '\0'; id++)
    hash = (hash ^ (unsigned char)*id) * 16777619U;
  for (int i = 0; i < 5; i++, hash /= 26)
    prefix[i] = (char)('a' + hash % 26);
  prefix[5] = '\0';
}

static void write_element(FILE *file, struct translation *t) {
  const struct figure *figure = t->figure;
  fprintf(file,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.0f\" height=\"%.0f\" "
          "viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"%st %sd\" fill=\"none\" "
          "font-family=\"sans-serif\" font-size=\"%d\">\n<title id=\"%st\">",
          t->layout->width, t->layout->height, t->layout->width, t->layout->height, t->prefix,
          t->prefix, FONT_PX, t->prefix);
  char *title = text_clean(figure->title, 300),
       *description = text_clean(figure->description, 2000);
  text_xml(file, title);
  fprintf(file, "</title><desc id=\"%sd\">", t->prefix);
  text_xml(file, description);
  fputs("</desc>\n", file);
  free(title);
  free(description);
  symbols_write(file, &t->symbols, t->prefix);
  for (int i = 0; i < PARTS; i++)
    fputs(t->parts[i].text, file);
  fputs("</svg>\n", file);
}

static char *finish(struct translation *t, bool good) {
  char *text = NULL;
  size_t size = 0;
  for (int i = 0; i < PARTS; i++) {
    end_look(&t->parts[i]);
    fclose(t->parts[i].file);
  }
  FILE *file = good ? open_memstream(&text, &size) : NULL;
  if (file != NULL) {
    write_element(file, t);
    fclose(file);
  }
  for (int i = 0; i < PARTS; i++)
    free(t->parts[i].text);
  free(t->symbols.symbols);
  free(t->elements);
  layout_free(t->layout);
  return text;
}

/* The layout with which the file was drawn: a title makes it higher. */
static struct layout *drawn_layout(const struct figure *figure, const char *svg) {
  struct layout *layout = layout_new(figure, false);
  const char *box = strstr(svg, "viewBox=\"");
  double values[4] = {0};
  if (box == NULL || numbers((struct markup_slice){box, strcspn(box, ">")}, values, 4) != 4 ||
      fabs(values[3] - layout->height) < 1)
    return layout;
  layout_free(layout);
  return layout_new(figure, true);
}

char *figure_svg(const struct figure *figure, const char *folder, struct error *error) {
  *error = (struct error){0};
  if (!text_is_id(figure->id)) {
    error_set(error, EXIT_USAGE, "'%.100s' cannot be the id of a figure", figure->id);
    return NULL;
  }
  char *svg = read_svg(figure, folder, error);
  if (svg == NULL)
    return NULL;
  struct translation t = {.figure = figure,
                          .layout = drawn_layout(figure, svg),
                          .text = {.size = FONT_PX, .anchor = START_TEXTS, .colour = -1}};
  t.elements = script_elements(figure, &t.element_count);
  set_prefix(t.prefix, figure->id);
  for (size_t i = 0; i < figure->series_count; i++)
    t.launches += figure->series[i].shape == SHAPE_POINTS ? figure->series[i].point_count : 0;
  bool good = true;
  for (int i = 0; i < PARTS; i++) {
    t.parts[i].file = open_memstream(&t.parts[i].text, &t.parts[i].size);
    good = good && t.parts[i].file != NULL;
  }
  if (!good) {
    error_set(error, EXIT_MACHINE, "out of memory");
    free(svg);
    return NULL;
  }
  good = translate(&t, svg);
  if (!good)
    error_set(error, EXIT_MACHINE, "%s/%s.svg is not what gnuplot writes, or it is cut", folder,
              figure->id);
  free(svg);
  return finish(&t, good);
}
