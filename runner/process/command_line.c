#include "runner/process/command_line.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

void command_line_add(struct command_line *line, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *word = grow_vtext(format, arguments);
  va_end(arguments);
  *GROW(line->argv, line->count) = word;
  size_t end = line->count;
  *GROW(line->argv, end) = NULL;
}

void command_line_add_all(struct command_line *line, const char *const *words) {
  for (; *words != NULL; words++)
    command_line_add(line, "%s", *words);
}

void command_line_set(struct command_line *line, const char *name, const char *value) {
  *GROW(line->variables, line->variable_count) =
      (struct variable){grow_text("%s", name), value != NULL ? grow_text("%s", value) : NULL};
}

const char *command_line_value(const struct command_line *line, const char *name) {
  for (size_t i = line->variable_count; i-- > 0;)
    if (strcmp(line->variables[i].name, name) == 0)
      return line->variables[i].value;
  return NULL;
}

/* In single quotes a shell changes nothing; a quote itself ends them, stands escaped, and begins
 * them again. */
static void write_word(FILE *file, const char *word) {
  bool plain = *word != '\0';
  for (const char *at = word; *at != '\0'; at++)
    plain &= isalnum((unsigned char)*at) || strchr("_-./:,=+@%", *at) != NULL;
  if (plain) {
    fputs(word, file);
    return;
  }
  putc('\'', file);
  for (; *word != '\0'; word++)
    if (*word == '\'')
      fputs("'\\''", file);
    else
      putc(*word, file);
  putc('\'', file);
}

static void write_variables(FILE *file, const struct command_line *line) {
  for (size_t i = 0; i < line->variable_count; i++)
    if (line->variables[i].value == NULL)
      fprintf(file, "%s-u %s ", ftell(file) == 0 ? "env " : "", line->variables[i].name);
  for (size_t i = 0; i < line->variable_count; i++) {
    if (line->variables[i].value == NULL)
      continue;
    fprintf(file, "%s=", line->variables[i].name);
    write_word(file, line->variables[i].value);
    putc(' ', file);
  }
}

char *command_line_text(const struct command_line *line) {
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  if (file == NULL)
    return grow_text("%s", "");
  write_variables(file, line);
  for (size_t i = 0; i < line->count; i++) {
    if (i > 0)
      putc(' ', file);
    write_word(file, line->argv[i]);
  }
  fclose(file);
  return text;
}

static void free_text(const char *text) {
  free((void *)(uintptr_t)text);
}

void command_line_free(struct command_line *line) {
  for (size_t i = 0; i < line->count; i++)
    free(line->argv[i]);
  for (size_t i = 0; i < line->variable_count; i++) {
    free_text(line->variables[i].name);
    free_text(line->variables[i].value);
  }
  free(line->argv);
  free(line->variables);
  *line = (struct command_line){0};
}
