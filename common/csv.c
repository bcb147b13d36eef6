#include "common/csv.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Writing. */

static void write_quoted(FILE *file, const char *cell) {
  putc('"', file);
  for (; *cell; cell++) {
    if (*cell == '"')
      putc('"', file);
    putc(*cell, file);
  }
  putc('"', file);
}

int csv_write(FILE *file, const char *const *cells, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      putc(',', file);
    const char *cell = cells[i] ? cells[i] : "";
    if (strpbrk(cell, ",\"\r\n"))
      write_quoted(file, cell);
    else
      fputs(cell, file);
  }
  putc('\n', file);
  return ferror(file) ? -1 : 0;
}

/* Reading. The cells are gathered in reader->text, each ended by a NUL, because the buffer may move
 * while it grows; only a whole record is cut into reader->cells. */

enum end { END_CELL, END_RECORD, END_FILE, END_ERROR };

static int fail(struct csv_reader *reader, struct error *error, long line, const char *what) {
  return error_set(error, EXIT_USAGE, "%s:%ld: %s", reader->name, line, what);
}

static int fail_machine(struct csv_reader *reader, struct error *error, int number) {
  return error_set(error, EXIT_MACHINE, "%s: %s", reader->name, strerror(number));
}

/* Grows *array to hold `needed` items; false when there is no memory. */
static bool grow(void **array, size_t *capacity, size_t needed, size_t item_bytes) {
  if (needed <= *capacity)
    return true;
  size_t larger = *capacity ? *capacity : 64;
  while (larger < needed)
    larger *= 2;
  void *moved = realloc(*array, larger * item_bytes);
  if (!moved)
    return false;
  *array = moved;
  *capacity = larger;
  return true;
}

static bool append(struct csv_reader *reader, size_t *used, int c, struct error *error) {
  void *text = reader->text;
  bool room = grow(&text, &reader->text_capacity, *used + 1, 1);
  reader->text = text;
  if (!room) {
    fail_machine(reader, error, ENOMEM);
    return false;
  }
  reader->text[(*used)++] = (char)c;
  return true;
}

/* The next character; a NUL would end a cell early, so it is no CSV. -2 is an error. */
static int next_char(struct csv_reader *reader, struct error *error) {
  int c = getc(reader->file);
  if (c == EOF && ferror(reader->file)) {
    fail_machine(reader, error, errno);
    return -2;
  }
  if (c == '\0') {
    fail(reader, error, reader->next_line, "a NUL byte");
    return -2;
  }
  return c;
}

/* What a character after a cell ends; a CR must be followed by an LF. */
static enum end end_of_cell(struct csv_reader *reader, int c, struct error *error) {
  if (c == ',')
    return END_CELL;
  if (c == '\r') {
    c = next_char(reader, error);
    if (c == -2)
      return END_ERROR;
    if (c != '\n' && c != EOF) {
      fail(reader, error, reader->next_line, "a carriage return inside a line");
      return END_ERROR;
    }
  }
  if (c == '\n') {
    reader->next_line++;
    return END_RECORD;
  }
  return END_FILE;
}

static enum end read_quoted(struct csv_reader *reader, size_t *used, struct error *error) {
  long opened_line = reader->next_line;
  for (;;) {
    int c = next_char(reader, error);
    if (c == -2)
      return END_ERROR;
    if (c == EOF) {
      fail(reader, error, opened_line, "a quote is opened here and never closed");
      return END_ERROR;
    }
    if (c == '"') {
      c = next_char(reader, error);
      if (c == -2)
        return END_ERROR;
      if (c == EOF || c == ',' || c == '\r' || c == '\n')
        return end_of_cell(reader, c, error);
      if (c != '"') {
        fail(reader, error, reader->next_line, "text after a closing quote");
        return END_ERROR;
      }
    }
    if (c == '\n')
      reader->next_line++;
    if (!append(reader, used, c, error))
      return END_ERROR;
  }
}

static enum end read_plain(struct csv_reader *reader, int c, size_t *used, struct error *error) {
  for (; c != EOF && c != ',' && c != '\r' && c != '\n'; c = next_char(reader, error)) {
    if (c == -2)
      return END_ERROR;
    if (c == '"') {
      fail(reader, error, reader->next_line, "a quote inside an unquoted cell");
      return END_ERROR;
    }
    if (!append(reader, used, c, error))
      return END_ERROR;
  }
  return end_of_cell(reader, c, error);
}

/* Cuts the gathered text into `count` cells. */
static int cut(struct csv_reader *reader, size_t count, struct error *error) {
  void *cells = reader->cells;
  bool room = grow(&cells, &reader->cells_capacity, count, sizeof *reader->cells);
  reader->cells = cells;
  if (!room)
    return fail_machine(reader, error, ENOMEM), -1;
  char *cell = reader->text;
  for (size_t i = 0; i < count; i++) {
    reader->cells[i] = cell;
    cell += strlen(cell) + 1;
  }
  reader->count = count;
  return 1;
}

int csv_read(struct csv_reader *reader, struct error *error) {
  if (reader->next_line == 0)
    reader->next_line = 1;
  reader->line = reader->next_line;
  reader->count = 0;
  size_t used = 0, count = 0;
  for (;;) {
    int c = next_char(reader, error);
    if (c == -2)
      return -1;
    if (c == EOF && count == 0)
      return 0;
    enum end end =
        c == '"' ? read_quoted(reader, &used, error) : read_plain(reader, c, &used, error);
    if (end == END_ERROR || !append(reader, &used, '\0', error))
      return -1;
    count++;
    if (end == END_FILE)
      return fail(reader, error, reader->next_line, "the last line is not ended"), -1;
    if (end == END_RECORD)
      return cut(reader, count, error);
  }
}

void csv_close(struct csv_reader *reader) {
  free(reader->text);
  free(reader->cells);
  reader->text = NULL;
  reader->cells = NULL;
  reader->text_capacity = reader->cells_capacity = reader->count = 0;
}
