#include "analysis/figures/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/utf8.h"

static int is_control(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xFFFE || code == 0xFFFF ||
         code == 0x2028 || code == 0x2029;
}

char *text_clean(const char *text, size_t limit) {
  const char *at = text == NULL ? "" : text;
  size_t bytes_in = strnlen(at, limit == 0 ? SIZE_MAX / 8 : 4 * limit + 4);
  char *clean = grow(NULL, 0, 3 * bytes_in + 4); /* a byte becomes at most three: U+FFFD */
  char *to = clean;
  size_t characters = 0;
  while (*at != '\0') {
    if (characters++ >= limit && limit > 0) {
      characters--;
      to = clean;
      for (size_t kept = 0; kept + 1 < limit; kept++) /* the last one becomes the ellipsis */
        do
          to++;
        while (((unsigned char)*to & 0xC0) == 0x80);
      to = stpcpy(to, "…");
      break;
    }
    uint32_t code = 0;
    size_t bytes = utf8_decode(at, &code);
    if (bytes == 0) {
      to = stpcpy(to, UTF8_REPLACEMENT);
      at++;
    } else if (is_control(code)) {
      *to++ = ' ';
      at += bytes;
    } else {
      memcpy(to, at, bytes);
      to += bytes;
      at += bytes;
    }
  }
  *to = '\0';
  return clean;
}

size_t text_length(const char *text) {
  size_t length = 0;
  for (; *text != '\0'; text++)
    length += ((unsigned char)*text & 0xC0) != 0x80;
  return length;
}

void text_xml(FILE *file, const char *text) {
  for (; *text != '\0'; text++)
    switch (*text) {
    case '&':
      fputs("&amp;", file);
      break;
    case '<':
      fputs("&lt;", file);
      break;
    case '>':
      fputs("&gt;", file);
      break;
    case '"':
      fputs("&quot;", file);
      break;
    case '\'':
      fputs("&#39;", file);
      break;
    default:
      fputc(*text, file);
    }
}

void text_gnuplot(FILE *file, const char *text) {
  const char *start = text;
  fputc('\'', file);
  for (; *text != '\0'; text++)
    if (*text == '\'')
      fputs("'.\"'\".'", file);
    else if (*text == '>' && text - start >= 2 && text[-1] == ']' && text[-2] == ']')
      fputs(" >", file);
    else
      fputc(*text, file);
  fputc('\'', file);
}

int text_is_id(const char *id) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  size_t length = strlen(id);
  return length >= 1 && length <= 100 && id[0] != '-' && strspn(id, letters) == length;
}
