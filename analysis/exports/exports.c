#include "analysis/exports/exports.h"

#include <errno.h>
#include <string.h>

#include "common/cli.h"

const char *const report_format_names[] = {"text", "markdown", "json", "csv", "junit", NULL};

static export_writer *const writers[] = {export_google_benchmark, export_extra_p};
const char *const export_names[] = {"google-benchmark", "extra-p", NULL};

export_writer *export_find(const char *name, struct error *error) {
  unsigned index;
  return cli_choose(name, export_names, &index, error) == 0 ? writers[index] : NULL;
}

int export_check(FILE *file, struct error *error) {
  if (fflush(file) == 0 && !ferror(file))
    return 0;
  return error_set(error, EXIT_MACHINE, "cannot write: %s", strerror(errno));
}
