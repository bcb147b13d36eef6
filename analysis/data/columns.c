#include "analysis/data/columns.h"

#include <math.h>
#include <string.h>

#include "common/number.h"
#include "common/samples.h"
#include "common/utf8.h"

/* Files of older versions end before these columns. */
static bool is_optional(enum samples_column column) {
  return column >= (enum samples_column)COLUMN_COUNT_FIRST;
}

enum { COLUMNS_MAX = 4096, SHOWN_BYTES = 60 };

/* The beginning of a text, fit for a terminal: a control character becomes '?', and a UTF-8
 * character is not cut in two. */
static char *fit_for_message(const char *text, char shown[SHOWN_BYTES + 4]) {
  size_t length = strnlen(text, SHOWN_BYTES + 1);
  bool cut = length > SHOWN_BYTES;
  if (cut)
    for (length = SHOWN_BYTES; length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80;)
      length--;
  for (size_t i = 0; i < length; i++)
    shown[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? '?' : text[i];
  strcpy(shown + length, cut ? "..." : "");
  if (!utf8_valid(shown))
    for (char *at = shown; *at != '\0'; at++)
      *at = (unsigned char)*at >= 0x80 ? '?' : *at;
  return shown;
}

int row_fail(const struct row_reader *reader, struct error *error, enum samples_column column,
             const char *what) {
  char shown[SHOWN_BYTES + 4];
  return error_set(error, EXIT_USAGE, "%s:%ld: column %s: %s: '%s'", reader->csv.name,
                   reader->csv.line, samples_names[column], what,
                   fit_for_message(reader->cells[column], shown));
}

/* --- the header ------------------------------------------------------------------------------- */

static int find_column(struct row_reader *reader, enum samples_column column, struct error *error) {
  const struct csv_reader *csv = &reader->csv;
  size_t *place = &reader->place[column];
  for (size_t i = 0; i < csv->count; i++) {
    if (strcmp(csv->cells[i], samples_names[column]) != 0)
      continue;
    if (*place != SIZE_MAX)
      return error_set(error, EXIT_USAGE, "%s:%ld: column '%s' appears twice in the header",
                       csv->name, csv->line, samples_names[column]);
    *place = i;
  }
  if (*place == SIZE_MAX && !is_optional(column))
    return error_set(error, EXIT_USAGE, "%s:%ld: no column '%s'; is it a samples.csv?", csv->name,
                     csv->line, samples_names[column]);
  return 0;
}

int header_read(struct row_reader *reader, struct error *error) {
  struct csv_reader *csv = &reader->csv;
  int read = csv_read(csv, error);
  if (read < 0 && csv->unended_bytes > 0)
    return error_set(error, EXIT_USAGE, "%s:1: the header is not complete", csv->name);
  if (read < 0)
    return error->code;
  if (read == 0)
    return error_set(error, EXIT_USAGE, "%s: the file is empty", csv->name);
  if (csv->count > COLUMNS_MAX)
    return error_set(error, EXIT_USAGE, "%s:1: %zu columns, at most %d are expected", csv->name,
                     csv->count, COLUMNS_MAX);
  reader->width = csv->count;
  const char *separator = csv_foreign_separator(csv->cells, csv->count);
  if (separator != NULL)
    return error_set(error, EXIT_USAGE, "%s:1: its cells are separated by %s instead of commas",
                     csv->name, separator);
  int code = 0;
  for (int i = 0; i < COLUMN_COUNT && code == 0; i++) {
    reader->place[i] = SIZE_MAX;
    if (samples_facts[i].report != REPORT_UNREAD)
      code = find_column(reader, (enum samples_column)i, error);
  }
  return code;
}

/* --- rows ------------------------------------------------------------------------------------- */

int row_next(struct row_reader *reader, struct error *error) {
  struct csv_reader *csv = &reader->csv;
  int read = csv_read(csv, error);
  if (read <= 0)
    return read;
  if (csv->count != reader->width) {
    error_set(error, EXIT_USAGE, "%s:%ld: %zu cells, but the header has %zu", csv->name, csv->line,
              csv->count, reader->width);
    return -1;
  }
  for (size_t i = 0; i < COLUMN_COUNT; i++)
    reader->cells[i] = reader->place[i] == SIZE_MAX ? "" : csv->cells[reader->place[i]];
  const char *schema = reader->cells[COLUMN_schema];
  if (strcmp(schema, SAMPLES_SCHEMA) == 0)
    return 1;
  row_fail(reader, error, COLUMN_schema,
           strcmp(schema, samples_names[COLUMN_schema]) == 0 ? "a second header"
                                                             : "must be " SAMPLES_SCHEMA);
  return -1;
}

int row_integer(const struct row_reader *reader, enum samples_column column, int64_t empty,
                int64_t *value, struct error *error) {
  const char *text = reader->cells[column], *at = text;
  uint64_t result = 0;
  *value = empty;
  if (*text == '\0')
    return 0;
  for (; *at >= '0' && *at <= '9' && at - text < 19; at++) /* 19 digits are below 2^64 */
    result = 10 * result + (uint64_t)(*at - '0');
  if (*at == '\0' && result <= INT64_MAX) {
    *value = (int64_t)result;
    return 0;
  }
  struct error ignored = {0}; /* other notations, as spreadsheets write them: 1E+07 */
  if (number_parse(text, 0, INT64_MAX, value, &ignored) == 0)
    return 0;
  return row_fail(reader, error, column, "not a whole number");
}

/* Plain decimals whose digits and power of ten are exact doubles: then one division rounds right
 * (W. Clinger, PLDI 1990). False for others. */
static bool parse_short_decimal(const char *text, double *value) {
  static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  const char *at = text, *point = NULL;
  int64_t digits = 0;
  for (; at - text <= 15; at++) {
    if (*at >= '0' && *at <= '9')
      digits = 10 * digits + (*at - '0');
    else if (*at == '.' && point == NULL && at > text)
      point = at;
    else
      break;
  }
  if (at == text || *at != '\0' || point == at - 1)
    return false;
  *value = (double)digits / powers[point == NULL ? 0 : at - point - 1];
  return true;
}

int row_real(const struct row_reader *reader, enum samples_column column, double max, double *value,
             struct error *error) {
  const char *text = reader->cells[column];
  struct error why = {0};
  *value = NAN;
  if (*text == '\0')
    return 0;
  if (parse_short_decimal(text, value) && *value <= max)
    return 0;
  if (real_parse(text, 0, max, value, &why) == 0)
    return 0;
  return row_fail(reader, error, column, "not a number in its range");
}
