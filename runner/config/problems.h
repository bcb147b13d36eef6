/* Everything that is wrong with a config and the files that it includes, so that all of it can be
 * reported together. */
#ifndef QUARTET_RUNNER_CONFIG_PROBLEMS_H
#define QUARTET_RUNNER_CONFIG_PROBLEMS_H

#include <stddef.h>
#include <stdio.h>

struct config_problem {
  char *path;          /* of an included file; NULL: the config itself */
  size_t line, column; /* from 1; line 0: the whole file */
  char *message;
};

enum { PROBLEMS_MAX = 100 };

struct problems {
  struct config_problem *items;
  size_t count;
  size_t unlisted; /* beyond PROBLEMS_MAX; who reads on can stop then */
};

/* Adds a problem, or counts it as unlisted. `path` is copied. */
void problems_add(struct problems *problems, const char *path, size_t line, size_t column,
                  const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Writes "PATH:LINE:COLUMN: MESSAGE" for each, in the order of the files: those of the config
 * itself, which is `path`, first. */
void problems_print(struct problems *problems, const char *path, FILE *file);

void problems_free(struct problems *problems);

#endif
