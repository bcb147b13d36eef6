#include "analysis/exports/json_writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "common/utf8.h"

static void new_line(struct json_writer *writer) {
  if (!writer->compact)
    fprintf(writer->file, "\n%*s", 2 * writer->depth, "");
}

static void put_string(FILE *file, const char *text) {
  fputc('"', file);
  for (size_t length; *text != '\0'; text += length) {
    length = utf8_length(text);
    unsigned char byte = (unsigned char)*text;
    if (length == 0) {
      length = 1;
      fputs(UTF8_REPLACEMENT, file);
    } else if (byte == '"' || byte == '\\') {
      fprintf(file, "\\%c", byte);
    } else if (byte < 0x20 || byte == 0x7f) {
      fprintf(file, "\\u%04x", byte);
    } else {
      fwrite(text, 1, length, file);
    }
  }
  fputc('"', file);
}

/* Writes what precedes a value: a comma, the line break, the name. */
static void begin_value(struct json_writer *writer, const char *name) {
  if (writer->filled)
    fputc(',', writer->file);
  if (writer->depth > 0)
    new_line(writer);
  writer->filled = true;
  if (name == NULL)
    return;
  put_string(writer->file, name);
  fputs(writer->compact ? ":" : ": ", writer->file);
}

static void begin(struct json_writer *writer, const char *name, char bracket) {
  begin_value(writer, name);
  fputc(bracket, writer->file);
  writer->depth++;
  writer->filled = false;
}

static void end(struct json_writer *writer, char bracket) {
  writer->depth--;
  if (writer->filled)
    new_line(writer);
  fputc(bracket, writer->file);
  writer->filled = true;
  if (writer->depth == 0) {
    fputc('\n', writer->file);
    writer->filled = false; /* the next value is another document: JSON lines */
  }
}

void json_begin_object(struct json_writer *writer, const char *name) {
  begin(writer, name, '{');
}

void json_end_object(struct json_writer *writer) {
  end(writer, '}');
}

void json_begin_array(struct json_writer *writer, const char *name) {
  begin(writer, name, '[');
}

void json_end_array(struct json_writer *writer) {
  end(writer, ']');
}

void json_put_text(struct json_writer *writer, const char *name, const char *text) {
  if (text == NULL) {
    json_put_null(writer, name);
    return;
  }
  begin_value(writer, name);
  put_string(writer->file, text);
}

void json_put_real(struct json_writer *writer, const char *name, double value) {
  char text[REAL_TEXT];
  if (!isfinite(value)) {
    json_put_null(writer, name);
    return;
  }
  begin_value(writer, name);
  fputs(real_text(value, text), writer->file);
}

void json_put_integer(struct json_writer *writer, const char *name, int64_t value) {
  begin_value(writer, name);
  fprintf(writer->file, "%" PRId64, value);
}

void json_put_size(struct json_writer *writer, const char *name, size_t value) {
  begin_value(writer, name);
  fprintf(writer->file, "%zu", value);
}

void json_put_bool(struct json_writer *writer, const char *name, bool value) {
  begin_value(writer, name);
  fputs(value ? "true" : "false", writer->file);
}

void json_put_null(struct json_writer *writer, const char *name) {
  begin_value(writer, name);
  fputs("null", writer->file);
}

char *real_text(double value, char text[REAL_TEXT]) {
  text[0] = '\0';
  for (int digits = 15; isfinite(value) && digits <= 17; digits++) {
    snprintf(text, REAL_TEXT, "%.*g", digits, value);
    if (strtod(text, NULL) == value)
      break;
  }
  return text;
}
