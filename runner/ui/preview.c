#include "runner/ui/preview.h"

#include <stdlib.h>

#include "common/grow.h"
#include "common/host.h"
#include "runner/launch/tools.h"
#include "runner/record/forecast.h"
#include "runner/ui/job.h"
#include "runner/ui/listing.h"

static void print_job(const struct config *config, const struct plan *plan, const char *drivers,
                      const char *folder, struct error *error) {
  char *program = grow_text("%s/sweep", host_program_folder());
  struct job_paths paths = {program, drivers, folder};
  job_write(stdout, config, plan, &paths, error);
  free(program);
}

static void print_list(const struct arguments *arguments, const struct config *config,
                       const struct plan *plan, const char *drivers, const char *folder,
                       struct error *error) {
  struct forecast forecast;
  struct tools tools;
  int code = forecast_open(&forecast, plan, drivers, error);
  if (code == 0 && arguments->probe) {
    tools_find(&tools, drivers);
    code = forecast_probe(&forecast, plan, config, &tools, error);
  } else if (code == 0) {
    forecast_look(&forecast, plan, folder);
  }
  if (code == 0) {
    forecast_finish(&forecast, plan);
    listing_print(plan, config, &forecast, arguments->format, error);
  }
  forecast_close(&forecast);
}

int preview_print(const struct arguments *arguments, const struct config *config,
                  const struct plan *plan, const char *drivers, struct error *error) {
  char *folder = arguments->out != NULL ? grow_text("%s", arguments->out)
                                        : grow_text("results/%s", config->name);
  if (arguments->format == LISTING_SLURM)
    print_job(config, plan, drivers, folder, error);
  else
    print_list(arguments, config, plan, drivers, folder, error);
  free(folder);
  return error->code;
}
