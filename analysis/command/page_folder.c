#include "analysis/command/page_folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/document/messages.h"
#include "analysis/figures/gnuplot.h"
#include "analysis/figures/svg.h"
#include "analysis/figures/vega.h"
#include "analysis/page/html.h"
#include "common/grow.h"

struct figure_list {
  struct figure **items;
  size_t count;
};

static struct figure_list figures_of(const struct document *document) {
  struct figure_list list = {0};
  for (size_t i = 0; i < document->block_count; i++)
    if (document->blocks[i].kind == BLOCK_FIGURE)
      *GROW(list.items, list.count) = document->blocks[i].figure;
  return list;
}

int page_folder_make(const char *path, struct error *error) {
  if (mkdir(path, 0777) == 0 || errno == EEXIST)
    return 0;
  return error_set(error, EXIT_MACHINE, "%s: cannot make the folder: %s", path, strerror(errno));
}

/* The figure as the page has it; NULL: it was not drawn. */
static char *inline_svg(const struct figure *figure, void *context) {
  struct error ignored = {0};
  return figure_svg(figure, context, &ignored);
}

static int write_page(const char *folder, char *figures, const struct document *document,
                      const char *subtitle, bool drawn, struct error *error) {
  char *path = grow_text("%s/index.html", folder);
  struct page_options options = {.program = "report of Quartet " QUARTET_VERSION,
                                 .subtitle = subtitle,
                                 .figure_svg = drawn ? inline_svg : NULL,
                                 .context = figures};
  FILE *file = fopen(path, "we");
  if (file == NULL)
    error_set(error, EXIT_MACHINE, "%s: %s", path, strerror(errno));
  else {
    if (page_write(file, document, &options, error) != 0)
      error_prefix(error, "%s", path);
    if (fclose(file) != 0 && error->code == 0)
      error_set(error, EXIT_MACHINE, "%s: %s", path, strerror(errno));
  }
  free(path);
  return error->code;
}

/* All figures for the page and for other programs. Returns 0 also where there is no gnuplot: *drawn
 * is then false, and a line says so. */
static int draw(const struct figure_list *list, const char *folder, unsigned pictures, bool *drawn,
                struct error *error) {
  struct error why = {0};
  int code = figures_draw(list->items, list->count, folder, FIGURE_SVG | pictures, &why);
  *drawn = code == 0;
  if (code != 0) /* the page comes without pictures: their data is in it */
    message_print("report", why.message);
  for (size_t i = 0; i < list->count && error->code == 0; i++)
    figure_vega(list->items[i], folder, error);
  return error->code;
}

int page_folder_write(const char *folder, const struct document *document, const char *subtitle,
                      unsigned pictures, struct error *error) {
  char *figures = grow_text("%s/figures", folder);
  struct figure_list list = figures_of(document);
  bool drawn = false;
  if (page_folder_make(folder, error) == 0 && page_folder_make(figures, error) == 0 &&
      draw(&list, figures, pictures, &drawn, error) == 0)
    write_page(folder, figures, document, subtitle, drawn, error);
  free(figures);
  free(list.items);
  return error->code;
}
