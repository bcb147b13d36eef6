#include "runner/record/merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/csv.h"
#include "common/grow.h"
#include "runner/record/json_bytes.h"
#include "runner/record/staging.h"

/* --- samples.csv ------------------------------------------------------------------------------ */

enum { WRITE_BYTES = 4 << 20 };

/* Rows on their way from the shards to the merged file. */
struct copying {
  struct journal *to;
  FILE *file; /* into text */
  char *text;
  size_t bytes;
  int64_t seq;
};

/* Appends to samples.csv what has been collected. */
static int flush_rows(struct copying *copying, struct error *error) {
  bool failed = copying->file == NULL;
  if (copying->file != NULL)
    failed |= fclose(copying->file) != 0;
  copying->file = NULL;
  int code = failed ? error_set(error, EXIT_MACHINE, "samples.csv: out of memory for its rows")
                    : journal_append(copying->to, copying->text, copying->bytes, error);
  free(copying->text);
  copying->text = NULL;
  return code;
}

static int copy_row(void *context, const struct journal_row *row, struct error *error) {
  struct copying *copying = context;
  const char *cells[COLUMN_COUNT];
  char seq[24];
  if (copying->file == NULL)
    copying->file = open_memstream(&copying->text, &copying->bytes);
  if (copying->file == NULL)
    return error_set(error, EXIT_MACHINE, "samples.csv: out of memory for its rows");
  for (size_t i = 0; i < COLUMN_COUNT; i++)
    cells[i] = row->cells[i];
  snprintf(seq, sizeof seq, "%" PRId64, ++copying->seq);
  cells[COLUMN_seq] = seq;
  if (csv_write(copying->file, cells, COLUMN_COUNT) != 0)
    return error_set(error, EXIT_MACHINE, "samples.csv: out of memory for its rows");
  return ftell(copying->file) >= WRITE_BYTES ? flush_rows(copying, error) : 0;
}

/* The rows of shard 1, shard 2, ...: in each, in the order in which they were measured. */
static int copy_rows(const struct merge *merge, struct journal *to, struct error *error) {
  struct copying copying = {.to = to};
  off_t incomplete_bytes;
  for (size_t i = 0; i < merge->count && error->code == 0; i++)
    if (journal_read(&merge->shards[i]->journal, copy_row, &copying, &incomplete_bytes, error) != 0)
      error_prefix(error, "%s", merge->shards[i]->results.path);
  if (error->code == 0 && copying.file != NULL)
    flush_rows(&copying, error);
  if (copying.file != NULL)
    fclose(copying.file);
  free(copying.text);
  return error->code;
}

/* Reads the merged rows, as a resume would: they must settle every launch of the plan. */
static int replay(struct merge *merge, struct journal *journal, struct error *error) {
  struct replay rows;
  schedule_open(&merge->schedule, &merge->plan);
  if (run_record_replay(&rows, journal, &merge->schedule, NULL, error) == 0 &&
      schedule_left(&merge->schedule) > 0)
    error_set(error, EXIT_MACHINE, "samples.csv: %zu launches are missing in the merged rows",
              schedule_left(&merge->schedule));
  return error->code;
}

/* --- run.json --------------------------------------------------------------------------------- */

/* Appends to `all` the items of `more` that it does not have. */
static void append_new(json_t *all, const json_t *more) {
  json_t *item;
  size_t i, k;
  json_array_foreach((json_t *)(uintptr_t)more, i, item) {
    for (k = 0; k < json_array_size(all) && !json_equal(json_array_get(all, k), item); k++)
      ;
    if (k == json_array_size(all))
      json_array_append(all, item);
  }
}

/* Takes the value of `from` if it is earlier, or if it is later. ISO 8601 sorts as text. */
static void take_time(json_t *run, const json_t *from, const char *name, bool later) {
  const char *had = json_string_value(json_object_get(run, name));
  json_t *value = json_object_get(from, name);
  int order = had != NULL && json_is_string(value) ? strcmp(json_string_value(value), had) : 0;
  if (later ? order > 0 : order < 0)
    json_object_set(run, name, value);
}

/* A build has the files of the drivers that its shard runs. */
static void take_programs(json_t *build, const json_t *from) {
  json_t *programs = json_object_get(build, "programs");
  if (programs != NULL)
    json_object_update_missing(programs, json_object_get(from, "programs"));
}

static void take_builds(json_t *run, const json_t *from) {
  json_t *build;
  size_t i;
  take_programs(json_object_get(run, "build"), json_object_get(from, "build"));
  json_array_foreach(json_object_get(run, "builds"), i, build)
      take_programs(build, json_array_get(json_object_get(from, "builds"), i));
}

static void take_shard(json_t *run, const json_t *from) {
  json_int_t done = json_integer_value(json_object_get(run, "launches_done"));
  take_time(run, from, "start", false);
  take_time(run, from, "end", true);
  take_builds(run, from);
  append_new(json_object_get(run, "warnings"), json_object_get(from, "warnings"));
  json_array_extend(json_object_get(run, "sessions"), json_object_get(from, "sessions"));
  json_object_set_new(
      run, "launches_done",
      json_integer(done + json_integer_value(json_object_get(from, "launches_done"))));
}

/* The points in the order of the whole plan. */
static json_t *points_value(const struct merge *merge) {
  json_t *by_cell = json_object(), *points = json_array(), *point;
  size_t p;
  for (size_t i = 0; i < merge->count; i++)
    json_array_foreach(json_object_get(merge->shards[i]->record.json, "points"), p, point)
        json_object_set(by_cell, json_string_value(json_object_get(point, "cell_id")), point);
  for (size_t i = 0; i < merge->plan.point_count; i++)
    json_array_append(points, json_object_get(by_cell, merge->plan.points[i].cell_id));
  json_decref(by_cell);
  return points;
}

/* run.json of the whole run, of those of the shards. */
static json_t *run_value(const struct merge *merge) {
  const struct run_facts *facts = &merge->facts;
  json_t *run = json_deep_copy(merge->shards[0]->record.json), *argv = json_array();
  for (int i = 0; i < facts->argc; i++)
    json_array_append_new(argv, bytes_value(facts->argv[i]));
  for (size_t i = 1; i < merge->count; i++)
    take_shard(run, merge->shards[i]->record.json);
  json_object_del(run, "shard");
  set_text(run, "run_id", facts->run_id);
  set_text(run, "result", facts->result);
  set_integer(run, "launches_failed", (int64_t)facts->counts.failed);
  json_object_set_new(run, "argv", argv);
  json_object_set_new(run, "acceptance", facts_acceptance(facts->acceptance));
  json_object_set_new(run, "points", points_value(merge));
  return run;
}

/* --- the whole -------------------------------------------------------------------------------- */

static void set_facts(struct merge *merge, int argc, char *const *argv, const char *run_id) {
  const struct config *config = &merge->shards[0]->config;
  acceptance_check(&merge->acceptance, config, &merge->plan, &merge->schedule);
  merge->facts = (struct run_facts){.run_id = run_id,
                                    .argc = argc,
                                    .argv = argv,
                                    .config = config,
                                    .plan = &merge->plan,
                                    .schedule = &merge->schedule,
                                    .counts = {.settled = schedule_settled(&merge->schedule),
                                               .failed = schedule_failed(&merge->schedule),
                                               .unaccepted = merge->acceptance.refused},
                                    .result = "done",
                                    .acceptance = &merge->acceptance};
}

static int write_facts(struct merge *merge, int folder, int argc, char *const *argv,
                       struct error *error) {
  char run_id[RUN_ID_TEXT];
  set_facts(merge, argc, argv, run_id_make(run_id));
  json_t *run = run_value(merge);
  facts_write_value(run, folder, error);
  json_decref(run);
  merge->facts.run_id = NULL;
  return error->code;
}

static int write_files(struct merge *merge, int argc, char *const *argv, struct error *error) {
  struct journal journal = {.file = -1};
  int staging = staging_open(merge->results.folder, error);
  if (staging >= 0 && journal_open(&journal, staging, error) == 0 &&
      copy_rows(merge, &journal, error) == 0 && replay(merge, &journal, error) == 0 &&
      write_facts(merge, staging, argc, argv, error) == 0)
    staging_publish(staging, merge->results.folder, error);
  journal_close(&journal);
  staging_close(staging, merge->results.folder);
  return error->code;
}

int merge_write(struct merge *merge, const char *out, int argc, char *const *argv,
                struct error *error) {
  const char *name = merge->shards[0]->config.name;
  char *path = out != NULL ? grow_text("%s", out) : grow_text("results/%s", name);
  /* A path that is named is never moved away: merging twice is a mistake. */
  if (staging_clear(path, error) == 0 && results_open(&merge->results, path, name, error) == 0 &&
      write_files(merge, argc, argv, error) != 0)
    error_prefix(error, "%s", path);
  free(path);
  return error->code;
}
