/* What all fuzzers share. Two mains drive each: libFuzzer's, which makes bytes up (clang only), and
 * the one below, which goes over the files named on the command line, so that what once broke is
 * tried in every build. Their names say what must hold: good_* is read, bad_* is refused,
 * condition_* and number_* are such expressions; of others only that nothing breaks. */
#ifndef QUARTET_TESTS_FUZZ_H
#define QUARTET_TESTS_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes);

/* Not assert(): this is to hold in release builds, too. */
#define MUST(condition) ((condition) ? (void)0 : stop(#condition, __FILE__, __LINE__))

static void stop(const char *condition, const char *file, int line) {
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
  abort();
}

/* What an input is. */
enum { FUZZ_READ = 1, FUZZ_CONDITION = 2, FUZZ_NUMBER = 4 };

/* Tries the bytes, after which a NUL follows, and says what they are: a sum of the above. To be
 * defined by the fuzzer. */
static unsigned try_bytes(const char *text, size_t bytes);

/* The bytes in memory of exactly their size, so that reading past their end is seen. */
static unsigned try_copy(const uint8_t *data, size_t bytes) {
  char *text = malloc(bytes + 1);
  MUST(text != NULL);
  if (bytes > 0)
    memcpy(text, data, bytes);
  text[bytes] = '\0';
  unsigned found = try_bytes(text, bytes);
  free(text);
  return found;
}

#ifdef QUARTET_LIBFUZZER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes) {
  try_copy(data, bytes);
  return 0;
}

#else

static bool begins(const char *name, const char *with) {
  return strncmp(name, with, strlen(with)) == 0;
}

/* What the beginning of a file's name claims. */
static const struct claim {
  const char *begin;
  unsigned what;
  bool holds;
} claims[] = {{"good_", FUZZ_READ, true},
              {"bad_", FUZZ_READ, false},
              {"condition_", FUZZ_CONDITION, true},
              {"number_", FUZZ_NUMBER, true}};

/* Whether the file does what its name says. */
static bool try_file(const char *path) {
  enum { BYTES_MAX = 1 << 21 };
  static uint8_t data[BYTES_MAX];
  FILE *file = fopen(path, "rb");
  if (file == NULL) {
    perror(path);
    return false;
  }
  size_t bytes = fread(data, 1, BYTES_MAX, file);
  bool whole = !ferror(file) && bytes < BYTES_MAX;
  fclose(file);
  const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
  unsigned found = try_copy(data, bytes);
  bool right = whole;
  for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
    if (begins(name, claims[i].begin))
      right &= ((found & claims[i].what) != 0) == claims[i].holds;
  if (!right)
    fprintf(stderr, "%s: is %s, %s condition, %s number%s\n", path,
            found & FUZZ_READ ? "read" : "refused", found & FUZZ_CONDITION ? "a" : "no",
            found & FUZZ_NUMBER ? "a" : "no", whole ? "" : "; too long for this test");
  return right;
}

int main(int argc, char **argv) {
  int wrong = 0;
  for (int i = 1; i < argc; i++)
    wrong += !try_file(argv[i]);
  printf("%d files, %d wrong\n", argc - 1, wrong);
  return argc < 2 || wrong > 0;
}

#endif

#endif
