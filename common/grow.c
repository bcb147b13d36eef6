#include "common/grow.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"

static void *or_end(void *memory) {
  if (memory != NULL)
    return memory;
  fprintf(stderr, "%s: out of memory\n", program_invocation_short_name);
  exit(EXIT_MACHINE);
}

void *grow(void *items, size_t count, size_t item_bytes) {
  if ((count & (count - 1)) == 0) { /* 0 or a power of two: the array is full */
    size_t capacity = count == 0 ? 1 : 2 * count;
    items = or_end(capacity > SIZE_MAX / item_bytes ? NULL : realloc(items, capacity * item_bytes));
  }
  memset((char *)items + count * item_bytes, 0, item_bytes);
  return items;
}

void *grow_zeroed(size_t count, size_t item_bytes) {
  return or_end(calloc(count == 0 ? 1 : count, item_bytes));
}

char *grow_vtext(const char *format, va_list arguments) {
  char *text = NULL;
  return or_end(vasprintf(&text, format, arguments) < 0 ? NULL : text);
}

char *grow_text(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  char *text = grow_vtext(format, arguments);
  va_end(arguments);
  return text;
}
