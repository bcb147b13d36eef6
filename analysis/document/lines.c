#include "analysis/document/lines.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/utf8.h"

/* Controls, and what would reorder or hide the text around it (Unicode TR 36). */
static bool is_hostile(uint32_t code) {
  return code < ' ' || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

char *lines_plain(const char *text) {
  size_t length = strlen(text), used = 0;
  char *plain = grow_text("%s", text);
  for (size_t i = 0; i < length;) {
    uint32_t code;
    size_t bytes = utf8_decode(text + i, &code);
    if (bytes == 0 || (is_hostile(code) && code != '\n')) {
      plain[used++] = '?';
      i += bytes == 0 ? 1 : bytes;
      continue;
    }
    memcpy(plain + used, text + i, bytes);
    used += bytes;
    i += bytes;
  }
  plain[used] = '\0';
  return plain;
}

char *lines_soft_hyphens(const char *text, const char *instead) {
  static const char hyphen[] = "\xc2\xad";
  char *result = grow_text("%s", "");
  for (const char *next; (next = strstr(text, hyphen)) != NULL; text = next + strlen(hyphen)) {
    char *longer = grow_text("%s%.*s%s", result, (int)(next - text), text, instead);
    free(result);
    result = longer;
  }
  char *whole = grow_text("%s%s", result, text);
  free(result);
  return whole;
}

static bool starts_character(char byte) {
  return ((unsigned char)byte & 0xc0) != 0x80;
}

/* Bytes of the first `width` characters, or fewer at a line's end. */
static size_t bytes_of(const char *text, size_t width) {
  size_t at = 0;
  for (size_t columns = 0; text[at] != '\0' && text[at] != '\n'; at++) {
    if (starts_character(text[at]) && columns++ == width)
      break;
  }
  return at;
}

struct text_lines lines_wrap(const char *plain, size_t width) {
  struct text_lines lines = {0};
  width = width < 1 ? 1 : width;
  do {
    size_t bytes = lines_fit(plain, width), most = bytes_of(plain, width);
    const char *next = lines_next(plain, bytes);
    if (bytes > most) { /* one word that is longer than the line */
      bytes = most;
      next = plain + most;
    }
    *GROW(lines.items, lines.count) = grow_text("%.*s", (int)bytes, plain);
    plain = next;
  } while (*plain != '\0');
  return lines;
}

void lines_append(struct text_lines *lines, const struct text_lines *more) {
  for (size_t i = 0; i < more->count; i++)
    *GROW(lines->items, lines->count) = grow_text("%s", more->items[i]);
}

void lines_free(struct text_lines *lines) {
  for (size_t i = 0; i < lines->count; i++)
    free(lines->items[i]);
  free(lines->items);
  *lines = (struct text_lines){0};
}
