#include "analysis/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"

json_t *json_text(const char *text) {
  json_t *value = json_string(text);
  if (value != NULL)
    return value;
  char *plain = grow_text("%s", text);
  for (char *at = plain; *at != '\0'; at++)
    if ((unsigned char)*at >= 0x80)
      *at = '?';
  value = json_string(plain);
  free(plain);
  return value;
}

int json_write(FILE *file, json_t *value, size_t flags, struct error *error) {
  int failed = json_dumpf(value, file, flags) != 0 || fputc('\n', file) == EOF;
  json_decref(value);
  return failed ? error_set(error, EXIT_MACHINE, "cannot write: %s", strerror(errno)) : 0;
}
