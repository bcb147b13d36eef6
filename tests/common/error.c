/* Errors that are too long: the reason stays, of the path what says most. */
#include "common/error.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static char *path_of(size_t length) {
  char *path = malloc(length + 1);
  if (path == NULL)
    abort();
  for (size_t i = 0; i < length; i++)
    path[i] = i % 20 == 0 ? '/' : 'x';
  memcpy(path, "/first", 6);
  memcpy(path + length - 5, "/last", 5);
  path[length] = '\0';
  return path;
}

static bool ends(const char *text, const char *end) {
  return strlen(text) >= strlen(end) && strcmp(text + strlen(text) - strlen(end), end) == 0;
}

static void check_long_paths(void) {
  static const char reason[] = "/last: No such file or directory";
  for (size_t length = 300; length < 5000; length += 7) {
    struct error error = {0};
    char *path = path_of(length);
    CHECK(error_set(&error, EXIT_MACHINE, "%s: No such file or directory", path) == EXIT_MACHINE);
    CHECK(ends(error.message, reason), "%s", error.message);
    CHECK(strncmp(error.message, "/first", 6) == 0, "%s", error.message);
    error_prefix(&error, "%s: samples.csv", path);
    CHECK(ends(error.message, reason), "%s", error.message);
    CHECK(strncmp(error.message, "/first", 6) == 0 && strstr(error.message, ": samples.csv: "),
          "%s", error.message);
    CHECK(error.code == EXIT_MACHINE && strlen(error.message) < sizeof error.message);
    free(path);
  }
}

static void check_shorten(const char *given, size_t capacity, const char *wanted) {
  char text[200];
  snprintf(text, sizeof text, "%s", given);
  error_shorten(text, capacity);
  CHECK(strcmp(text, wanted) == 0, "'%s' in %zu: '%s'", given, capacity, text);
}

int main(void) {
  check_long_paths();
  check_shorten("short enough", 13, "short enough");
  check_shorten("a /folder/with/a/long/name/and/a/file.csv: why", 40,
                "a /folder/wi...name/and/a/file.csv: why");
  /* Characters of UTF-8 stay whole. */
  for (size_t capacity = 26; capacity < 60; capacity++) {
    char text[] =
        "/\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4"
        "\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6\xc3\xbc\xc3\xa4\xc3\xb6";
    error_shorten(text, capacity);
    CHECK(strlen(text) < capacity, "%zu: %s", capacity, text);
    for (const char *at = text; *at != '\0'; at++) {
      unsigned char byte = (unsigned char)*at;
      if (byte == 0xc3)
        at++;
      CHECK(byte < 0x80 || (byte == 0xc3 && ((unsigned char)*at & 0xc0) == 0x80), "%s", text);
    }
  }
  /* Very many words */
  char words[1000] = "";
  for (int i = 0; i < 80; i++)
    strcat(words, "many words ");
  error_shorten(words, 100);
  CHECK(strlen(words) < 100 && ends(words, "many words "), "%s", words);
  return test_result();
}
