#include "runner/record/pack.h"

#include <stddef.h>

int pack_run(const char *folder, const char *path, char **written, struct error *error) {
  (void)folder;
  (void)path;
  *written = NULL;
  return error_set(error, EXIT_USAGE,
                   "pack: this build has no libzip; Debian's package libzip-dev has it");
}
