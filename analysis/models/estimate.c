#include "analysis/models/estimate.h"

#include <math.h>
#include <stdio.h>

struct fit_options fit_options_complete(const struct fit_options *options) {
  struct fit_options complete = {.level = 0.95, .resamples = 2000, .seed = 20260};
  if (options == NULL)
    return complete;
  if (options->level > 0 && options->level < 1)
    complete.level = options->level;
  if (options->resamples > 0)
    complete.resamples = options->resamples;
  if (options->seed > 0)
    complete.seed = options->seed;
  return complete;
}

char *fit_status_text(const struct fit_quality *quality, const char *what, char text[FIT_TEXT]) {
  switch (quality->status) {
  case FIT_OK:
    text[0] = '\0';
    break;
  case FIT_TOO_FEW:
    snprintf(text, FIT_TEXT, "not identifiable: %zu different %s, at least %zu are needed",
             quality->have, what, quality->needed);
    break;
  case FIT_BAD_DATA:
    snprintf(text, FIT_TEXT, "not identifiable: no data, or a value that is not above 0");
    break;
  case FIT_UNDETERMINED:
    snprintf(text, FIT_TEXT, "not identifiable: these %s do not determine the parameters", what);
    break;
  }
  return text;
}

struct estimate estimate_none(void) {
  return (struct estimate){NAN, NAN, NAN};
}
