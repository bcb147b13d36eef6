/* gnuplot as a process: missing, crashing, hanging, silent; ids; files of an earlier run. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/figures/gnuplot.h"
#include "examples.h"
#include "tests/check.h"

static char folder[] = "/tmp/quartet_figures_XXXXXX";

static char *in_folder(const char *name) {
  static char path[300];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return path;
}

static void write_file(const char *name, const char *text) {
  FILE *file = fopen(in_folder(name), "w");
  if (file == NULL)
    return;
  fputs(text, file);
  fclose(file);
  chmod(in_folder(name), 0700);
}

static int exists(const char *name) {
  return access(in_folder(name), F_OK) == 0;
}

static struct figure *small(const char *id) {
  struct figure *figure = figure_new(FIGURE_XY, id, "t", "d");
  series_point(figure_series(figure, SHAPE_LINE_POINTS, 0, "a"), 1, 1, 1, 1);
  return figure;
}

/* A shell script stands in for gnuplot; what figures_draw makes of it. */
static void fake(const char *script, double limit_s, int code, const char *message) {
  write_file("gnuplot", script);
  write_file("f.svg", "<svg>of an earlier run</svg>");
  struct figure *figure = small("f");
  struct error error;
  int got = figures_draw_within(&figure, 1, folder, FIGURE_SVG, limit_s, &error);
  CHECK(got == code, "%d: %s", got, error.message);
  CHECK(strstr(error.message, message) != NULL, "%s", error.message);
  CHECK(strchr(error.message, '\n') == NULL, "%s", error.message);
  CHECK(code == 0 || !exists("f.svg"));
  figure_free(figure);
}

static void ids(void) {
  static const char *const bad[] = {"", "../x", "a b", "a/b", "-a", "a.b", "ä", "draw-all", "a\nb"};
  struct error error;
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
    struct figure *figure = small(bad[i]);
    CHECK(figures_draw(&figure, 1, folder, FIGURE_SVG, &error) == EXIT_USAGE, "%s", bad[i]);
    figure_free(figure);
  }
  struct figure *two[] = {small("a"), small("a")};
  CHECK(figures_draw(two, 2, folder, FIGURE_SVG, &error) == EXIT_USAGE);
  CHECK(strstr(error.message, "two figures") != NULL);
  figure_free(two[0]);
  figure_free(two[1]);
  struct figure *figure = small("a");
  CHECK(figures_draw(&figure, 1, "/nowhere", FIGURE_SVG, &error) == EXIT_MACHINE);
  figure_free(figure);
}

static void missing(void) {
  struct figure *figure = small("left-out");
  struct error error;
  setenv("PATH", folder, 1);
  CHECK(figures_draw(&figure, 1, folder, FIGURE_SVG, &error) == FIGURES_NO_GNUPLOT);
  CHECK(strstr(error.message, "gnuplot-nox") != NULL, "%s", error.message);
  CHECK(exists("left-out.gp") && exists("left-out.dat") && exists("draw-all.gp"));
  figure_free(figure);
}

/* A link in the place of a file would have figures_draw write elsewhere. */
static void links(void) {
  write_file("target", "keep");
  struct figure *figure = small("linked");
  struct error error;
  CHECK(symlink("target", in_folder("linked.gp")) == 0);
  CHECK(figures_draw(&figure, 1, folder, FIGURE_SVG, &error) == EXIT_MACHINE, "%s", error.message);
  CHECK(strstr(error.message, "linked.gp") != NULL, "%s", error.message);
  figure_free(figure);
}

int main(void) {
  char path[400];
  if (mkdtemp(folder) == NULL)
    return 1;
  char *before = getenv("PATH");
  snprintf(path, sizeof path, "%s:%s", folder, before == NULL ? "/usr/bin:/bin" : before);
  ids();
  links();
  missing();
  setenv("PATH", path, 1);
  fake("#!/bin/sh\nsleep 100\n", 0.3, EXIT_MACHINE, "gnuplot had not drawn");
  fake("#!/bin/sh\nexec 2>&- sleep 100\n", 0.3, EXIT_MACHINE, "gnuplot had not drawn");
  fake("#!/bin/sh\nsleep 100 &\nsleep 100\n", 0.3, EXIT_MACHINE, "was killed");
  fake("#!/bin/sh\nkill -SEGV $$\n", 20, EXIT_MACHINE, "gnuplot was ended by signal 11");
  fake("#!/bin/sh\necho no such terminal >&2\nexit 3\n", 20, EXIT_MACHINE,
       "exit status 3: no such terminal");
  fake("#!/bin/sh\nexit 0\n", 20, EXIT_MACHINE, "did not draw f.svg");
  fake("#!/bin/sh\necho cut > f.svg\n", 20, EXIT_MACHINE, "did not draw f.svg");
  fake("#!/bin/sh\nhead -c 1000000 /dev/zero | tr '\\0' x >&2; echo the end >&2; exit 1\n", 20,
       EXIT_MACHINE, "exit status 1: x");
  fake("#!/bin/sh\necho a warning >&2; echo '<svg></svg>' > f.svg\n", 20, 0, "");
  snprintf(path, sizeof path, "rm -r %s", folder);
  return system(path) != 0 || test_result();
}
