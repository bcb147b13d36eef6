#include "common/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/program.h"
#include "common/utf8.h"

static const char gap[] = "...";

/* Shortens the word at `begin` by `excess` bytes, or to `least` bytes, with a gap in its middle: of
 * a path the end says more than the beginning. Returns the bytes that are gone. */
static size_t shorten_word(char *begin, size_t length, size_t excess, size_t least) {
  size_t wanted = length > excess + least ? length - excess : least;
  size_t kept = wanted - strlen(gap), head = kept / 3, tail = kept - head;
  /* Characters of UTF-8 stay whole. */
  while (head > 0 && ((unsigned char)begin[head] & 0xc0) == 0x80)
    head--;
  while (tail > 0 && ((unsigned char)begin[length - tail] & 0xc0) == 0x80)
    tail--;
  memcpy(begin + head, gap, strlen(gap));
  char *end = begin + head + strlen(gap);
  memmove(end, begin + length - tail, strlen(begin + length - tail) + 1);
  return length - (head + strlen(gap) + tail);
}

static char *longest_word(char *text, size_t *length) {
  char *longest = text;
  *length = 0;
  for (char *at = text; *at != '\0';) {
    size_t bytes = strcspn(at, " ");
    if (bytes > *length) {
      *length = bytes;
      longest = at;
    }
    at += bytes;
    at += strspn(at, " ");
  }
  return longest;
}

void error_shorten(char *text, size_t capacity) {
  enum { LEAST = 24 }; /* of a word; shorter ones are no paths */
  size_t bytes = strlen(text), length;
  while (bytes >= capacity) {
    char *word = longest_word(text, &length);
    if (length <= LEAST) { /* very many words: the middle of the whole is omitted */
      word = text;
      length = bytes;
    }
    bytes -= shorten_word(word, length, bytes - (capacity - 1), LEAST);
  }
}

int error_set(struct error *error, int code, const char *format, ...) {
  va_list arguments;
  char *text = NULL;
  va_start(arguments, format);
  int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  error->code = code;
  error->about[0] = '\0';
  if (length < 0) {
    snprintf(error->message, sizeof error->message, "out of memory");
    return code;
  }
  error_shorten(text, sizeof error->message);
  memcpy(error->message, text, strlen(text) + 1);
  free(text);
  return code;
}

int error_prefix(struct error *error, const char *format, ...) {
  va_list arguments;
  char *prefix = NULL;
  va_start(arguments, format);
  int length = vasprintf(&prefix, format, arguments);
  va_end(arguments);
  if (length < 0)
    return error->code;
  const struct error inner = *error;
  error_set(error, inner.code, "%s: %s", prefix, inner.message);
  memcpy(error->about, inner.about, sizeof error->about);
  free(prefix);
  return error->code;
}

/* Appends one character of `from`, spelt out when it cannot be printed; returns its bytes. */
static int append_character(char *into, size_t capacity, const char *from) {
  unsigned char first = (unsigned char)*from;
  int length = (int)utf8_length(from);
  size_t used = strlen(into);
  if (length == 0 || first < 0x20 || first == 0x7f) {
    snprintf(into + used, capacity - used, "\\x%02x", first);
    return 1;
  }
  snprintf(into + used, capacity - used, "%.*s", length, from);
  return length;
}

char *error_quote(const char *text, char quoted[ERROR_QUOTED]) {
  enum { SHOWN = 60 };
  quoted[0] = '\0';
  while (*text != '\0' && strlen(quoted) < SHOWN)
    text += append_character(quoted, ERROR_QUOTED, text);
  return *text != '\0' ? strcat(quoted, "...") : quoted;
}

int error_print(const struct error *error, const char *program) {
  fprintf(stderr, "%s: %s\n", program_name(program), error->message);
  return error->code;
}
