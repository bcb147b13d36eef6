#include "analysis/data/results_path.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "common/grow.h"

char *results_path(const char *results) {
  struct stat status;
  size_t length = strlen(results);
  bool folder = stat(results, &status) == 0 && S_ISDIR(status.st_mode);
  bool slash = length > 0 && results[length - 1] == '/';
  return grow_text("%s%s%s", results, folder && !slash ? "/" : "", folder ? "samples.csv" : "");
}
