#include "runner/record/previous_run.h"

#include "runner/launch/builds.h"
#include "runner/plan/scaling.h"
#include "runner/process/launch.h"

static int open_all(struct previous_run *run, const char *folder, struct error *error) {
  if (results_reopen(&run->results, folder, error) != 0 ||
      past_open(&run->past, run->results.folder, error) != 0)
    return error->code;
  if (past_open_config(&run->past, &run->config, &run->problems) != 0)
    return error_set(error, EXIT_USAGE, "run.json: this version does not read its config");
  past_locate_builds(&run->past, &run->config);
  struct scaling scaling;
  launch_prepare(); /* weak scaling may ask a driver */
  scaling_open(&scaling, &run->config, run->past.drivers);
  past_sizes(&run->past, &run->config, &scaling);
  int code = plan_make(&run->plan, &run->config, run->past.cores, &scaling, error);
  scaling_close(&scaling);
  if (code != 0)
    return code;
  schedule_open(&run->schedule, &run->plan);
  if (journal_look(&run->journal, run->results.folder, error) != 0 ||
      past_replay(&run->replay, &run->journal, &run->schedule, NULL, error) != 0)
    return error->code;
  return 0;
}

int previous_run_open(struct previous_run *run, const char *folder, struct error *error) {
  *run = (struct previous_run){.results = {.folder = -1}, .journal = {.file = -1}};
  if (open_all(run, folder, error) != 0)
    error_prefix(error, "%s", folder);
  return error->code;
}

void previous_run_close(struct previous_run *run) {
  journal_close(&run->journal);
  if (run->schedule.plan != NULL)
    schedule_close(&run->schedule);
  plan_free(&run->plan);
  config_close(&run->config);
  problems_free(&run->problems);
  past_close(&run->past);
  results_close(&run->results);
}
