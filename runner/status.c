#include "runner/status.h"

#include <stdio.h>
#include <string.h>

#include "common/lines.h"
#include "runner/launch.h"
#include "runner/past.h"
#include "runner/plan.h"
#include "runner/results.h"

/* What the folder holds, opened step by step. */
struct look {
  struct results results;
  struct past past;
  struct problems problems;
  struct config config;
  struct plan plan;
  struct schedule schedule;
  struct journal journal;
};

enum { FACT_COLUMN = 13 };

static bool is_text(const char *text, const char *wanted) {
  return text != NULL && strcmp(text, wanted) == 0;
}

static void print_counts(const struct look *look, const struct replay *replay) {
  size_t counts[ENOUGH_HOPELESS + 1] = {0}, left = schedule_left(&look->schedule);
  const char *path = look->results.path;
  for (size_t i = 0; i < look->plan.point_count; i++)
    counts[schedule_enough(&look->schedule, i)]++;
  lines_printf(stdout, "", 2, "%s: run %s in %s", look->past.name, look->past.run_id, path);
  printf("  launches   %lld done, %lld of them failed, %zu left%s\n", (long long)replay->launches,
         (long long)replay->failed, left, look->plan.least < look->plan.most ? " at most" : "");
  lines_printf(stdout, "  points     ", FACT_COLUMN,
               "%zu of %zu have enough: %zu as many launches as allowed, %zu narrow enough, %zu "
               "without hope",
               look->plan.point_count - counts[ENOUGH_NOT], look->plan.point_count,
               counts[ENOUGH_MOST], counts[ENOUGH_NARROW], counts[ENOUGH_HOPELESS]);
  if (replay->foreign > 0)
    printf("  rows       %lld are of points that the config no longer has\n",
           (long long)replay->foreign);
  bool held = journal_is_held(look->results.folder) != 0;
  if (held)
    printf("  state      running\n");
  else if (left > 0)
    lines_printf(stdout, "  state      ", FACT_COLUMN, "%s; go on with: sweep resume %s",
                 is_text(look->past.result, "running") ? "killed" : look->past.result, path);
  else if (replay->failed > 0)
    lines_printf(stdout, "  state      ", FACT_COLUMN,
                 "done; failed launches again: sweep resume %s --retry-failed", path);
  else
    printf("  state      done\n");
  if (replay->cut > 0 && !held)
    lines_printf(
        stdout, "  truncated  ", FACT_COLUMN,
        "%lld bytes at the end of samples.csv are of no whole launch; resume cuts them off",
        (long long)replay->cut);
}

static int look_at(struct look *look, const char *folder, struct error *error) {
  struct replay replay;
  if (results_reopen(&look->results, folder, error) != 0 ||
      past_open(&look->past, look->results.folder, error) != 0)
    return error->code;
  if (past_open_config(&look->past, &look->config, &look->problems) != 0)
    return error_set(error, EXIT_USAGE, "run.json: its config is not one of this version");
  struct scaling scaling;
  launch_prepare(); /* weak scaling may ask a driver */
  scaling_open(&scaling, &look->config, look->past.drivers);
  past_sizes(&look->past, &look->config, &scaling);
  int code = plan_make(&look->plan, &look->config, look->past.cores, &scaling, error);
  scaling_close(&scaling);
  if (code != 0)
    return code;
  schedule_open(&look->schedule, &look->plan);
  if (journal_look(&look->journal, look->results.folder, error) != 0 ||
      past_replay(&replay, &look->journal, &look->schedule, NULL, error) != 0)
    return error->code;
  print_counts(look, &replay);
  return 0;
}

int status_print(const char *folder, struct error *error) {
  struct look look = {.results = {.folder = -1}, .journal = {.file = -1}};
  if (look_at(&look, folder, error) != 0)
    error_prefix(error, "%s", folder);
  journal_close(&look.journal);
  if (look.schedule.plan != NULL)
    schedule_close(&look.schedule);
  plan_free(&look.plan);
  config_close(&look.config);
  problems_free(&look.problems);
  past_close(&look.past);
  results_close(&look.results);
  return error->code;
}
