#include "analysis/samples_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int samples_fail(const struct samples_file *file, struct error *error, const char *what,
                 const char *text) {
  return error_set(error, EXIT_USAGE, "%s:%ld: %s '%.60s'", file->reader.name, file->reader.line,
                   what, text);
}

static int read_header(struct samples_file *file, struct error *error) {
  struct csv_reader *reader = &file->reader;
  int read = csv_read(reader, error);
  if (read < 0)
    return error->code;
  if (read == 0)
    return error_set(error, EXIT_USAGE, "%s is empty", reader->name);
  for (size_t column = 0; column < COLUMN_COUNT; column++) {
    size_t place = 0;
    while (place < reader->count && strcmp(reader->cells[place], samples_names[column]) != 0)
      place++;
    if (place == reader->count && column < COLUMN_COUNT_FIRST)
      return error_set(error, EXIT_USAGE, "%s has no column '%s'; is it a samples.csv?",
                       reader->name, samples_names[column]);
    file->place[column] = place;
  }
  file->width = reader->count;
  return 0;
}

int samples_open(struct samples_file *file, const char *path, struct error *error) {
  *file = (struct samples_file){.reader = {.name = path, .file = fopen(path, "re")}};
  if (file->reader.file == NULL)
    return error_set(error, errno == ENOENT ? EXIT_USAGE : EXIT_MACHINE, "%s: %s", path,
                     strerror(errno));
  return read_header(file, error);
}

int samples_next(struct samples_file *file, struct error *error) {
  struct csv_reader *reader = &file->reader;
  int read = csv_read(reader, error);
  if (read <= 0)
    return read;
  if (reader->count != file->width) {
    error_set(error, EXIT_USAGE, "%s:%ld: %zu cells, but the header has %zu", reader->name,
              reader->line, reader->count, file->width);
    return -1;
  }
  for (size_t i = 0; i < COLUMN_COUNT; i++)
    file->row[i] = file->place[i] < file->width ? reader->cells[file->place[i]] : "";
  file->rows++;
  if (strcmp(file->row[COLUMN_schema], SAMPLES_SCHEMA) != 0) {
    samples_fail(file, error, "the schema is not " SAMPLES_SCHEMA ":", file->row[COLUMN_schema]);
    return -1;
  }
  return 1;
}

void samples_close(struct samples_file *file) {
  csv_close(&file->reader);
  if (file->reader.file != NULL)
    fclose(file->reader.file);
  *file = (struct samples_file){0};
}
