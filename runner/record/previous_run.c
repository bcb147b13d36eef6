#include "runner/record/previous_run.h"

#include <stdlib.h>

#include "common/host.h"
#include "common/lines.h"
#include "runner/launch/builds.h"
#include "runner/launch/programs.h"
#include "runner/plan/scaling.h"
#include "runner/process/launch.h"
#include "runner/record/shard_points.h"

static int open_all(struct previous_run *run, const char *folder, struct error *error) {
  if (results_reopen(&run->results, folder, error) != 0 ||
      run_record_open(&run->record, run->results.folder, error) != 0)
    return error->code;
  if (run_record_open_config(&run->record, &run->config, &run->problems) != 0)
    return error_set(error, EXIT_USAGE, "run.json: this version does not read its config");
  run_record_locate_builds(&run->record, &run->config);
  struct scaling scaling;
  launch_prepare(); /* weak scaling may ask a driver */
  scaling_open(&scaling, &run->config, run->record.drivers);
  run_record_sizes(&run->record, &run->config, &scaling);
  int code = plan_make(&run->plan, &run->config, &run->record.resources, &scaling, error);
  scaling_close(&scaling);
  if (code != 0)
    return code;
  shard_points_restore(&run->plan, &run->record);
  schedule_open(&run->schedule, &run->plan);
  if (journal_look(&run->journal, run->results.folder, error) != 0 ||
      run_record_replay(&run->replay, &run->journal, &run->schedule, NULL, error) != 0)
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
  run_record_close(&run->record);
  results_close(&run->results);
}

bool previous_run_is_complete(const struct previous_run *run) {
  return schedule_left(&run->schedule) == 0 && run->replay.cut == 0 &&
         !journal_is_held(run->results.folder, NULL);
}

int previous_run_open_config(struct run_record *record, struct config *config, bool anyway,
                             bool *changed) {
  struct problems problems = {0};
  char *other;
  int code = run_record_open_config_again(record, config, &other, &problems);
  if (other != NULL && !anyway) {
    lines_message(stderr, "sweep",
                  "%s has changed since the run began; --anyway continues with it as it is now",
                  other);
    code = EXIT_USAGE;
  } else if (code != 0) {
    problems_print(&problems, record->config_path, stderr);
  }
  *changed = other != NULL;
  run_record_locate_builds(record, config);
  free(other);
  problems_free(&problems);
  return code;
}

const char *previous_run_drivers(const struct run_record *record, const char *given) {
  const char *own = host_program_folder();
  if (given != NULL || record->drivers == NULL)
    return given != NULL ? given : own;
  if (programs_in_folder(record->drivers) || !programs_in_folder(own))
    return record->drivers;
  lines_message(stderr, "sweep", "the drivers are no longer in %s; those in %s are used",
                record->drivers, own);
  return own;
}
