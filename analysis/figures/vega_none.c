#include "analysis/figures/vega.h"

int figure_vega(const struct figure *figure, const char *folder, struct error *error) {
  return error_set(error, EXIT_MACHINE,
                   "cannot write %s/%s.vl.json: this build has no jansson (Debian: "
                   "libjansson-dev)",
                   folder, figure->id);
}
