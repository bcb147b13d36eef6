#include <stdlib.h>
#include <string.h>

#include "tests/cases/case.h"

static const struct kernel *honest;

void case_set_honest(const struct kernel *kernel) {
  honest = kernel;
}

const struct phase *case_honest(const char *name) {
  for (int i = 0; i < honest->phase_count; i++)
    if (strcmp(honest->phases[i].name, name) == 0)
      return &honest->phases[i];
  abort();
}
