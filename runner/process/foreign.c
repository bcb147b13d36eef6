#include "runner/process/foreign.h"

#include <string.h>

static bool begins_with(const char *line, size_t bytes, const char *start) {
  size_t length = strlen(start);
  return bytes >= length && memcmp(line, start, length) == 0;
}

/* The length of the line with its line break. */
static size_t line_length(const char *text, size_t bytes) {
  const char *end = memchr(text, '\n', bytes);
  return end != NULL ? (size_t)(end - text) + 1 : bytes;
}

static bool has_header(const char *text, size_t bytes, const char *header) {
  for (size_t at = 0; at < bytes; at += line_length(text + at, bytes - at))
    if (begins_with(text + at, bytes - at, header))
      return true;
  return false;
}

static bool has_odd_quotes(const char *line, size_t bytes) {
  size_t count = 0;
  for (size_t i = 0; i < bytes; i++)
    count += line[i] == '"';
  return count % 2 == 1;
}

static void note(struct foreign *foreign, const char *line, size_t bytes) {
  if (foreign->lines++ > 0)
    return;
  size_t length = bytes < sizeof foreign->first ? bytes : sizeof foreign->first - 1;
  for (size_t i = 0; i < length; i++)
    foreign->first[i] = (unsigned char)line[i] < ' ' || line[i] == 0x7f ? '?' : line[i];
  foreign->first[length] = '\0';
}

size_t foreign_drop(char *text, size_t bytes, const char *header, foreign_is_row *is_row,
                    struct foreign *foreign) {
  size_t kept = 0;
  bool in_rows = false, in_quotes = false;
  if (!has_header(text, bytes, header))
    return bytes;
  for (size_t at = 0, length; at < bytes; at += length) {
    char *line = text + at;
    length = line_length(line, bytes - at);
    size_t content = length - (line[length - 1] == '\n');
    bool keep = in_quotes || (in_rows ? is_row(line, content) : begins_with(line, length, header));
    if (!keep) {
      note(foreign, line, content);
      continue;
    }
    in_rows = true;
    in_quotes ^= has_odd_quotes(line, content);
    memmove(text + kept, line, length);
    kept += length;
  }
  if (kept < bytes)
    text[kept] = '\0';
  return kept;
}
