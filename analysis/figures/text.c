#include "analysis/figures/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

/* Reads one character of UTF-8; returns its length in bytes, 0 if it is invalid. */
static size_t decode(const unsigned char *at, uint32_t *code) {
  if (at[0] < 0x80) {
    *code = at[0];
    return 1;
  }
  size_t bytes = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
  static const uint32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (at[0] < 0xC2 || at[0] > 0xF4)
    return 0;
  *code = at[0] & (0xFFU >> (bytes + 1));
  for (size_t i = 1; i < bytes; i++) {
    if ((at[i] & 0xC0) != 0x80) /* also at the final 0 */
      return 0;
    *code = *code << 6 | (at[i] & 0x3FU);
  }
  if (*code < smallest[bytes] || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF))
    return 0;
  return bytes;
}

static int is_control(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xFFFE || code == 0xFFFF ||
         code == 0x2028 || code == 0x2029;
}

char *text_clean(const char *text, size_t limit) {
  const unsigned char *at = (const unsigned char *)(text == NULL ? "" : text);
  size_t bytes_in = strnlen((const char *)at, limit == 0 ? SIZE_MAX / 8 : 4 * limit + 4);
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
    size_t bytes = decode(at, &code);
    if (bytes == 0) {
      to = stpcpy(to, "\xEF\xBF\xBD");
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
