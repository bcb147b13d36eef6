#include "common/grow.h"

#include <errno.h>
#include <stdarg.h>
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

char *grow_text(const char *format, ...) {
  char *text = NULL;
  va_list arguments;
  va_start(arguments, format);
  int length = vasprintf(&text, format, arguments);
  va_end(arguments);
  return or_end(length < 0 ? NULL : text);
}
