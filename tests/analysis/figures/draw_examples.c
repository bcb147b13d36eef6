/* draw_examples FOLDER SET [titled]: draws examples as SVG into the folder, to be looked at, and
 * makes FOLDER/SET.html of them as a page has them, and ID.vl.json. SET: typical, degenerate or
 * hostile. titled: with titles, as PNG and PDF, too. Exit status 77 when there is no gnuplot. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/figures/gnuplot.h"
#include "analysis/figures/svg.h"
#include "analysis/figures/vega.h"
#include "common/grow.h"
#include "examples.h"
#include "tests/check.h"

static void copy_style(FILE *page) {
  FILE *css = fopen(FIGURES_CSS, "r");
  for (int c; css != NULL && (c = getc(css)) != EOF;)
    putc(c, page);
  if (css != NULL)
    fclose(css);
}

/* The custom properties are those of the report's page. */
static int write_page(struct figure **figures, size_t count, const char *folder, const char *set) {
  char *path = grow_text("%s/%s.html", folder, set);
  FILE *page = fopen(path, "w");
  free(path);
  if (page == NULL)
    return EXIT_MACHINE;
  fputs("<!DOCTYPE html><meta charset=utf-8><title>Figures</title>\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
        "'unsafe-inline'\">\n"
        "<style>:root{--paper:#fff;--ink:#1b1f24;--rule:#d5dae0;--quiet:#57606a}\n"
        "@media(prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e3e6ea;--rule:#353b43;"
        "--quiet:#a3acb7}}\nbody{background:var(--paper);color:var(--ink)}\n",
        page);
  copy_style(page);
  fputs("</style>\n", page);
  int code = 0;
  for (size_t i = 0; i < count; i++) {
    struct error error;
    char *svg = figure_svg(figures[i], folder, &error);
    if (svg == NULL)
      code = error_print(&error, "draw_examples");
    else
      fputs(svg, page);
    free(svg);
    if (figure_vega(figures[i], folder, &error) != 0)
      code = error_print(&error, "draw_examples");
  }
  return fclose(page) != 0 ? EXIT_MACHINE : code;
}

static struct figure **examples(const char *set, size_t *count) {
  *count = 0;
  if (strcmp(set, "typical") == 0)
    return examples_typical(count);
  if (strcmp(set, "degenerate") == 0)
    return examples_degenerate(count);
  return strcmp(set, "hostile") == 0 ? examples_hostile(count) : NULL;
}

int main(int argc, char **argv) {
  size_t count = 0;
  struct figure **figures = argc < 3 ? NULL : examples(argv[2], &count);
  if (figures == NULL) {
    fputs("usage: draw_examples FOLDER typical|degenerate|hostile [titled]\n", stderr);
    return EXIT_USAGE;
  }
  if (mkdir(argv[1], 0777) != 0 && errno != EEXIST)
    return EXIT_MACHINE;
  unsigned formats = FIGURE_SVG | (argc > 3 ? FIGURE_TITLED | FIGURE_PNG | FIGURE_PDF : 0U);
  struct error error;
  int code = figures_draw(figures, count, argv[1], formats, &error);
  if (code != 0)
    error_print(&error, "draw_examples");
  else
    code = write_page(figures, count, argv[1], argv[2]);
  examples_free(figures, count);
  return code == FIGURES_NO_GNUPLOT ? TEST_SKIPPED : code;
}
