#include "common/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/encoding.h"

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

/* Reading. A record without quotes is cut where it stands in the buffer; any other is gathered in
 * reader->text, character by character. */

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

/* Reads more into the buffer, after what is left of it. False when nothing more comes: the end of
 * the file, a read error or no memory (reader->read_error). */
static bool fill(struct csv_reader *reader) {
  enum { FIRST_BYTES = 1 << 14, MOST_BYTES = 1 << 18 };
  if (reader->at_end)
    return false;
  size_t left = reader->end - reader->begin;
  if (left > 0 && reader->begin > 0)
    memmove(reader->buffer, reader->buffer + reader->begin, left);
  reader->bytes_before += reader->begin;
  reader->begin = 0;
  reader->end = left;
  void *buffer = reader->buffer;
  size_t wanted = reader->buffer_capacity == 0         ? FIRST_BYTES
                  : left == reader->buffer_capacity    ? left + 1 /* grow() doubles it */
                  : reader->bytes_before >= MOST_BYTES ? MOST_BYTES
                                                       : reader->buffer_capacity;
  bool room = grow(&buffer, &reader->buffer_capacity, wanted, 1);
  reader->buffer = buffer;
  size_t got =
      room ? fread(reader->buffer + left, 1, reader->buffer_capacity - left, reader->file) : 0;
  reader->end += got;
  if (got > 0)
    return true;
  reader->at_end = true;
  reader->read_error = !room ? ENOMEM : ferror(reader->file) ? errno : 0;
  return false;
}

uint64_t csv_position(const struct csv_reader *reader) {
  return reader->bytes_before + reader->begin;
}

static bool append(struct csv_reader *reader, size_t *used, int c, struct error *error) {
  if (*used == reader->text_capacity) {
    void *text = reader->text;
    bool room = grow(&text, &reader->text_capacity, *used + 1, 1);
    reader->text = text;
    if (!room) {
      fail_machine(reader, error, ENOMEM);
      return false;
    }
  }
  reader->text[(*used)++] = (char)c;
  return true;
}

/* The next character; a NUL would end a cell early, so it is no CSV. -2 is an error. */
static int next_char(struct csv_reader *reader, struct error *error) {
  if (reader->begin == reader->end && !fill(reader)) {
    if (reader->read_error == 0)
      return EOF;
    fail_machine(reader, error, reader->read_error);
    return -2;
  }
  int c = (unsigned char)reader->buffer[reader->begin++];
  if (c == '\0') {
    fail(reader, error, reader->next_line, "a NUL byte");
    return -2;
  }
  if (csv_position(reader) - reader->record_begin > CSV_RECORD_MAX) {
    fail(reader, error, reader->line, "a record of more than 64 MiB");
    return -2;
  }
  return c;
}

/* What ends with the character after a cell; a CR must be followed by an LF. */
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
    reader->crlf = true;
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

static int add_cell(struct csv_reader *reader, char *cell, struct error *error) {
  if (reader->count == reader->cells_capacity) {
    void *cells = reader->cells;
    bool room = grow(&cells, &reader->cells_capacity, reader->count + 1, sizeof *reader->cells);
    reader->cells = cells;
    if (!room)
      return fail_machine(reader, error, ENOMEM);
  }
  reader->cells[reader->count++] = cell;
  return 0;
}

/* Cuts the gathered text into `count` cells. */
static int cut_gathered(struct csv_reader *reader, size_t count, struct error *error) {
  char *cell = reader->text;
  for (size_t i = 0; i < count; i++) {
    if (add_cell(reader, cell, error) != 0)
      return -1;
    cell += strlen(cell) + 1;
  }
  return 1;
}

/* Reads a record character by character: one with quotes, one with an error, the last one. */
static int read_gathered(struct csv_reader *reader, struct error *error) {
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
      return cut_gathered(reader, count, error);
  }
}

/* The newline that ends the line at the buffer's begin, read up to there if need be; NULL: there is
 * none, or it is too far away. */
static char *find_newline(struct csv_reader *reader) {
  size_t searched = 0;
  for (;;) {
    size_t left = reader->end - reader->begin;
    char *line = reader->buffer + reader->begin;
    char *newline = left > searched ? memchr(line + searched, '\n', left - searched) : NULL;
    searched = left;
    if (newline != NULL || left > CSV_RECORD_MAX || !fill(reader))
      return newline;
  }
}

/* Cuts the line at its commas. */
static int cut_line(struct csv_reader *reader, char *line, char *newline, struct error *error) {
  *newline = '\0';
  reader->begin += (size_t)(newline - line) + 1;
  reader->next_line++;
  for (;;) {
    if (add_cell(reader, line, error) != 0)
      return -1;
    char *comma = memchr(line, ',', (size_t)(newline - line));
    if (comma == NULL)
      return 1;
    *comma = '\0';
    line = comma + 1;
  }
}

/* Skips a byte-order mark before the first record. False, with *error set, if the text is not
 * UTF-8. */
static bool start(struct csv_reader *reader, struct error *error) {
  enum { LOOK_BYTES = 4 };
  reader->started = true;
  reader->next_line = reader->first_line > 0 ? reader->first_line : 1;
  if (reader->next_line > 1)
    return true;
  while (reader->end < LOOK_BYTES && fill(reader))
    ;
  const char *encoding = encoding_foreign(reader->buffer, reader->end);
  reader->begin = encoding_mark(reader->buffer, reader->end);
  reader->mark = reader->begin > 0;
  if (encoding != NULL)
    error_set(error, EXIT_USAGE, "%s: is encoded as %s; it must be UTF-8", reader->name, encoding);
  return encoding == NULL;
}

int csv_read(struct csv_reader *reader, struct error *error) {
  if (!reader->started && !start(reader, error))
    return -1;
  reader->line = reader->next_line;
  reader->count = 0;
  reader->unended_bytes = 0;
  reader->record_begin = csv_position(reader);
  char *newline = find_newline(reader), *line = reader->buffer + reader->begin, *end = newline;
  if (newline != NULL && newline > line && newline[-1] == '\r')
    end--;
  size_t length = newline == NULL ? 0 : (size_t)(end - line);
  if (newline != NULL && length <= CSV_RECORD_MAX && memchr(line, '"', length) == NULL &&
      memchr(line, '\r', length) == NULL && memchr(line, '\0', length) == NULL) {
    *end = '\0';
    reader->crlf |= end < newline;
    return cut_line(reader, line, newline, error);
  }
  int read = read_gathered(reader, error);
  if (read < 0 && reader->at_end && reader->read_error == 0 && reader->begin == reader->end)
    reader->unended_bytes = (size_t)(csv_position(reader) - reader->record_begin);
  return read;
}

const char *csv_form(bool mark, bool crlf) {
  return mark && crlf ? "begins with a byte-order mark and has lines that end with CRLF"
         : mark       ? "begins with a byte-order mark"
         : crlf       ? "has lines that end with CRLF"
                      : NULL;
}

const char *csv_foreign_separator(char *const *cells, size_t count) {
  if (count != 1)
    return NULL;
  return strchr(cells[0], ';') != NULL    ? "semicolons"
         : strchr(cells[0], '\t') != NULL ? "tabs"
                                          : NULL;
}

void csv_close(struct csv_reader *reader) {
  free(reader->text);
  free(reader->cells);
  free(reader->buffer);
  reader->text = reader->buffer = NULL;
  reader->cells = NULL;
  reader->text_capacity = reader->cells_capacity = reader->count = 0;
  reader->buffer_capacity = reader->begin = reader->end = 0;
}
