#include "common/samples.h"

#include <string.h>

const char *const samples_names[COLUMN_COUNT] = {
#define X(name) #name,
    SAMPLES_COLUMNS(X)
#undef X
};

int samples_column(const char *name) {
  for (int i = 0; i < COLUMN_COUNT; i++)
    if (strcmp(samples_names[i], name) == 0)
      return i;
  return -1;
}

bool samples_is_header(char *const *cells, size_t count) {
  if (count < COLUMN_COUNT_FIRST || count > COLUMN_COUNT)
    return false;
  for (size_t i = 0; i < count; i++)
    if (strcmp(cells[i], samples_names[i]) != 0)
      return false;
  return true;
}
