#include "runner/config/problems.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/grow.h"

void problems_add(struct problems *problems, const char *path, size_t line, size_t column,
                  const char *format, ...) {
  enum { MESSAGE_TEXT = 600 };
  if (problems->count == PROBLEMS_MAX) {
    problems->unlisted++;
    return;
  }
  va_list arguments;
  va_start(arguments, format);
  char *message = grow_vtext(format, arguments);
  va_end(arguments);
  error_shorten(message, MESSAGE_TEXT);
  /* One line each, whatever the config's texts hold. */
  for (char *at = message; *at != '\0'; at++)
    if ((unsigned char)*at < ' ' || *at == 0x7f)
      *at = '?';
  *GROW(problems->items, problems->count) =
      (struct config_problem){path != NULL ? grow_text("%s", path) : NULL, line, column, message};
}

static int by_place(const void *left, const void *right) {
  const struct config_problem *a = left, *b = right;
  int order = strcmp(a->path != NULL ? a->path : "", b->path != NULL ? b->path : "");
  if (order != 0)
    return order;
  if (a->line != b->line)
    return a->line < b->line ? -1 : 1;
  return a->column < b->column ? -1 : a->column > b->column;
}

void problems_print(struct problems *problems, const char *path, FILE *file) {
  if (problems->count > 0)
    qsort(problems->items, problems->count, sizeof *problems->items, by_place);
  for (size_t i = 0; i < problems->count; i++) {
    const struct config_problem *problem = &problems->items[i];
    const char *where = problem->path != NULL ? problem->path : path;
    if (problem->line == 0)
      fprintf(file, "%s: %s\n", where, problem->message);
    else
      fprintf(file, "%s:%zu:%zu: %s\n", where, problem->line, problem->column, problem->message);
  }
  if (problems->unlisted > 0)
    fprintf(file, "%s: more is wrong: only the first %d problems are listed\n", path,
            (int)PROBLEMS_MAX);
}

void problems_free(struct problems *problems) {
  for (size_t i = 0; i < problems->count; i++) {
    free(problems->items[i].path);
    free(problems->items[i].message);
  }
  free(problems->items);
  *problems = (struct problems){0};
}
