/* The whole test framework: CHECK counts and prints what did not hold; return test_result() from
 * main. */
#ifndef QUARTET_TESTS_CHECK_H
#define QUARTET_TESTS_CHECK_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEST_SKIPPED = 77 };

/* Weak, so that all files of a test program count together. */
__attribute__((weak)) long checks_done, checks_failed;

#define CHECK(condition, ...) check_one(condition, #condition, __FILE__, __LINE__, " " __VA_ARGS__)

/* Everything after the condition is a printf format that says with which values it did not hold. */
__attribute__((format(printf, 5, 6))) static inline void
check_one(int holds, const char *condition, const char *file, int line, const char *format, ...) {
  checks_done++;
  if (holds)
    return;
  checks_failed++;
  fprintf(stderr, "%s:%d: does not hold: %s", file, line, condition);
  if (format[1]) { /* more than the blank that CHECK puts first */
    va_list arguments;
    va_start(arguments, format);
    fputs(" [", stderr);
    vfprintf(stderr, format + 1, arguments);
    fputs("]", stderr);
    va_end(arguments);
  }
  fputc('\n', stderr);
}

/* 0 if something was checked and all of it held. */
static inline int test_result(void) {
  printf("%ld checks, %ld failed\n", checks_done, checks_failed);
  return checks_done == 0 || checks_failed != 0;
}

#endif
