/* Whether folders are all shards of one run, and complete. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/grow.h"
#include "common/lines.h"
#include "common/program.h"
#include "runner/plan/scaling.h"
#include "runner/plan/shard.h"
#include "runner/record/conditions.h"
#include "runner/record/merge.h"
#include "runner/record/shard_points.h"

static const struct shard *shard_of(const struct previous_run *run) {
  return &run->record.shard;
}

static int by_index(const void *left, const void *right) {
  const struct shard *a = shard_of(*(struct previous_run *const *)left);
  const struct shard *b = shard_of(*(struct previous_run *const *)right);
  return (a->index > b->index) - (a->index < b->index);
}

static int open_shards(struct merge *merge, const char *const *folders, size_t count,
                       struct error *error) {
  for (size_t i = 0; i < count && error->code == 0; i++) {
    struct previous_run *run = grow_zeroed(1, sizeof *run);
    *GROW(merge->shards, merge->count) = run;
    if (previous_run_open(run, folders[i], error) == 0 && shard_of(run)->count == 0)
      error_set(error, EXIT_USAGE, "%s: it is a whole run, and no shard (sweep run --shard I/N)",
                folders[i]);
  }
  if (error->code == 0)
    qsort(merge->shards, merge->count, sizeof(struct previous_run *), by_index);
  return error->code;
}

/* "2, 5", of the shards that are not there; the caller frees it. NULL: all are. */
static char *missing_text(const struct merge *merge) {
  enum { SHOWN = 20 };
  char *text = NULL;
  int64_t count = shard_of(merge->shards[0])->count, missing = 0;
  for (int64_t index = 1, at = 0; index <= count; index++) {
    if (at < (int64_t)merge->count && shard_of(merge->shards[at])->index == index) {
      at++;
      continue;
    }
    if (++missing > SHOWN)
      continue;
    char *longer = text == NULL       ? grow_text("%" PRId64, index)
                   : missing == SHOWN ? grow_text("%s, ...", text)
                                      : grow_text("%s, %" PRId64, text, index);
    free(text);
    text = longer;
  }
  return text;
}

static int check_numbers(const struct merge *merge, struct error *error) {
  const struct shard *first = shard_of(merge->shards[0]);
  for (size_t i = 1; i < merge->count; i++) {
    const struct shard *shard = shard_of(merge->shards[i]),
                       *before = shard_of(merge->shards[i - 1]);
    const char *path = merge->shards[i]->results.path;
    if (shard->count != first->count)
      return error_set(error, EXIT_USAGE,
                       "%s is shard %" PRId64 " of %" PRId64 ", and %s is shard %" PRId64
                       " of %" PRId64 ": they are of different runs",
                       path, shard->index, shard->count, merge->shards[0]->results.path,
                       first->index, first->count);
    if (shard->index == before->index)
      return error_set(error, EXIT_USAGE, "%s and %s are both shard %" PRId64 " of %" PRId64,
                       merge->shards[i - 1]->results.path, path, shard->index, shard->count);
  }
  char *missing = missing_text(merge);
  if (missing != NULL)
    error_set(error, EXIT_USAGE, "shard %s of %" PRId64 " is missing; name the folders of all",
              missing, first->count);
  free(missing);
  return error->code;
}

static bool same_config(const struct run_record *a, const struct run_record *b) {
  bool same =
      strcmp(a->config_sha256, b->config_sha256) == 0 && a->include_count == b->include_count;
  for (size_t i = 0; same && i < a->include_count; i++)
    same = strcmp(a->include_sha256[i], b->include_sha256[i]) == 0;
  return same;
}

/* A shard of several populations was resumed with --anyway; a whole run compares across points. */
static int check_populations(const struct previous_run *run, struct error *error) {
  const json_t *session;
  size_t i;
  json_array_foreach(run->record.sessions, i, session) if (
      json_integer_value(json_object_get(session, "population")) >
      1) return error_set(error, EXIT_USAGE,
                          "%s was measured under several conditions (resume --anyway); run shard "
                          "%" PRId64 "/%" PRId64 " again",
                          run->results.path, shard_of(run)->index, shard_of(run)->count);
  return 0;
}

/* Compares with the first shard as a resume compares with the session before. */
static int check_conditions(const struct previous_run *first, const struct previous_run *run,
                            struct error *error) {
  size_t sessions = json_array_size(run->record.sessions);
  const json_t *last = sessions > 0 ? json_array_get(run->record.sessions, sessions - 1) : NULL;
  struct differences differences = conditions_compare(&first->record, &run->plan, last);
  if (differences.count > 0) {
    lines_message(stderr, "sweep",
                  "%s was not measured under the conditions of %s:", run->results.path,
                  first->results.path);
    differences_print(&differences);
    error_set(error, EXIT_USAGE,
              "the shards are of different machines, builds or settings; their times are not "
              "comparable");
  }
  differences_free(&differences);
  return error->code;
}

static int check_same(const struct merge *merge, struct error *error) {
  const struct previous_run *first = merge->shards[0];
  for (size_t i = 0; i < merge->count && error->code == 0; i++) {
    const struct previous_run *run = merge->shards[i];
    if (!same_config(&first->record, &run->record))
      error_set(error, EXIT_USAGE, "%s and %s are not of the same config", first->results.path,
                run->results.path);
    else if (check_populations(run, error) == 0 && i > 0)
      check_conditions(first, run, error);
  }
  return error->code;
}

/* Lists the points that have launches left. */
static void print_left(const struct previous_run *run) {
  enum { SHOWN = 8 };
  size_t points = 0;
  for (size_t i = 0; i < run->plan.point_count; i++) {
    char text[POINT_TEXT];
    size_t left = schedule_left_of(&run->schedule, i);
    if (left > 0 && ++points <= SHOWN)
      lines_printf(stderr, "  ", 4, "%s: %" PRId64 " launches done, %zu left%s",
                   point_text(&run->plan.points[i], text), run->schedule.tracks[i].settled, left,
                   run->plan.least < run->plan.most ? " at most" : "");
  }
  if (points > SHOWN)
    fprintf(stderr, "  and %zu more points\n", points - SHOWN);
}

static int check_complete(const struct merge *merge, struct error *error) {
  size_t unfinished = 0;
  for (size_t i = 0; i < merge->count; i++) {
    const struct previous_run *run = merge->shards[i];
    char holder[LEASE_HOLDER_TEXT];
    if (previous_run_is_complete(run))
      continue;
    unfinished++;
    if (journal_is_held(run->results.folder, holder))
      lines_message(stderr, "sweep", "%s is still running: %s", run->results.path, holder);
    else
      lines_message(stderr, "sweep", "%s is unfinished; continue with: %s resume %s",
                    run->results.path, program_name("sweep"), run->results.path);
    print_left(run);
  }
  if (unfinished > 0)
    error_set(error, EXIT_USAGE, "%zu of %zu shards %s unfinished; nothing was merged", unfinished,
              merge->count, unfinished == 1 ? "is" : "are");
  return error->code;
}

/* The plan without shards. */
static int make_whole_plan(struct merge *merge, struct error *error) {
  const struct previous_run *first = merge->shards[0];
  struct scaling scaling;
  scaling_open(&scaling, &first->config, first->record.drivers);
  for (size_t i = 0; i < merge->count; i++)
    run_record_sizes(&merge->shards[i]->record, &first->config, &scaling);
  plan_make(&merge->plan, &first->config, &first->record.resources, &scaling, error);
  scaling_close(&scaling);
  return error->code;
}

/* Every point is in one shard, which shows that all divided the plan alike. */
static int check_points(const struct merge *merge, struct error *error) {
  json_t *shards = json_object(); /* of each cell */
  for (size_t s = 0; s < merge->count; s++)
    for (size_t i = 0; i < merge->shards[s]->plan.point_count && error->code == 0; i++) {
      const struct point *point = &merge->shards[s]->plan.points[i];
      const json_t *other = json_object_get(shards, point->cell_id);
      char text[POINT_TEXT];
      if (other != NULL)
        error_set(error, EXIT_USAGE, "shards %" PRId64 " and %zu both have the point %s",
                  (int64_t)json_integer_value(other), s + 1, point_text(point, text));
      json_object_set_new(shards, point->cell_id, json_integer((json_int_t)s + 1));
    }
  for (size_t i = 0; i < merge->plan.point_count && error->code == 0; i++) {
    char text[POINT_TEXT];
    if (json_object_get(shards, merge->plan.points[i].cell_id) == NULL)
      error_set(error, EXIT_USAGE, "no shard has the point %s",
                point_text(&merge->plan.points[i], text));
  }
  json_decref(shards);
  return error->code;
}

int merge_open(struct merge *merge, const char *const *folders, size_t count, struct error *error) {
  *merge = (struct merge){.results = {.folder = -1}};
  if (open_shards(merge, folders, count, error) == 0 && check_numbers(merge, error) == 0 &&
      check_same(merge, error) == 0 && check_complete(merge, error) == 0 &&
      make_whole_plan(merge, error) == 0)
    check_points(merge, error);
  return error->code;
}

void merge_close(struct merge *merge) {
  acceptance_free(&merge->acceptance);
  if (merge->schedule.plan != NULL)
    schedule_close(&merge->schedule);
  plan_free(&merge->plan); /* which refers to the config of the first shard */
  for (size_t i = 0; i < merge->count; i++) {
    previous_run_close(merge->shards[i]);
    free(merge->shards[i]);
  }
  free(merge->shards);
  results_close(&merge->results);
}
