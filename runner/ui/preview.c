#include "runner/ui/preview.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/host.h"
#include "runner/launch/command.h"
#include "runner/launch/tools.h"
#include "runner/record/forecast.h"
#include "runner/ui/job.h"
#include "runner/ui/listing.h"

static void print_job(const struct arguments *arguments, const struct config *config,
                      const struct plan *plan, const char *drivers, const char *folder,
                      struct error *error) {
  char *program = grow_text("%s/sweep", host_program_folder());
  struct job job = {.scheduler = (enum job_scheduler)(arguments->format - LISTING_JOB),
                    .config = config,
                    .plan = plan,
                    .paths = {program, drivers, folder},
                    .shards = arguments->shards};
  if (job_prepare(&job, error) == 0)
    job_write(stdout, &job, error);
  free(program);
}

static void print_list(const struct arguments *arguments, const struct config *config,
                       const struct plan *plan, const char *drivers, const char *folder,
                       struct error *error) {
  struct forecast forecast;
  struct tools tools;
  int code = forecast_open(&forecast, plan, drivers, error);
  if (code == 0 && arguments->probe) {
    tools_find(&tools, config, drivers);
    code = forecast_probe(&forecast, plan, config, &tools, error);
    tools_free(&tools);
  } else if (code == 0) {
    forecast_look(&forecast, plan, folder);
  }
  if (code == 0) {
    forecast_finish(&forecast, plan);
    listing_print(plan, config, &forecast, arguments->format, error);
  }
  forecast_close(&forecast);
}

/* One command for each point, below a comment that says which. */
static void print_commands(const struct config *config, const struct plan *plan,
                           const char *drivers, struct error *error) {
  struct tools tools;
  char text[POINT_TEXT];
  tools_find(&tools, config, drivers);
  for (size_t i = 0; i < plan->point_count; i++) {
    char *command = command_text(&plan->points[i], &tools);
    printf("# %s %s\n%s\n", plan->points[i].cell_id, point_text(&plan->points[i], text), command);
    free(command);
  }
  tools_free(&tools);
  if (fflush(stdout) != 0)
    error_set(error, EXIT_MACHINE, "the commands cannot be written: %s", strerror(errno));
}

int preview_print(const struct arguments *arguments, const struct config *config,
                  const struct plan *plan, const char *drivers, struct error *error) {
  char *folder = arguments->out != NULL ? grow_text("%s", arguments->out)
                                        : grow_text("results/%s", config->name);
  if (arguments->shards > 0 && arguments->format < LISTING_JOB)
    error_set(error, EXIT_USAGE, "--shards is for a job script (--format slurm)");
  else if (arguments->format >= LISTING_JOB)
    print_job(arguments, config, plan, drivers, folder, error);
  else if (arguments->commands)
    print_commands(config, plan, drivers, error);
  else
    print_list(arguments, config, plan, drivers, folder, error);
  free(folder);
  return error->code;
}
