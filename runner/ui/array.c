#include "runner/ui/array.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/lines.h"
#include "common/program.h"
#include "runner/config/paths.h"
#include "runner/plan/shard.h"
#include "runner/process/command_line.h"
#include "runner/record/previous_run.h"

enum { FACT_COLUMN = 13 };

/* In the order of what counts if several apply. */
enum shard_state { SHARD_STOPPED, SHARD_WAITING, SHARD_RUNNING, SHARD_DONE, SHARD_STATES };

/* The shards that begin with an index and have that state; the folder is that of the array, from
 * the root, without the shard. */
struct array {
  const struct queued_job *job;
  char *base;
  enum shard_state *states; /* of shard 1, 2, ... */
  size_t counts[SHARD_STATES];
  size_t settled, failed, left; /* launches of the shards that have begun */
};

/* What the scheduler knows of the tasks. One that waits to be started again is PENDING, too. */
static void read_tasks(struct array *array, const char *answer) {
  for (const char *line = answer; line != NULL && *line != '\0';
       line = strchr(line, '\n'), line = line != NULL ? line + 1 : NULL) {
    int64_t index;
    char state[32];
    if (sscanf(line, "%" SCNd64 " %31s", &index, state) == 2 && index >= 1 &&
        index <= array->job->shards)
      array->states[index - 1] = strcmp(state, "PENDING") == 0 ? SHARD_WAITING : SHARD_RUNNING;
  }
}

static int look_at_shard(struct array *array, int64_t index, struct error *error) {
  struct shard shard = {index, array->job->shards};
  struct previous_run run;
  enum shard_state *state = &array->states[index - 1];
  char *folder = shard_folder(&shard, array->base), *facts = grow_text("%s/run.json", folder);
  if (access(facts, F_OK) == 0) {
    if (previous_run_open(&run, folder, error) == 0) {
      array->settled += schedule_settled(&run.schedule);
      array->failed += schedule_failed(&run.schedule);
      array->left += schedule_left(&run.schedule);
      if (previous_run_is_complete(&run))
        *state = SHARD_DONE;
      else if (journal_is_held(run.results.folder, NULL))
        *state = SHARD_RUNNING; /* perhaps submitted by hand, as another job */
    }
    previous_run_close(&run);
  }
  array->counts[*state]++;
  free(facts);
  free(folder);
  return error->code;
}

/* "2,5": as sbatch takes it; the caller frees it. */
static char *stopped_text(const struct array *array) {
  char *text = grow_text("%s", "");
  for (int64_t i = 0; i < array->job->shards; i++) {
    if (array->states[i] != SHARD_STOPPED)
      continue;
    char *longer = grow_text("%s%s%" PRId64, text, *text != '\0' ? "," : "", i + 1);
    free(text);
    text = longer;
  }
  return text;
}

static void print_array(const struct array *array) {
  const struct queued_job *job = array->job;
  const size_t *counts = array->counts;
  struct command_line base = {0}, submit = {0};
  command_line_add(&base, "%s", array->base);
  char *quoted = command_line_text(&base), *stopped = stopped_text(array);
  lines_printf(stdout, "  shards     ", FACT_COLUMN,
               "%zu of %" PRId64 " done, %zu running, %zu waiting, %zu stopped", counts[SHARD_DONE],
               job->shards, counts[SHARD_RUNNING], counts[SHARD_WAITING], counts[SHARD_STOPPED]);
  lines_printf(stdout, "  launches   ", FACT_COLUMN,
               "%zu done, %zu of them failed, %zu left, of the shards that have begun",
               array->settled, array->failed, array->left);
  if (counts[SHARD_STOPPED] > 0) {
    command_line_add(&submit, "--array=%s", stopped);
    command_line_add(&submit, "%s/job.sh", array->base);
    char *words = command_line_text(&submit);
    lines_printf(stdout, "  stopped    ", FACT_COLUMN,
                 "neither done nor queued: shard %s; continue with: sbatch %s", stopped, words);
    free(words);
  }
  lines_printf(stdout, "  state      ", FACT_COLUMN, "%s: %s merge %s.%s-of-%" PRId64 " --out %s",
               counts[SHARD_DONE] == (size_t)job->shards
                   ? "done; join the shards with"
                   : "not done; when all shards are, join them with",
               program_name("sweep"), quoted, job->shards < 10 ? "?" : "*", job->shards, quoted);
  command_line_free(&submit);
  command_line_free(&base);
  free(stopped);
  free(quoted);
}

int array_print(const char *folder, const struct queued_job *job, struct error *error) {
  struct array array = {.job = job,
                        .base = path_absolute(folder),
                        .states = grow_zeroed((size_t)job->shards, sizeof *array.states)};
  struct error reason = {0};
  char *tasks = queue_tasks(job, &reason);
  read_tasks(&array, tasks);
  for (int64_t i = 1; i <= job->shards && error->code == 0; i++)
    look_at_shard(&array, i, error);
  if (error->code == 0) {
    lines_printf(stdout, "", 2, "%s.I-of-%" PRId64 ": shards of %s job array %s%s%s%s", array.base,
                 job->shards, job->scheduler, job->id, reason.code != 0 ? " (" : "",
                 reason.code != 0 ? reason.message : "", reason.code != 0 ? ")" : "");
    print_array(&array);
  }
  free(tasks);
  free(array.states);
  free(array.base);
  return error->code;
}
