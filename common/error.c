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

/* Appends what there is room for. */
static void append(char *into, size_t capacity, const char *text) {
  size_t used = strlen(into), length = strlen(text);
  if (length > capacity - 1 - used)
    length = capacity - 1 - used;
  memcpy(into + used, text, length);
  into[used + length] = '\0';
}

int error_prefix(struct error *error, const char *format, ...) {
  char whole[sizeof error->message];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(whole, sizeof whole, format, arguments);
  va_end(arguments);
  append(whole, sizeof whole, ": ");
  append(whole, sizeof whole, error->message);
  memcpy(error->message, whole, sizeof whole);
  return error->code;
}

int error_print(const struct error *error, const char *program) {
  fprintf(stderr, "%s: %s\n", program, error->message);
  return error->code;
}
