#include "runner/ui/status.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/lines.h"
#include "common/program.h"
#include "runner/record/previous_run.h"
#include "runner/ui/array.h"
#include "runner/ui/queue.h"

enum { FACT_COLUMN = 13 };

static bool is_text(const char *text, const char *wanted) {
  return text != NULL && strcmp(text, wanted) == 0;
}

/* Launches whose last attempt went well count as done; what failed before stays in samples.csv. */
static void print_launches(const struct previous_run *run, size_t left) {
  size_t settled = schedule_settled(&run->schedule), failed = schedule_failed(&run->schedule);
  size_t attempts = (size_t)run->replay.launches;
  char again[60] = "";
  if (attempts > settled)
    snprintf(again, sizeof again, ", %zu tried again", attempts - settled);
  lines_printf(stdout, "  launches   ", FACT_COLUMN, "%zu done, %zu of them failed%s, %zu left%s",
               settled, failed, again, left, run->plan.least < run->plan.most ? " at most" : "");
}

static void print_counts(const struct previous_run *run) {
  const struct replay *replay = &run->replay;
  size_t counts[ENOUGH_HOPELESS + 1] = {0}, left = schedule_left(&run->schedule);
  const char *path = run->results.path;
  for (size_t i = 0; i < run->plan.point_count; i++)
    counts[schedule_enough(&run->schedule, i)]++;
  lines_printf(stdout, "", 2, "%s: run %s in %s", run->record.name, run->record.run_id, path);
  print_launches(run, left);
  lines_printf(stdout, "  points     ", FACT_COLUMN,
               "%zu of %zu have enough: %zu as many launches as allowed, %zu narrow enough, %zu "
               "would only fail again",
               run->plan.point_count - counts[ENOUGH_NOT], run->plan.point_count,
               counts[ENOUGH_MOST], counts[ENOUGH_NARROW], counts[ENOUGH_HOPELESS]);
  if (replay->foreign > 0)
    printf("  rows       %lld are of points that the config no longer has\n",
           (long long)replay->foreign);
  char holder[LEASE_HOLDER_TEXT];
  bool held = journal_is_held(run->results.folder, holder);
  if (held)
    lines_printf(stdout, "  state      ", FACT_COLUMN, "running: %s", holder);
  else if (left > 0)
    lines_printf(stdout, "  state      ", FACT_COLUMN, "%s; continue with: %s resume %s",
                 is_text(run->record.result, "running") ? "killed" : run->record.result,
                 program_name("sweep"), path);
  else if (schedule_failed(&run->schedule) > 0)
    lines_printf(stdout, "  state      ", FACT_COLUMN,
                 "done; failed launches again: %s resume %s --retry-failed", program_name("sweep"),
                 path);
  else
    printf("  state      done\n");
  struct queued_job job;
  if (queue_find(run->results.folder, &job))
    queue_print_state(&job, "  job        ");
  if (replay->cut > 0 && !held)
    lines_printf(
        stdout, "  truncated  ", FACT_COLUMN,
        "%lld bytes at the end of samples.csv belong to no complete launch; resume removes them",
        (long long)replay->cut);
}

/* Whether a job was submitted from there and the folder itself has no run. */
static bool is_only_submitted(const char *path, struct queued_job *job) {
  int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0)
    return false;
  bool submitted = faccessat(folder, "run.json", F_OK, 0) != 0 && queue_find(folder, job);
  close(folder);
  return submitted;
}

int status_print(const char *folder, struct error *error) {
  struct previous_run run;
  struct queued_job job;
  if (is_only_submitted(folder, &job)) {
    if (job.shards > 0)
      return array_print(folder, &job, error);
    queue_print_state(&job, "no launch yet; job ");
    return 0;
  }
  if (previous_run_open(&run, folder, error) == 0)
    print_counts(&run);
  previous_run_close(&run);
  return error->code;
}
