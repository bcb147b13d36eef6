/* Writes a document as a page to a file, or to standard output if that is "-" or missing, for the
 * tests in a browser:
 *   page_demo report [FILE [FOLDER]]   what a report looks like, with invented numbers; its figures
 *                                      are drawn by gnuplot in the folder, if both are there
 *   page_demo large [FILE]             one table of 10,000 rows
 *   page_demo hostile [FILE]           texts that try to be markup, script, formulas or no text
 *   page_demo empty [FILE]             no block */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/figures/gnuplot.h"
#include "analysis/figures/svg.h"
#include "analysis/page/html.h"
#include "common/grow.h"

static const char *const works[] = {"sum of squares", "stream triad", "sparse CG",
                                    "Mandelbrot",     "wavefront",    "lock",
                                    "waiting (1 ms)", "ping-pong"};
static const char *const models[] = {"serial", "threads",   "threads, dynamic",
                                     "async",  "processes", "hybrid"};
enum { WORKS = 8, MODELS = 6 };

/* Numbers that look measured and are the same on every machine. */
static double invented(unsigned seed) {
  seed = seed * 2654435761u + 12345u;
  seed ^= seed >> 15;
  seed *= 2246822519u;
  seed ^= seed >> 13;
  return (double)(seed % 10000) / 10000;
}

/* A verdict of a work, what else is known of it, and why it is so. */
static void add_work(struct document *document, enum tone tone, const char *verdict,
                     const char *others, const char *why) {
  document_paragraph(document, SHOW_PAGE, tone, "%s", verdict);
  document_item(document, SHOW_PAGE, 0, TONE_NONE, "%s", others);
  document_item(document, SHOW_PAGE, 0, TONE_QUIET, "Why: %s", why);
}

static void add_verdict(struct document *document) {
  document_heading(document, SHOW_PAGE, 2, "Verdict");
  document_heading(document, SHOW_PAGE, 3, "Compute-bound work");
  add_work(document, TONE_WINNER,
           "sumsq, n = 10,000,000: threads on 8 cores are fastest, 7.62 times serial [7.55, 7.70]; "
           "from n = 20,000 on they pay.",
           "async: no gain, the same as serial within 3 %",
           "compute-bound, no communication but one reduction.");
  add_work(document, TONE_WINNER,
           "mandelbrot, n = 1,024: threads and processes on 8 cores are the same within 3 %, 7.1 "
           "times serial [7.0, 7.2].",
           "hybrid: slower than threads by 4.2 % [3.1, 5.0]",
           "rows differ in cost; a dynamic schedule balances them.");
  document_heading(document, SHOW_PAGE, 3, "Work that waits");
  add_work(document, TONE_NONE,
           "wait, 1,000 tasks of 1 ms: no clear difference between async and 64 threads; one "
           "of 4.1 % or more can be detected, about 24 launches would be needed.",
           "threads on 8 cores: slower, 8.0 times serial [7.9, 8.1]",
           "latency-bound: what counts is how many waits are in flight.");
  document_item(document, SHOW_PAGE, 1, TONE_SUSPECT,
                "More cores are not always better here: threads on 4 cores had a lower median.");
  document_paragraph(document, SHOW_PAGE, TONE_SUSPECT,
                     "The machine was busy when the run began (load average 2.1 on 8 cores).");
}

static void set_hint(struct table_cell *cell, const char *second, const char *hint) {
  cell->second = grow_text("%s", second);
  cell->hint = grow_text("%s", hint);
}

static void matrix_cell(struct table *table, int work, int model) {
  double speedup = model == 0 ? 1 : 0.5 + 7 * invented((unsigned)(work * 16 + model));
  if (work == 5 && model == 3) {
    struct table_cell *cell = table_cell(table, TONE_FAILED, NAN, "failed");
    set_hint(cell, "3 of 10 launches", "The launch was killed after 60 s; see Failed points.");
    return;
  }
  enum tone tone = model == 0              ? TONE_BASE
                   : model == work % 5 + 1 ? TONE_WINNER
                   : model == work % 4 + 2 ? TONE_EQUAL
                   : work == 4             ? TONE_SUSPECT
                                           : TONE_NONE;
  struct table_cell *cell = table_cell(table, tone, speedup, "%.2f×", speedup);
  char *interval = grow_text("[%.2f, %.2f]", speedup * 0.985, speedup * 1.012);
  set_hint(cell, interval,
           "Ratio of medians over 10 launches in rounds; Hodges–Lehmann, exact 95.3 % interval; "
           "Wilcoxon signed-rank p = 0.002, Holm over 40 comparisons.");
  free(interval);
}

static void add_matrix(struct document *document) {
  struct table *table =
      document_table(document, SHOW_PAGE, "matrix", "Speedup over serial, 8 cores, largest size");
  table_column(table, false, false, "kind of work", NULL);
  for (int model = 0; model < MODELS; model++)
    table_column(table, true, false, models[model],
                 "Speedup: serial's time over this model's, each the median over launches; the "
                 "second line is the 95 % confidence interval of the ratio.");
  for (int work = 0; work < WORKS; work++) {
    table_cell(table, TONE_NONE, NAN, "%s", works[work]);
    for (int model = 0; model < MODELS; model++)
      matrix_cell(table, work, model);
  }
  table_note(table, "Base: serial without start-up. Same within ±3 %% counts as equal.");
}

static void add_points(struct document *document, const char *id, long rows) {
  struct table *table = document_table(document, SHOW_PAGE, id, "All points");
  table_column(table, false, false, "kind of work", NULL);
  table_column(table, false, false, "model", NULL);
  table_column(table, true, false, "n", NULL);
  table_column(table, true, false, "cores", NULL);
  table_column(table, true, false, "time", "Median over launches of each launch's median.");
  table_column(table, true, false, "speedup", "Serial's time over this time, with its interval.");
  table_column(table, true, false, "efficiency", "Speedup over cores.");
  for (long row = 0; row < rows; row++) {
    double time_ms = 0.01 + 1000 * invented((unsigned)row);
    table_cell(table, TONE_NONE, NAN, "%s", works[row % WORKS]);
    table_cell(table, TONE_NONE, NAN, "%s", models[row / WORKS % MODELS]);
    table_cell(table, TONE_NONE, (double)(1000 * (row % 7 + 1)), "%ld", 1000 * (row % 7 + 1));
    table_cell(table, TONE_NONE, (double)(row % 4 * 2 + 1), "%ld", row % 4 * 2 + 1);
    bool failed = row % 97 == 13;
    if (failed)
      table_cell(table, TONE_FAILED, NAN, "failed");
    else
      table_cell(table, TONE_NONE, time_ms / 1e3, "%.3f ms", time_ms);
    table_cell(table, TONE_NONE, failed ? NAN : 1000 / time_ms, failed ? "–" : "%.2f",
               1000 / time_ms);
    table_cell(table, TONE_NONE, failed ? NAN : 100 / time_ms, failed ? "–" : "%.0f %%",
               100 / time_ms);
  }
}

static struct figure *time_figure(void) {
  struct figure *figure = figure_new(
      FIGURE_XY, "time-sum", "Time against n: sum of squares",
      "Median time of a launch against the size, both axes logarithmic. Threads break even with "
      "serial at n = 20,000; below, starting them costs more than they save.");
  axis_set(&figure->x, "n", "", SCALE_LOG10);
  axis_set(&figure->y, "time", "s", SCALE_LOG10);
  for (int model = 0; model < 4; model++) {
    struct figure_series *series = figure_series(figure, SHAPE_LINE_POINTS, model, models[model]);
    for (int k = 0; k < 6; k++) {
      double n = pow(10, 3 + k), time_s = 1e-5 * model + n * 1e-9 / (model + 1);
      struct figure_point *point = series_point(series, n, time_s, time_s * 0.98, time_s * 1.03);
      point->label = grow_text("%s, n = %g: %.3g s", models[model], n, time_s);
      if (model == 3 && k == 5)
        point->mark = MARK_OVERSUBSCRIBED;
    }
  }
  figure_note(figure,
              "async, n = 10⁸: 2 of 10 launches failed (killed after 60 s); the rest is drawn.");
  return figure;
}

/* A stand-in with what a real picture has: text, lines, points with titles. */
static char *stand_in(const struct figure *figure) {
  char *body = grow_text("%s", "");
  for (size_t i = 0; i < figure->series_count; i++)
    for (size_t k = 0; k < figure->series[i].point_count && k < 50; k++) {
      const struct figure_point *point = &figure->series[i].points[k];
      char *more = grow_text("%s<circle cx=\"%.0f\" cy=\"%.0f\" r=\"4\" "
                             "fill=\"currentColor\"><title>%s %zu: %g s</title></circle>",
                             body, 80 + 90 * (double)k, 300 - 40 * (double)i - 10 * (double)k,
                             models[i % MODELS], k, point->y);
      free(body);
      body = more;
    }
  char *svg = grow_text(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 360\" role=\"img\" "
      "aria-labelledby=\"svg-%s\"><title id=\"svg-%s\">A picture</title><rect x=\"60\" y=\"20\" "
      "width=\"560\" height=\"300\" fill=\"none\" stroke=\"currentColor\"/><text x=\"300\" "
      "y=\"350\" "
      "fill=\"currentColor\">n</text>%s</svg>",
      figure->id, figure->id, body);
  free(body);
  return svg;
}

static char *demo_svg(const struct figure *figure, void *context) {
  struct error error = {0};
  char *svg = context ? figure_svg(figure, context, &error) : NULL;
  return svg ? svg : stand_in(figure);
}

static void draw(const struct document *document, const char *folder) {
  struct error error = {0};
  for (size_t i = 0; i < document->block_count; i++)
    if (document->blocks[i].kind == BLOCK_FIGURE &&
        figures_draw(&document->blocks[i].figure, 1, folder, FIGURE_SVG, &error) != 0)
      error_print(&error, "page_demo");
}

static void add_report(struct document *document) {
  add_verdict(document);
  document_heading(document, SHOW_PAGE, 2, "Which model for which work");
  add_matrix(document);
  document_heading(document, SHOW_PAGE, 2, "Time and size");
  document_heading(document, SHOW_PAGE, 3, "Sum of squares");
  document_figure(document, SHOW_PAGE, time_figure());
  document_heading(document, SHOW_PAGE, 2, "All points");
  add_points(document, "points", 1560);
  add_points(document, "medium", 40);
  document_heading(document, SHOW_PAGE, 2, "How to reproduce");
  document_heading(document, SHOW_PAGE, 3, "Methods paragraph");
  document_code(document, SHOW_PAGE,
                "Each point was launched 10 times in random order within rounds (seed 42), with 5 "
                "repetitions each after one warm-up; reported are medians over launches with exact "
                "rank intervals (level at least 95 %%).");
  document_code(document, SHOW_PAGE, "sweep run configs/quick.yaml\nreport results/quick --html");
}

static void add_hostile(struct document *document) {
  static const char *const texts[] = {
      "<script>window.broken = 1</script>",
      "</script></style></title><script>window.broken = 2</script>",
      "<img src=x onerror=\"window.broken = 3\">",
      "\" onmouseover=\"window.broken = 4\" x=\"",
      "' onfocus='window.broken = 5' autofocus='",
      "javascript:window.broken=6",
      "=HYPERLINK(\"http://example.com/\",\"x\")",
      "@SUM(1+1)*cmd|' /C calc'!A0",
      ("\xe2\x80\xae"
       "txt.exe override"),
      "\x01\x02\x1b[31m bell \x07",
      "\xff\xfe\x80 no UTF-8 \xc3",
      "]]><!--<svg onload=window.broken=7>",
      "&lt;already&gt; &amp; escaped",
      "https://example.com/",
  };
  enum { TEXTS = sizeof texts / sizeof *texts };
  struct table *table =
      document_table(document, SHOW_PAGE, "x\" onclick=\"window.broken = 8", "%s", texts[0]);
  for (int i = 0; i < 3; i++)
    table_column(table, i == 2, false, texts[i], texts[i + 1]);
  for (int i = 0; i < TEXTS; i++)
    for (int k = 0; k < 3; k++) {
      struct table_cell *cell = table_cell(table, (enum tone)((i + k) % 7), k == 2 ? i : NAN, "%s",
                                           texts[(i + k) % TEXTS]);
      set_hint(cell, texts[(i + k + 1) % TEXTS], texts[(i + k + 2) % TEXTS]);
    }
  char *huge = malloc(100 * 1024 + 1);
  if (huge == NULL)
    exit(EXIT_MACHINE);
  memset(huge, 'x', 100 * 1024);
  huge[100 * 1024] = '\0';
  table_cell(table, TONE_NONE, NAN, "%s", huge);
  table_cell(table, TONE_NONE, NAN, "%s", "");
  table_cell(table, TONE_NONE, INFINITY, "%s", texts[1]);
  free(huge);
  for (int i = 0; i < TEXTS; i++) {
    document_heading(document, SHOW_PAGE, i % 6, "%s", texts[i]);
    document_paragraph(document, SHOW_PAGE, TONE_SUSPECT, "%s", texts[i]);
    document_item(document, SHOW_PAGE, i % 4, TONE_NONE, "%s", texts[i]);
    document_code(document, SHOW_PAGE, "%s", texts[i]);
  }
  struct figure *figure = figure_new(FIGURE_XY, "f<b>", texts[1], texts[2]);
  axis_set(&figure->x, texts[2], texts[3], SCALE_LINEAR);
  for (int i = 0; i < TEXTS; i++)
    axis_category(&figure->x, texts[i]);
  struct figure_series *series = figure_series(figure, SHAPE_BARS, 0, texts[0]);
  for (int i = 0; i < TEXTS; i++)
    series_point(series, i + 1, i, NAN, i)->label = grow_text("%s", texts[i]);
  figure_note(figure, "%s", texts[0]);
  document_figure(document, SHOW_PAGE, figure);
}

static int write_page(FILE *file, const char *name, char *folder) {
  struct document document = {.title = grow_text("Quartet report: results/quick")};
  struct page_options options = {.program = "report of Quartet",
                                 .subtitle = "8 cores, one socket · 1560 launches · 21 July 2026",
                                 .figure_svg = demo_svg,
                                 .context = folder};
  if (strcmp(name, "report") == 0)
    add_report(&document);
  else if (strcmp(name, "large") == 0)
    add_points(&document, "points", 10000);
  else if (strcmp(name, "hostile") == 0) {
    add_hostile(&document);
    options.program = options.subtitle = "<script>window.broken = 9</script>";
    options.figure_svg = NULL;
  } else if (strcmp(name, "empty") != 0) {
    fprintf(stderr, "page_demo: unknown page '%s'; must be one of: report large hostile empty\n",
            name);
    document_free(&document);
    return EXIT_USAGE;
  }
  if (folder != NULL)
    draw(&document, folder);
  struct error error = {0};
  int status = page_write(file, &document, &options, &error);
  if (status != 0)
    error_print(&error, "page_demo");
  document_free(&document);
  return status;
}

int main(int argc, char **argv) {
  const char *path = argc > 2 ? argv[2] : "-";
  FILE *file = strcmp(path, "-") == 0 ? stdout : fopen(path, "w");
  if (file == NULL) {
    perror(path);
    return EXIT_MACHINE;
  }
  int status = write_page(file, argc > 1 ? argv[1] : "report", argc > 3 ? argv[3] : NULL);
  return fclose(file) != 0 && status == 0 ? EXIT_MACHINE : status;
}
