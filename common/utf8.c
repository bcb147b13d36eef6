#include "common/utf8.h"

#include <string.h>

size_t utf8_length(const char *text) {
  const unsigned char *bytes = (const unsigned char *)text;
  unsigned char first = bytes[0], low = 0x80, high = 0xbf; /* bounds of the second byte */
  if (first < 0x80)
    return 1;
  if (first < 0xc2 || first > 0xf4)
    return 0;
  size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first == 0xe0)
    low = 0xa0;
  if (first == 0xed)
    high = 0x9f;
  if (first == 0xf0)
    low = 0x90;
  if (first == 0xf4)
    high = 0x8f;
  if (bytes[1] < low || bytes[1] > high)
    return 0;
  for (size_t i = 2; i < length; i++)
    if (bytes[i] < 0x80 || bytes[i] > 0xbf)
      return 0;
  return length;
}

size_t utf8_decode(const char *text, uint32_t *code) {
  static const unsigned char first_bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
  size_t length = utf8_length(text);
  *code = (unsigned char)text[0] & first_bits[length];
  for (size_t i = 1; i < length; i++)
    *code = *code << 6 | ((unsigned char)text[i] & 0x3f);
  return length;
}

bool utf8_valid(const char *text) {
  for (size_t bytes; *text != '\0'; text += bytes)
    if ((bytes = utf8_length(text)) == 0)
      return false;
  return true;
}

char *utf8_cut(char *into, size_t size, const char *text) {
  static const char mark[] = "...";
  size_t length = strlen(text);
  if (length < size)
    return memcpy(into, text, length + 1);
  length = size - sizeof mark;
  while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
    length--;
  memcpy(into, text, length);
  memcpy(into + length, mark, sizeof mark);
  return into;
}
