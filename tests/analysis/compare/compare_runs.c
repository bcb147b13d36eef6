/* compare_runs ...: `report compare ...`, for test_compare.py. Instead of a page, --out FOLDER
 * writes FOLDER/figures.txt: of each figure its id, categories, points, notes and title. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "analysis/compare/command.h"
#include "common/grow.h"

static void list_figure(FILE *file, const struct figure *figure) {
  size_t points = 0;
  for (size_t i = 0; i < figure->series_count; i++)
    if (figure->series[i].shape != SHAPE_BOUND)
      points += figure->series[i].point_count;
  fprintf(file, "%s\t%zu\t%zu\t%zu\t%s\n", figure->id, figure->x.category_count, points,
          figure->note_count, figure->title);
}

static int list_figures(const struct document *document, const char *folder, struct error *error) {
  char *path = grow_text("%s/figures.txt", folder);
  mkdir(folder, 0777);
  FILE *file = fopen(path, "we");
  if (file == NULL)
    error_set(error, EXIT_MACHINE, "%s cannot be written", path);
  for (size_t i = 0; file != NULL && i < document->block_count; i++)
    if (document->blocks[i].kind == BLOCK_FIGURE)
      list_figure(file, document->blocks[i].figure);
  if (file != NULL)
    fclose(file);
  free(path);
  return error->code;
}

int main(int argc, char **argv) {
  return compare_command(argc, argv, list_figures);
}
