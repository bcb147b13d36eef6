/* Tics, ranges, texts, paths and boxes by hand. */
#include <math.h>
#include <stdlib.h>

#include "analysis/figures/distribution.h"
#include "analysis/figures/heat.h"
#include "analysis/figures/layout.h"
#include "analysis/figures/markup.h"
#include "analysis/figures/path.h"
#include "analysis/figures/style.h"
#include "analysis/figures/svg.h"
#include "analysis/figures/text.h"
#include "analysis/figures/tics.h"
#include "examples.h"
#include "tests/check.h"

static void texts(void) {
  static const struct {
    const char *in;
    size_t limit;
    const char *out;
  } cases[] = {{"plain", 0, "plain"},
               {"a\nb\tc\x7f", 0, "a b c "},
               {"\xff\xc3(", 0, "\xEF\xBF\xBD\xEF\xBF\xBD("},
               {"\xc0\x80", 0, "\xEF\xBF\xBD\xEF\xBF\xBD"},                 /* an overlong NUL */
               {"\xed\xa0\x80", 0, "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"}, /* a surrogate */
               {"µπ→", 3, "µπ→"},
               {"µπ→x", 3, "µπ…"},
               {"\xc2\x85", 0, " "}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *text = text_clean(cases[i].in, cases[i].limit);
    CHECK(strcmp(text, cases[i].out) == 0, "%zu: %s", i, text);
    free(text);
  }
  char *none = text_clean(NULL, 5);
  CHECK(none[0] == '\0');
  free(none);
  CHECK(text_length("µπ→x") == 4);
}

static void prefixes(void) {
  static const struct {
    double value;
    const char *unit;
    int digits;
    const char *text;
  } cases[] = {{0.00137, "s", 3, "1.37 ms"}, {10000, "", 3, "10 k"},     {1, "", 3, "1"},
               {1e6, "", 3, "1 M"},          {999.96, "s", 4, "1 ks"},   {1e-9, "s", 3, "1 ns"},
               {0, "s", 3, "0 s"},           {-0.02, "s", 3, "-20 ms"},  {1e-3, "s", 3, "1 ms"},
               {1e20, "", 3, "1e+05 P"},     {1e-15, "s", 3, "0.001 ps"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *text = text_si(cases[i].value, cases[i].unit, cases[i].digits);
    CHECK(strcmp(text, cases[i].text) == 0, "%g: %s", cases[i].value, text);
    free(text);
  }
}

/* All tics' texts, separated by '|', and the unit. */
static void tics_are(enum axis_scale scale, const char *unit, bool si, double low, double high,
                     const char *texts, const char *axis_unit) {
  struct figure_axis axis = {.min = NAN, .max = NAN, .si = si};
  axis_set(&axis, "l", unit, scale);
  struct range range = range_choose(&axis, low, high, false);
  struct tics tics = tics_choose(&axis, &range, 540, true, NULL, 0);
  char all[2000] = "";
  for (size_t i = 0; i < tics.count; i++) {
    strcat(all, i == 0 ? "" : "|");
    strcat(all, tics.tics[i].text);
    double position = range_position(&range, tics.tics[i].at);
    CHECK(position >= 0 && position <= 1, "%g", tics.tics[i].at);
    CHECK(i == 0 || tics.tics[i].at > tics.tics[i - 1].at);
  }
  CHECK(strcmp(all, texts) == 0, "%s", all);
  CHECK(strcmp(tics.unit, axis_unit) == 0, "%s", tics.unit);
  tics_free(&tics);
  free(axis.label);
  free(axis.unit);
}

static void tics(void) {
  tics_are(SCALE_LOG2, "", false, 1, 32, "1|2|4|8|16|32", "");
  tics_are(SCALE_LOG10, "s", true, 1e-6, 1e-3,
           "1 µs|2 µs|5 µs|10 µs|20 µs|50 µs|100 µs|200 µs|500 µs|1 ms", "");
  tics_are(SCALE_LOG10, "", true, 1000, 1e7, "1 k|3 k|10 k|30 k|100 k|300 k|1 M|3 M|10 M", "");
  tics_are(SCALE_LINEAR, "s", true, 0, 0.01, "0|2|4|6|8|10", "ms");
  tics_are(SCALE_LINEAR, "", false, 1, 16, "2|4|6|8|10|12|14|16", "");
  tics_are(SCALE_LOG2, "B", false, 8, 1 << 20,
           "16 B|64 B|256 B|1 KiB|4 KiB|16 KiB|64 KiB|256 KiB|1 MiB", "");
  tics_are(SCALE_LOG10, "s", true, 1.36e-3, 1.38e-3, "1.36|1.365|1.37|1.375|1.38", "ms");
  tics_are(SCALE_LOG10, "", false, 1e-9, 1e9, "10⁻⁸|10⁻⁶|10⁻⁴|0.01|1|100|10⁴|10⁶|10⁸", "");
}

static void ranges(void) {
  static const double values[] = {0, 1, -3, 1e-9, 1e9, 5e-324, 1e308, -1e308, NAN, INFINITY};
  enum { VALUES = sizeof values / sizeof *values };
  for (int scale = SCALE_LINEAR; scale <= SCALE_LOG2; scale++)
    for (int i = 0; i < VALUES * VALUES; i++) {
      struct figure_axis axis = {.min = NAN, .max = NAN, .scale = (enum axis_scale)scale};
      double low = values[i / VALUES], high = values[i % VALUES];
      struct range range = range_choose(&axis, low, high, i % 2 == 0);
      CHECK(range.min < range.max && isfinite(range.min) && isfinite(range.max), "%d %g %g: %g %g",
            scale, low, high, range.min, range.max);
      CHECK(scale == SCALE_LINEAR || range.min > 0);
    }
  struct figure_axis asked = {.min = 0.5, .max = 8, .scale = SCALE_LOG2};
  struct range range = range_choose(&asked, 1, 2, false);
  CHECK(range.min == 0.5 && range.max == 8);
}

static void paths(void) {
  static const struct {
    const char *in, *out;
  } cases[] = {
      {"M64.00,336.00 L607.99,336.00  ", "M64 336h544"},
      {"M1,2 L3,4 L3,9 M5,5 ", "M1 2l2 2v5"},
      {"M1,1 L2,1 L3,1 L2,1 L2,2 L2,3", "M1 1h2h-1v2"},
      {"M5,5 L3.95,1.5", "M5 5l-1-3.5"},
      {"M1.04,2 L1.06,2 L2,3 Z M1,1 L1,2", "M1 2h0.1l0.9 1zM1 1v1"},
      {"218.41,389.10 260.97,389.10 260.97,380.10 218.41,380.10 ", "M218.4 389.1h42.6v-9h-42.6"},
      {"M0,0.04 L0.33,0.33 L0.66,0.66 L0.99,0.99", "M0 0l0.3 0.3l0.4 0.4l0.3 0.3"},
      {"M1,1 L2,2 \" onload=\"x", "M1 1l1 1"},
      {"M1,1 Lnan,2 L3,3", ""},
      {"M1,1 L1e300,2 L3,3", ""},
      {"", ""}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    size_t count = 0;
    struct vertex *vertices = path_read(cases[i].in, strlen(cases[i].in), &count);
    char text[200] = "";
    FILE *file = fmemopen(text, sizeof text, "w");
    path_write(file, vertices, count);
    fclose(file);
    CHECK(strcmp(text, cases[i].out) == 0, "%s", text);
    free(vertices);
  }
}

static void markup(void) {
  const char *at = "<?xml a?><!-- <b> --><a k = 'v>' l=\"2\">t &lt;&amp;lt;</a><b/>";
  struct markup_slice text;
  struct markup_tag tag;
  CHECK(markup_next(&at, &text, &tag) && markup_is(&tag, "a") && tag.attribute_count == 2);
  CHECK(markup_attribute(&tag, "k").length == 2 && markup_attribute(&tag, "x").length == 0);
  CHECK(markup_next(&at, &text, &tag) && tag.closing);
  char *plain = markup_text(text);
  CHECK(strcmp(plain, "t <&lt;") == 0, "%s", plain);
  free(plain);
  CHECK(markup_next(&at, &text, &tag) && tag.empty && markup_is(&tag, "b"));
  CHECK(!markup_next(&at, &text, &tag));
  static const char *const cut[] = {"<", "<a", "<a k", "<a k=", "<a k='", "<a k=v>", "<!--", "x"};
  for (size_t i = 0; i < sizeof cut / sizeof *cut; i++) {
    at = cut[i];
    CHECK(!markup_next(&at, &text, &tag), "%s", cut[i]);
  }
}

/* 1 .. 9 and 100: quartiles 3.25 and 7.75 (R: quantile, type 7), the whisker ends at 9. */
static void boxes(void) {
  struct figure *figure = figure_new(FIGURE_DISTRIBUTION, "d", "", "");
  axis_category(&figure->x, "a");
  struct figure_series *series = figure_series(figure, SHAPE_POINTS, 0, "a");
  for (int i = 1; i <= 10; i++)
    series_point(series, 1, i == 1 ? 100 : i - 1, NAN, NAN);
  series_point(series, 1, NAN, NAN, NAN);
  size_t count = 0;
  struct distribution_box *box = distribution_boxes(figure, &count);
  CHECK(count == 1);
  CHECK(box->quartile_low == 3.25 && box->median == 5.5 && box->quartile_high == 7.75, "%g %g %g",
        box->quartile_low, box->median, box->quartile_high);
  CHECK(box->whisker_low == 1 && box->whisker_high == 9, "%g", box->whisker_high);
  free(box);
  figure_free(figure);
}

static void heat(void) {
  CHECK(style_heat_ratio_level(1) == 0 && style_heat_ratio_level(2) == 2);
  CHECK(style_heat_ratio_level(1.04) == 0 && style_heat_ratio_level(0.96) == 0);
  CHECK(style_heat_ratio_level(-1) == -STYLE_HEAT_STEPS && style_heat_ratio_level(1 / 1.5) == -2);
  CHECK(style_heat_ratio_level(0.5) == -2 && style_heat_ratio_level(1e9) == STYLE_HEAT_STEPS);
  CHECK(style_heat_ratio_level(0) == -STYLE_HEAT_STEPS && style_heat_ratio_level(NAN) == 0);
}

/* A file that is cut, or is something else, is an error and nothing worse. */
static void broken_files(void) {
  char folder[] = "/tmp/quartet_figures_XXXXXX", path[100];
  struct figure *figure = figure_new(FIGURE_XY, "f", "", "");
  struct error error;
  CHECK(mkdtemp(folder) != NULL);
  CHECK(figure_svg(figure, folder, &error) == NULL && error.code == EXIT_MACHINE);
  static const char *const contents[] = {
      "",
      "<svg>",
      "</defs>",
      "</defs><g id='gnuplot_plot_999999999999'><use xlink:href='#gpPt3'/>",
      "</defs></g></g></svg",
      "</defs><path d='M1,1 L2,2"};
  snprintf(path, sizeof path, "%s/f.svg", folder);
  for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
    FILE *file = fopen(path, "w");
    fputs(contents[i], file);
    fclose(file);
    CHECK(figure_svg(figure, folder, &error) == NULL && error.code == EXIT_MACHINE, "%zu", i);
  }
  figure_free(figure);
  remove(path);
  remove(folder);
}

int main(void) {
  texts();
  prefixes();
  tics();
  ranges();
  paths();
  markup();
  boxes();
  heat();
  broken_files();
  return test_result();
}
