/* In the place of the exports where there is no JSON library. */
#include "analysis/export.h"

const struct export_format *export_find(const char *name, struct error *error) {
  error_set(error, EXIT_MACHINE,
            "--export %s: this report was built without exports (jansson was missing)", name);
  return NULL;
}
