#include "common/lines.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "common/grow.h"
#include "common/program.h"

/* Less is no width to fold to. */
enum { LEAST = 20 };

size_t lines_columns(FILE *stream) {
  struct winsize size;
  int file = fileno(stream);
  bool terminal = file >= 0 && ioctl(file, TIOCGWINSZ, &size) == 0 && size.ws_col >= LEAST;
  return terminal ? size.ws_col : LINES_COLUMNS;
}

static size_t width_of(const char *text, size_t bytes) {
  size_t width = 0;
  for (size_t i = 0; i < bytes; i++)
    width += ((unsigned char)text[i] & 0xc0) != 0x80; /* bytes that continue a character */
  return width;
}

size_t lines_width(const char *text) {
  return width_of(text, strlen(text));
}

static size_t begin_line(FILE *stream, size_t indent) {
  fprintf(stream, "\n%*s", (int)indent, "");
  return indent;
}

/* Whether the word is a unit, perhaps with punctuation behind it. */
static bool is_unit(const char *word, size_t bytes) {
  static const char *const units[] = {"ns",  "us",  "\xc2\xb5s", "ms", "s",  "min", "h", "B", "KiB",
                                      "MiB", "GiB", "TiB",       "kB", "MB", "GB",  "%", "Hz"};
  size_t length = strcspn(word, " \n,.;:)]/");
  for (size_t i = 0; length <= bytes && i < sizeof units / sizeof *units; i++)
    if (strlen(units[i]) == length && strncmp(word, units[i], length) == 0)
      return true;
  return false;
}

/* The bytes up to where a line may be broken: a word, with the unit behind it if it ends in a
 * digit, since "ms" alone at the beginning of a line says nothing. */
static size_t word_bytes(const char *text) {
  size_t bytes = strcspn(text, " \n");
  if (bytes == 0 || text[bytes - 1] < '0' || text[bytes - 1] > '9' || text[bytes] != ' ')
    return bytes;
  size_t next = strcspn(text + bytes + 1, " \n");
  return is_unit(text + bytes + 1, next) ? bytes + 1 + next : bytes;
}

size_t lines_fit(const char *text, size_t columns) {
  size_t end = 0, column = 0;
  for (;;) {
    size_t spaces = strspn(text + end, " "), bytes = word_bytes(text + end + spaces);
    size_t width = width_of(text + end + spaces, bytes);
    if (bytes == 0 || (end > 0 && column + spaces + width > columns))
      return end;
    column += spaces + width;
    end += spaces + bytes;
  }
}

const char *lines_next(const char *text, size_t bytes) {
  text += bytes;
  text += strspn(text, " ");
  return text + (*text == '\n');
}

void lines_print(FILE *stream, size_t used, size_t indent, const char *text) {
  size_t columns = lines_columns(stream), column = used;
  while (*text != '\0') {
    size_t bytes = lines_fit(text, columns > column ? columns - column : 0);
    fprintf(stream, "%.*s", (int)bytes, text);
    text = lines_next(text, bytes);
    if (*text != '\0')
      column = begin_line(stream, indent);
  }
  fputc('\n', stream);
}

__attribute__((format(printf, 4, 0))) static void print_formatted(FILE *stream, const char *prefix,
                                                                  size_t indent, const char *format,
                                                                  va_list arguments) {
  char *text = NULL;
  int length = vasprintf(&text, format, arguments);
  fputs(prefix, stream);
  if (length < 0)
    return;
  lines_print(stream, lines_width(prefix), indent, text);
  free(text);
}

void lines_printf(FILE *stream, const char *prefix, size_t indent, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  print_formatted(stream, prefix, indent, format, arguments);
  va_end(arguments);
}

void lines_message(FILE *stream, const char *program, const char *format, ...) {
  va_list arguments;
  char *prefix = grow_text("%s: ", program_name(program));
  va_start(arguments, format);
  print_formatted(stream, prefix, 2, format, arguments);
  va_end(arguments);
  free(prefix);
}
