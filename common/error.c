#include "common/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int error_set(struct error *error, int code, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(error->message, sizeof error->message, format, arguments);
  va_end(arguments);
  return error->code = code;
}

int error_prefix(struct error *error, const char *format, ...) {
  char whole[sizeof error->message];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(whole, sizeof whole, format, arguments);
  va_end(arguments);
  if (length >= 0 && (size_t)length < sizeof whole)
    snprintf(whole + length, sizeof whole - (size_t)length, ": %s", error->message);
  memcpy(error->message, whole, sizeof whole);
  return error->code;
}

int error_print(const struct error *error, const char *program) {
  fprintf(stderr, "%s: %s\n", program, error->message);
  return error->code;
}
