/* draw_examples FOLDER [all]: draws all examples as SVG, to be looked at; all: titled, as PNG and
 * PDF, too. Exit status 77 when there is no gnuplot. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/figures/gnuplot.h"
#include "examples.h"
#include "tests/check.h"

static int draw(struct figure **figures, size_t count, const char *folder, unsigned formats) {
  struct error error;
  int code = figures_draw(figures, count, folder, formats, &error);
  if (code != 0)
    error_print(&error, "draw_examples");
  examples_free(figures, count);
  return code;
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fputs("usage: draw_examples FOLDER [all]\n", stderr);
    return EXIT_USAGE;
  }
  if (mkdir(argv[1], 0777) != 0 && errno != EEXIST)
    return EXIT_MACHINE;
  unsigned formats = FIGURE_SVG | (argc > 2 ? FIGURE_TITLED | FIGURE_PNG | FIGURE_PDF : 0U);
  size_t count = 0;
  struct figure **figures = examples_typical(&count);
  int code = draw(figures, count, argv[1], formats);
  if (code == FIGURES_NO_GNUPLOT)
    return TEST_SKIPPED;
  figures = examples_degenerate(&count);
  return draw(figures, count, argv[1], formats) != 0 || code != 0 ? EXIT_MACHINE : 0;
}
