#include "runner/record/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/grow.h"
#include "runner/plan/shard.h"

void session_begin(struct session *session, struct run_facts *facts,
                   const struct programs *programs) {
  *session = (struct session){.results = {.folder = -1}, .journal = {.file = -1}, .facts = facts};
  session->rows.programs = programs;
  facts->run_id = session->rows.run_id = run_id_make(session->run_id);
  session->rows.host = host_name(session->host);
  session->rows.allocation = facts->plan->allocation;
  clock_gettime(CLOCK_REALTIME, &facts->start);
  for (size_t count = 0; count < facts->config->workload_count;)
    *GROW(session->rows.workloads, count) = (struct workload_cells){0};
}

void session_close(struct session *session) {
  for (size_t i = 0; i < session->facts->config->workload_count; i++)
    workload_cells_free(&session->rows.workloads[i]);
  free(session->rows.workloads);
  guard_close(&session->guard);
  journal_close(&session->journal);
  results_close(&session->results);
}

/* The journal is open, and has all rows of earlier sessions. */
static void begin_rows(struct session *session) {
  session->rows.columns = session->journal.columns;
  session->facts->rows_name_build = session->rows.columns > COLUMN_build_id;
  guard_open(&session->guard, &session->journal);
}

int session_create(struct session *session, const char *out, struct error *error) {
  char *name = shard_folder(&session->facts->plan->shard, session->facts->config->name);
  if (results_open(&session->results, out, name, error) == 0 &&
      journal_open(&session->journal, session->results.folder, error) == 0)
    begin_rows(session);
  free(name);
  return error->code;
}

/* The tools by which to judge the rows of an earlier session, whose mask may have been another. */
static struct tools find_earlier_tools(const struct run_facts *facts) {
  struct tools tools = *facts->tools;
  char mask[HOST_TEXT];
  if (facts->record->binding == NULL || strcmp(facts->record->binding, host_binding(mask)) != 0)
    tools_forget_mask(&tools);
  return tools;
}

int session_resume(struct session *session, struct launch_schedule *schedule, const char *out,
                   bool changed, struct replay *replay, struct error *error) {
  struct run_facts *facts = session->facts;
  struct tools tools = find_earlier_tools(facts);
  if (results_reopen(&session->results, out, error) != 0 ||
      journal_reopen(&session->journal, session->results.folder, error) != 0 ||
      run_record_replay(replay, &session->journal, schedule, &tools, error) != 0 ||
      (replay->cut > 0 && journal_cut(&session->journal, replay->whole, error) != 0))
    return error->code;
  session->rows.seq = replay->rows;
  facts->launches_before = facts->counts.done = (size_t)replay->launches;
  if (!changed) /* one run, in several sessions */
    facts->run_id = session->rows.run_id = facts->record->run_id;
  begin_rows(session);
  return 0;
}

int session_append(struct session *session, const struct scheduled_launch *next,
                   const struct outcome *outcome, const struct launch_result *result,
                   struct error *error) {
  char *text = NULL;
  size_t bytes = 0;
  const struct point *point = &session->facts->plan->points[next->point];
  size_t workload = (size_t)(point->workload - session->facts->config->workloads);
  FILE *file = open_memstream(&text, &bytes);
  int failed = file == NULL ||
               outcome_write(outcome, point, workload, result, next, &session->rows, file) != 0;
  if (file != NULL)
    failed |= fclose(file) != 0;
  int code = failed ? error_set(error, EXIT_MACHINE, "samples.csv: out of memory for its rows")
                    : journal_append(&session->journal, text, bytes, error);
  if (code == 0)
    guard_add(&session->guard, text, bytes);
  free(text);
  return code;
}

uint64_t session_population(const struct session *session, const struct scheduled_launch *next,
                            const struct outcome *outcome) {
  char build_id[BUILD_ID_TEXT];
  programs_build_id(session->rows.programs, &session->facts->plan->points[next->point], build_id);
  return population_key(outcome->hosts, session->rows.columns > COLUMN_build_id ? build_id : "");
}

const char *session_look(const struct session *session) {
  return guard_look(&session->guard, session->results.folder);
}

int session_write(struct session *session, const char *result, struct error *error) {
  struct run_facts *facts = session->facts;
  facts->result = result;
  facts->counts.settled = schedule_settled(facts->schedule);
  facts->counts.failed = schedule_failed(facts->schedule);
  if (!lease_is_kept(&session->journal.lease))
    return 0; /* run.json is now another sweep's */
  return facts_write(facts, session->results.folder, error);
}

bool session_lacks_facts(const struct session *session) {
  return faccessat(session->results.folder, "run.json", F_OK, 0) != 0 && errno == ENOENT;
}

int session_rescue(struct session *session, char **path, bool *lost, struct error *error) {
  struct results beside;
  *path = NULL;
  *lost = false;
  if (results_open_rescue(&beside, &session->results, error) == 0 &&
      guard_rescue(&session->guard, beside.folder, lost, error) == 0) {
    session->facts->result = "failed";
    facts_write(session->facts, beside.folder, error);
  }
  if (error->code == 0)
    *path = grow_text("%s", beside.path);
  results_close(&beside);
  return error->code;
}
