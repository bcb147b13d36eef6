#include "common/encoding.h"

#include <stdbool.h>
#include <string.h>

size_t encoding_mark(const char *text, size_t bytes) {
  static const char mark[] = {'\xEF', '\xBB', '\xBF'};
  return bytes >= sizeof mark && memcmp(text, mark, sizeof mark) == 0 ? sizeof mark : 0;
}

/* The marks of UTF-32 first: the little-endian one begins as that of UTF-16 does. In a pattern
 * without a mark, 'x' stands for any character of ASCII. */
static const struct {
  const char *name, *bytes;
  size_t count;
} patterns[] = {
    {"UTF-32 (little-endian)", "\xFF\xFE\0\0", 4}, {"UTF-32 (big-endian)", "\0\0\xFE\xFF", 4},
    {"UTF-16 (little-endian)", "\xFF\xFE", 2},     {"UTF-16 (big-endian)", "\xFE\xFF", 2},
    {"UTF-32 (little-endian)", "x\0\0\0", 4},      {"UTF-32 (big-endian)", "\0\0\0x", 4},
    {"UTF-16 (little-endian)", "x\0x\0", 4},       {"UTF-16 (big-endian)", "\0x\0x", 4}};

static bool matches(const char *text, const char *pattern, size_t count) {
  for (size_t i = 0; i < count; i++) {
    bool ascii = text[i] != 0 && (unsigned char)text[i] < 0x80;
    if (pattern[i] == 'x' ? !ascii : text[i] != pattern[i])
      return false;
  }
  return true;
}

const char *encoding_foreign(const char *text, size_t bytes) {
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    if (bytes >= patterns[i].count && matches(text, patterns[i].bytes, patterns[i].count))
      return patterns[i].name;
  return NULL;
}

int encoding_start(FILE *file, struct error *error) {
  char text[4];
  size_t bytes = fread(text, 1, sizeof text, file);
  const char *foreign = encoding_foreign(text, bytes);
  if (foreign != NULL)
    return error_set(error, EXIT_USAGE, "is encoded as %s; it must be UTF-8", foreign);
  fseek(file, (long)encoding_mark(text, bytes), SEEK_SET);
  return 0;
}
