#include "runner/run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/grow.h"
#include "common/lines.h"
#include "runner/launch/attempt.h"
#include "runner/launch/schedule.h"
#include "runner/process/launch.h"
#include "runner/record/acceptance.h"
#include "runner/record/launch_warnings.h"
#include "runner/record/session.h"
#include "runner/ui/ending.h"
#include "runner/ui/events.h"
#include "runner/ui/progress.h"

struct runner {
  struct run *run;
  struct run_facts *facts; /* of the run */
  struct session session;
  struct progress progress;
  struct launch_schedule schedule;
  struct acceptance acceptance;
  struct foreign foreign; /* lines on drivers' standard output that are no rows */
  bool foreign_reported;
};

static void warn(struct runner *runner, const char *text) {
  if (text != NULL)
    progress_warn(&runner->progress, text);
}

/* Its rows into samples.csv, its outcome into the schedule, what is to be known to the user. */
static int record(struct runner *runner, const struct scheduled_launch *next,
                  const struct outcome *outcome, const struct launch_result *result,
                  struct error *error) {
  struct launch_schedule *schedule = &runner->schedule;
  struct warnings *warnings = runner->run->warnings;
  int code = session_append(&runner->session, next, outcome, result, error);
  outcome_settle(outcome, schedule, next, session_population(&runner->session, next, outcome));
  warn(runner, warn_of_binding(warnings, schedule, next->point, runner->facts->tools, outcome));
  warn(runner, warn_of_foreign_lines(warnings, &runner->foreign, &runner->foreign_reported));
  progress_result(&runner->progress, next, outcome);
  runner->facts->counts.done++;
  return code;
}

/* At least once a second while a program runs. */
static void woken(void *context) {
  struct runner *runner = context;
  journal_beat(&runner->session.journal);
  progress_woken(&runner->progress);
}

static int run_next(struct runner *runner, const struct scheduled_launch *next,
                    struct error *error) {
  struct run *run = runner->run;
  struct outcome outcome = {.status = STATUS_SKIPPED, .exit_code = -1, .wall_s = NAN};
  struct launch_result result = {.ending = ENDED_UNSTARTED};
  struct attempt attempt = {.point = &runner->facts->plan->points[next->point],
                            .tools = runner->facts->tools,
                            .timeout_ns = runner->facts->config->measure.timeout_ns,
                            .folder = runner->session.results.folder,
                            .foreign = &runner->foreign,
                            .woken = woken,
                            .woken_context = runner};
  progress_launch(&runner->progress, next);
  int code = next->skip ? 0 : attempt_run(&attempt, &result, &outcome, error);
  run->interrupted = code == 0 && result.ending == ENDED_INTERRUPTED;
  /* A driver that found no folder for its rows has not failed: the run ends for that. */
  bool lost = code == 0 && outcome.status != STATUS_OK && session_look(&runner->session) != NULL;
  if (code == 0 && !run->interrupted && !lost) {
    warn(runner, warn_of_suspension(run->warnings, attempt.point, next->launch, &result));
    outcome.process_s = result.suspended ? NAN : outcome.process_s;
    code = record(runner, next, &outcome, &result, error);
  }
  launch_free(&result);
  return code;
}

/* Writes the run to a folder of its own, from which `sweep resume` can continue. */
static int rescue(struct runner *runner, struct error *error) {
  char *path;
  bool lost;
  progress_end(&runner->progress);
  if (session_rescue(&runner->session, &path, &lost, error) == 0)
    ending_print_rescue(runner->facts, path, lost);
  free(path);
  return error->code;
}

/* The files of the run must still be there, as they were written. Without samples.csv the run stops
 * and its rows are rescued; run.json can be written again. Returns the code of *error, which may
 * hold what went wrong in the launch. */
static int check_files(struct runner *runner, struct error *error) {
  const char *what = session_look(&runner->session);
  if (what != NULL) {
    *error = (struct error){0}; /* of the launch: this is its reason */
    return rescue(runner, error) != 0
               ? error_prefix(error, "samples.csv %s during the run, which stops", what)
               : error_set(error, EXIT_MACHINE, "samples.csv %s during the run, which stops", what);
  }
  if (error->code != 0 || !session_lacks_facts(&runner->session))
    return error->code;
  warn(runner, "run.json was removed during the run; it is written again");
  return session_write(&runner->session, "running", error);
}

static int run_turns(struct runner *runner, struct error *error) {
  struct run *run = runner->run;
  struct run_facts *facts = runner->facts;
  struct scheduled_launch next;
  int code = session_write(&runner->session, "running", error);
  while (code == 0 && !run->interrupted && schedule_next(&runner->schedule, &next)) {
    run_next(runner, &next, error);
    code = check_files(runner, error);
    run->interrupted |= launch_interrupted() != 0 && schedule_left(&runner->schedule) > 0;
  }
  clock_gettime(CLOCK_REALTIME, &facts->end);
  struct error late = {0};
  if (code == 0 && !run->interrupted) {
    acceptance_check(&runner->acceptance, facts->config, facts->plan, &runner->schedule);
    facts->acceptance = &runner->acceptance;
    facts->counts.unaccepted = runner->acceptance.refused;
  }
  const char *result = code != 0 ? "failed" : run->interrupted ? "interrupted" : "done";
  if (session_write(&runner->session, result, &late) != 0 && code == 0) {
    *error = late;
    code = late.code;
  }
  facts->counts.left = schedule_left(&runner->schedule);
  return code;
}

/* Runs the whole plan and reports progress from start to end. */
static int run_and_report(struct runner *runner, struct error *error) {
  const struct run *run = runner->run;
  const struct run_facts *facts = runner->facts;
  struct progress_how how = {.quiet = run->quiet,
                             .json_lines = run->json_lines,
                             .config = facts->config,
                             .name = facts->config->name,
                             .run_id = facts->run_id,
                             .folder = run->folder};
  progress_begin(&runner->progress, &runner->schedule, facts->counts.done, &how);
  int code = run_turns(runner, error);
  progress_end(&runner->progress);
  acceptance_print(&runner->acceptance, facts->config, run->quiet || run->json_lines);
  if (run->json_lines)
    events_end(facts->result, &facts->counts);
  return code;
}

/* Continues an earlier session: truncated rows are cut off, complete launches are recorded. */
static int take_up(struct runner *runner, struct error *error) {
  const struct run *run = runner->run;
  struct session *session = &runner->session;
  struct replay replay;
  if (session_resume(session, &runner->schedule, run->out, run->changed, &replay, error) != 0)
    return error->code;
  if (session->journal.form != NULL)
    lines_message(stderr, "sweep",
                  "%s/samples.csv %s: another program has saved it; its rows are read as they are",
                  session->results.path, session->journal.form);
  if (replay.cut > 0)
    lines_message(stderr, "sweep",
                  "%s/samples.csv: the last %lld bytes are cut off: they are of a launch that had "
                  "not ended",
                  session->results.path, (long long)replay.cut);
  warn_of_earlier_bindings(run->warnings, &runner->schedule, run->facts.tools, run->facts.record);
  if (run->retry_failed)
    schedule_retry_failed(&runner->schedule);
  return 0;
}

static int create(struct runner *runner, struct error *error) {
  struct results *results = &runner->session.results;
  int code = session_create(&runner->session, runner->run->out, error);
  if (results->folder >= 0 && results->moved_to != NULL && !runner->run->quiet)
    lines_message(stderr, "sweep", "the results of an earlier run are now in %s",
                  results->moved_to);
  return code;
}

int run_plan(struct run *run, struct error *error) {
  struct runner runner = {.run = run, .facts = &run->facts};
  struct session *session = &runner.session;
  schedule_open(&runner.schedule, run->facts.plan);
  run->facts.schedule = &runner.schedule;
  session_begin(session, &run->facts, run->programs);
  int code = run->facts.record != NULL ? take_up(&runner, error) : create(&runner, error);
  if (session->results.folder >= 0)
    run->folder = grow_text("%s", session->results.path);
  if (code == 0)
    code = run_and_report(&runner, error);
  if (code != 0 && session->results.folder >= 0)
    error_prefix(error, "%s", run->folder);
  acceptance_free(&runner.acceptance);
  schedule_close(&runner.schedule);
  session_close(session);
  return code;
}
