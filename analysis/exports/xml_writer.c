#include "analysis/exports/xml_writer.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/utf8.h"

/* Whether XML 1.0 has no place for the character, not even escaped. */
static bool is_forbidden(const char *text, size_t length) {
  unsigned char first = (unsigned char)*text;
  if (length == 1)
    return first < 0x20 && first != '\t' && first != '\n' && first != '\r';
  return length == 3 &&
         (memcmp(text, "\xef\xbf\xbe", 3) == 0 || memcmp(text, "\xef\xbf\xbf", 3) == 0);
}

void xml_text(FILE *file, const char *text) {
  for (size_t length; *text != '\0'; text += length) {
    length = utf8_length(text);
    if (length == 0) {
      length = 1;
      fputs(UTF8_REPLACEMENT, file);
    } else if (is_forbidden(text, length)) {
      continue;
    } else if (*text == '&') {
      fputs("&amp;", file);
    } else if (*text == '<') {
      fputs("&lt;", file);
    } else if (*text == '>') {
      fputs("&gt;", file);
    } else if (*text == '"') {
      fputs("&quot;", file);
    } else if (*text == '\t' || *text == '\n' || *text == '\r') {
      fprintf(file, "&#%d;", *text); /* parsers make blanks of them in attributes otherwise */
    } else {
      fwrite(text, 1, length, file);
    }
  }
}

void xml_attribute(FILE *file, const char *name, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = grow_vtext(format, arguments);
  va_end(arguments);
  fprintf(file, " %s=\"", name);
  xml_text(file, text);
  fputc('"', file);
  free(text);
}
