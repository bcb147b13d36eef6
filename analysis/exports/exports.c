#include "analysis/exports/exports.h"

#include <errno.h>
#include <string.h>

#include "common/suggest.h"

static const struct export_format formats[] = {
    {"google-benchmark", export_google_benchmark},
    {"extra-p", export_extra_p},
};
enum { FORMAT_COUNT = sizeof formats / sizeof *formats };

const struct export_format *export_find(const char *name, struct error *error) {
  const char *names[FORMAT_COUNT];
  for (size_t i = 0; i < FORMAT_COUNT; i++) {
    names[i] = formats[i].name;
    if (strcmp(name, names[i]) == 0)
      return &formats[i];
  }
  const char *near = suggest(name, names, FORMAT_COUNT);
  error_set(error, EXIT_USAGE,
            near ? "--export: unknown format '%s'; did you mean '%s'?"
                 : "--export: unknown format '%s'; must be one of: google-benchmark, extra-p",
            name, near);
  return NULL;
}

int export_check(FILE *file, struct error *error) {
  if (fflush(file) == 0 && !ferror(file))
    return 0;
  return error_set(error, EXIT_MACHINE, "cannot write: %s", strerror(errno));
}
