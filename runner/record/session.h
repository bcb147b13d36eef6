/* The files that one session of a run writes: its folder with samples.csv and run.json. */
#ifndef QUARTET_RUNNER_RECORD_SESSION_H
#define QUARTET_RUNNER_RECORD_SESSION_H

#include <stdbool.h>

#include "common/error.h"
#include "common/host.h"
#include "runner/launch/outcome.h"
#include "runner/launch/schedule.h"
#include "runner/record/facts.h"
#include "runner/record/guard.h"
#include "runner/record/journal.h"
#include "runner/record/results.h"

struct session {
  struct results results;
  struct journal journal;
  struct guard guard;
  struct row_context rows;
  struct run_facts *facts; /* what run.json gets */
  char run_id[RUN_ID_TEXT], host[HOST_TEXT];
};

/* Begins a session, without its files, with a run id of its own. The facts have config, plan and
 * schedule; they and the programs must outlive the session. To be closed in all cases. */
void session_begin(struct session *session, struct run_facts *facts,
                   const struct programs *programs);
void session_close(struct session *session);

/* Creates the folder, see results_open, and samples.csv. */
int session_create(struct session *session, const char *out, struct error *error);

/* Goes on in the folder of facts->record: its launches are recorded in the schedule, and a
 * truncated row is cut off, as *replay says. `changed`: config or conditions are others, and the
 * rows get this session's run id. EXIT_USAGE: see run_record_replay and journal_reopen. */
int session_resume(struct session *session, struct launch_schedule *schedule, const char *out,
                   bool changed, struct replay *replay, struct error *error);

/* Appends the rows of a launch to samples.csv. */
int session_append(struct session *session, const struct scheduled_launch *next,
                   const struct outcome *outcome, const struct launch_result *result,
                   struct error *error);

/* The key of the launch's population (see schedule_population): the same as run_record_replay
 * computes from its rows. */
uint64_t session_population(const struct session *session, const struct scheduled_launch *next,
                            const struct outcome *outcome);

/* Whether samples.csv is still as it was written: NULL, or what has become of it. */
const char *session_look(const struct session *session);

/* Writes run.json. */
int session_write(struct session *session, const char *result, struct error *error);

/* Whether run.json has been removed meanwhile. */
bool session_lacks_facts(const struct session *session);

/* Writes what was measured to a folder of its own, from which `sweep resume` can continue, because
 * samples.csv has been lost. *path becomes the folder, in memory that the caller frees, or NULL;
 * *lost whether rows are missing at the end. */
int session_rescue(struct session *session, char **path, bool *lost, struct error *error);

#endif
