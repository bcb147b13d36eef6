#include "runner/run.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/grow.h"
#include "common/host.h"
#include "common/lines.h"
#include "runner/launch/binding.h"
#include "runner/launch/command.h"
#include "runner/launch/outcome.h"
#include "runner/launch/rows_file.h"
#include "runner/launch/schedule.h"
#include "runner/process/launch.h"
#include "runner/record/acceptance.h"
#include "runner/record/facts.h"
#include "runner/record/guard.h"
#include "runner/record/journal.h"
#include "runner/record/results.h"
#include "runner/ui/events.h"
#include "runner/ui/progress.h"

/* Of a driver's output; a row is some 500 bytes. */
static const size_t output_bytes_max = (size_t)1 << 30;

struct runner {
  struct run *run;
  struct results results;
  struct journal journal;
  struct guard guard;
  struct progress progress;
  struct row_context rows;
  struct run_facts facts;
  struct launch_schedule schedule;
  struct acceptance acceptance;
  struct foreign foreign; /* lines on drivers' standard output that are no rows */
  bool foreign_reported;
  char run_id[RUN_ID_TEXT], host[HOST_TEXT];
};

/* How many processes the system has killed for lack of memory since it started; 0 if it does not
 * say. */
static long count_oom_kills(void) {
  char line[128];
  long count = 0;
  FILE *file = fopen("/proc/vmstat", "r");
  if (file == NULL)
    return 0;
  while (fgets(line, sizeof line, file) != NULL)
    if (sscanf(line, "oom_kill %ld", &count) == 1)
      break;
  fclose(file);
  return count;
}

static int append_rows(struct runner *runner, const struct scheduled_launch *next,
                       const struct outcome *outcome, const struct launch_result *result,
                       struct error *error) {
  char *text = NULL;
  size_t bytes = 0;
  const struct point *point = &runner->run->plan->points[next->point];
  size_t workload = (size_t)(point->workload - runner->run->config->workloads);
  FILE *file = open_memstream(&text, &bytes);
  int failed = file == NULL ||
               outcome_write(outcome, point, workload, result, next, &runner->rows, file) != 0;
  if (file != NULL)
    failed |= fclose(file) != 0;
  int code = failed ? error_set(error, EXIT_MACHINE, "samples.csv: out of memory for its rows")
                    : journal_append(&runner->journal, text, bytes, error);
  if (code == 0)
    guard_add(&runner->guard, text, bytes);
  free(text);
  return code;
}

/* Starts a point's program and judges it. Memory for *result is the caller's to free. */
static int launch_point(struct runner *runner, const struct point *point,
                        struct launch_result *result, struct outcome *outcome,
                        struct error *error) {
  int64_t timeout_ns = runner->run->config->measure.timeout_ns;
  struct command command;
  command_build(&command, point, runner->run->tools);
  struct rows_file rows;
  if (rows_file_open(&rows, runner->results.folder, error) != 0) {
    command_free(&command);
    return error->code;
  }
  if (rows.path != NULL)
    command_set_rows(&command, rows.path);
  struct program_launch launch = {.argv = command.argv,
                                  .variables = command.variables,
                                  .variable_count = command.variable_count,
                                  .timeout_ns = timeout_ns,
                                  .output_bytes_max = output_bytes_max,
                                  .woken = progress_woken,
                                  .woken_context = &runner->progress};
  long oom_kills = count_oom_kills();
  int code = launch_run(&launch, result, error);
  if (code == 0)
    code = rows_file_take(&rows, result, output_bytes_max, &runner->foreign, error);
  rows_file_close(&rows); /* before its rows take room in samples.csv */
  if (code == 0) {
    outcome_judge(outcome, point, runner->run->tools, result, count_oom_kills() > oom_kills,
                  timeout_ns);
    if (result->ending == ENDED_UNSTARTED)
      outcome_say(outcome, "'%s' cannot be run: %s", command.argv[0],
                  strerror(result->error_number));
  }
  command_free(&command);
  return code;
}

/* mpirun explains a missing program at length, so that is looked for before. */
static bool is_missing(const struct runner *runner, const struct point *point,
                       struct outcome *outcome) {
  struct command command;
  command_build(&command, point, runner->run->tools);
  bool missing = access(command.program, X_OK) != 0;
  if (missing) {
    *outcome =
        (struct outcome){.status = STATUS_FAIL, .exit_code = -1, .hopeless = true, .wall_s = NAN};
    outcome_say(outcome, "there is no executable '%s'", command.program);
  }
  command_free(&command);
  return missing;
}

/* A warning is printed once for each point that did not run where it was asked to. */
static void check_binding(struct runner *runner, const struct scheduled_launch *next,
                          const struct outcome *outcome) {
  const struct point *point = &runner->run->plan->points[next->point];
  char text[POINT_TEXT];
  if (!schedule_bound(&runner->schedule, next->point, outcome->binding))
    return;
  char *problem = command_binding_problem(point, runner->run->tools, outcome->bound);
  progress_warn(&runner->progress, warnings_add(runner->run->warnings, "binding", point, "%s: %s",
                                                point_text(point, text), problem));
  free(problem);
}

/* Lines among a driver's rows that are not its own are reported once. */
static void check_foreign(struct runner *runner) {
  if (runner->foreign.lines == 0 || runner->foreign_reported)
    return;
  runner->foreign_reported = true;
  progress_warn(&runner->progress,
                warnings_add(runner->run->warnings, "foreign_output", NULL,
                             "lines on a driver's standard output that are not rows are skipped; "
                             "the first is '%s'",
                             runner->foreign.first));
}

/* A launch that a suspension disturbed has been repeated; if none was left alone, the rows of the
 * last one stand, with a warning. The drivers repeat what was stopped, so that only what they do
 * not see, such as a frozen cgroup, is in their times. */
static void check_suspension(struct runner *runner, const struct scheduled_launch *next,
                             const struct launch_result *result, struct outcome *outcome) {
  const struct point *point = &runner->run->plan->points[next->point];
  char text[POINT_TEXT];
  if (result->suspended) {
    outcome->process_s = NAN;
    progress_warn(&runner->progress,
                  warnings_add(runner->run->warnings, "suspended", point,
                               "%s, launch %" PRId64 ": the job was suspended in each of %d tries; "
                               "its times may contain a pause",
                               point_text(point, text), next->launch, result->repeats + 1));
  } else if (result->repeats > 0) {
    progress_warn(&runner->progress, warnings_add(runner->run->warnings, "suspended", point,
                                                  "%s, launch %" PRId64
                                                  ": the job was suspended meanwhile; the launch "
                                                  "was repeated",
                                                  point_text(point, text), next->launch));
  }
}

/* The same key as run_record_replay computes from the row. */
static uint64_t population_of(const struct runner *runner, const struct point *point,
                              const struct outcome *outcome) {
  char build_id[BUILD_ID_TEXT];
  programs_build_id(runner->run->programs, point, build_id);
  return population_key(outcome->hosts, runner->rows.columns > COLUMN_build_id ? build_id : "");
}

static int run_next(struct runner *runner, const struct scheduled_launch *next,
                    struct error *error) {
  const struct point *point = &runner->run->plan->points[next->point];
  struct outcome outcome = {.status = STATUS_SKIPPED, .exit_code = -1, .wall_s = NAN};
  struct launch_result result = {.ending = ENDED_UNSTARTED};
  int code = 0;
  progress_launch(&runner->progress, next);
  if (!next->skip && !is_missing(runner, point, &outcome))
    code = launch_point(runner, point, &result, &outcome, error);
  runner->run->interrupted = code == 0 && result.ending == ENDED_INTERRUPTED;
  /* A driver that found no folder for its rows has not failed: the run ends for that. */
  bool lost = code == 0 && outcome.status != STATUS_OK &&
              guard_look(&runner->guard, runner->results.folder) != NULL;
  if (code == 0 && !runner->run->interrupted && !lost) {
    check_suspension(runner, next, &result, &outcome);
    code = append_rows(runner, next, &outcome, &result, error);
    if (outcome.status == STATUS_OK)
      schedule_population(&runner->schedule, next->point, population_of(runner, point, &outcome));
    schedule_settle(&runner->schedule, next, outcome.status == STATUS_OK, outcome.hopeless,
                    outcome.wall_s);
    if (outcome.status == STATUS_OK) {
      schedule_note_work(&runner->schedule, next->point, outcome.operations, outcome.bytes,
                         outcome.work_unit);
      check_binding(runner, next, &outcome);
    }
    check_foreign(runner);
    progress_result(&runner->progress, next, &outcome);
    runner->run->done++;
  }
  launch_free(&result);
  return code;
}

static int write_facts(struct runner *runner, const char *result, struct error *error) {
  struct run_facts *facts = &runner->facts;
  facts->result = result;
  runner->run->settled = schedule_settled(&runner->schedule);
  runner->run->failed = schedule_failed(&runner->schedule);
  facts->launches_done = runner->run->done;
  facts->launches_failed = runner->run->failed;
  return facts_write(facts, runner->results.folder, error);
}

/* Writes the run to a folder of its own, with which `sweep resume` can go on. */
static int rescue(struct runner *runner, struct error *error) {
  struct results beside;
  bool lost = false;
  progress_end(&runner->progress);
  if (results_open_rescue(&beside, &runner->results, error) == 0 &&
      guard_rescue(&runner->guard, beside.folder, &lost, error) == 0) {
    runner->facts.result = "failed";
    facts_write(&runner->facts, beside.folder, error);
  }
  if (error->code == 0)
    lines_printf(stderr, "sweep: ", 2,
                 "%s%zu launches measured are in %s; continue with:\n%s resume %s",
                 lost ? "the first of the " : "the ", runner->run->done, beside.path,
                 runner->run->argv[0], beside.path);
  results_close(&beside);
  return error->code;
}

/* The files of the run must still be there, as they were written. Without samples.csv the run stops
 * and its rows are rescued; run.json can be written again. Returns the code of *error, which may
 * hold what went wrong in the launch. */
static int check_files(struct runner *runner, struct error *error) {
  const char *what = guard_look(&runner->guard, runner->results.folder);
  runner->facts.launches_done = runner->run->done;
  runner->facts.launches_failed = runner->run->failed;
  if (what != NULL) {
    *error = (struct error){0}; /* of the launch: this is its reason */
    return rescue(runner, error) != 0
               ? error_prefix(error, "samples.csv %s during the run, which stops", what)
               : error_set(error, EXIT_MACHINE, "samples.csv %s during the run, which stops", what);
  }
  if (error->code != 0 || faccessat(runner->results.folder, "run.json", F_OK, 0) == 0 ||
      errno != ENOENT)
    return error->code;
  progress_warn(&runner->progress, "run.json was removed during the run; it is written again");
  return write_facts(runner, "running", error);
}

static int run_turns(struct runner *runner, struct error *error) {
  struct run *run = runner->run;
  struct scheduled_launch next;
  int code = write_facts(runner, "running", error);
  while (code == 0 && !run->interrupted && schedule_next(&runner->schedule, &next)) {
    run_next(runner, &next, error);
    code = check_files(runner, error);
    run->interrupted |= launch_interrupted() != 0 && schedule_left(&runner->schedule) > 0;
  }
  clock_gettime(CLOCK_REALTIME, &runner->facts.end);
  struct error late = {0};
  if (code == 0 && !run->interrupted) {
    acceptance_check(&runner->acceptance, run->config, run->plan, &runner->schedule);
    runner->facts.acceptance = &runner->acceptance;
    run->unaccepted = runner->acceptance.refused;
  }
  const char *result = code != 0 ? "failed" : run->interrupted ? "interrupted" : "done";
  if (write_facts(runner, result, &late) != 0 && code == 0) {
    *error = late;
    code = late.code;
  }
  run->left = schedule_left(&runner->schedule);
  return code;
}

/* Runs the whole plan and reports progress from start to end. */
static int run_and_report(struct runner *runner, struct error *error) {
  struct run *run = runner->run;
  struct progress_how how = {.quiet = run->quiet,
                             .json_lines = run->json_lines,
                             .config = run->config,
                             .name = run->config->name,
                             .run_id = runner->facts.run_id,
                             .folder = run->folder};
  guard_open(&runner->guard, &runner->journal);
  progress_begin(&runner->progress, &runner->schedule, run->done, &how);
  int code = run_turns(runner, error);
  progress_end(&runner->progress);
  acceptance_print(&runner->acceptance, run->config, run->quiet || run->json_lines);
  if (run->json_lines)
    events_end(&(struct events_end){.result = runner->facts.result,
                                    .done = run->done,
                                    .failed = run->failed,
                                    .left = run->left,
                                    .unaccepted = run->unaccepted});
  return code;
}

static void prepare(struct runner *runner, struct run *run) {
  *runner = (struct runner){.run = run,
                            .results = {.folder = -1},
                            .journal = {.file = -1},
                            .facts = {.argc = run->argc,
                                      .argv = run->argv,
                                      .config = run->config,
                                      .plan = run->plan,
                                      .tools = run->tools,
                                      .schedule = &runner->schedule,
                                      .warnings = run->warnings,
                                      .conditions = run->conditions,
                                      .differences = run->differences}};
  runner->rows.programs = run->programs;
  schedule_open(&runner->schedule, run->plan);
  runner->facts.run_id = runner->rows.run_id = run_id_make(runner->run_id);
  runner->rows.host = host_name(runner->host);
  clock_gettime(CLOCK_REALTIME, &runner->facts.start);
  for (size_t count = 0; count < run->config->workload_count;)
    *GROW(runner->rows.workloads, count) = (struct workload_cells){0};
}

static void clean_up(struct runner *runner) {
  for (size_t i = 0; i < runner->run->config->workload_count; i++)
    workload_cells_free(&runner->rows.workloads[i]);
  free(runner->rows.workloads);
  acceptance_free(&runner->acceptance);
  schedule_close(&runner->schedule);
  guard_close(&runner->guard);
  journal_close(&runner->journal);
  results_close(&runner->results);
}

static int open_folder(struct runner *runner, struct error *error) {
  const struct run *run = runner->run;
  if (run->record != NULL)
    return results_reopen(&runner->results, run->out, error);
  if (results_open(&runner->results, run->out, run->config->name, error) == 0 &&
      runner->results.moved_to != NULL && !run->quiet)
    lines_printf(stderr, "sweep: ", 2, "the results of an earlier run are now in %s",
                 runner->results.moved_to);
  return error->code;
}

/* run.json of a session that was killed lacks what it warned of; the rows say it again. */
static void warn_of_bindings(struct runner *runner) {
  const struct run *run = runner->run;
  for (size_t i = 0; i < run->plan->point_count; i++) {
    const struct point *point = &run->plan->points[i];
    char text[POINT_TEXT];
    if (runner->schedule.tracks[i].binding != BINDING_OTHER ||
        run_record_warns(run->record, "binding", point->cell_id))
      continue;
    char *problem = command_binding_problem(point, run->tools, NULL);
    warnings_add(run->warnings, "binding", point, "%s: %s", point_text(point, text), problem);
    free(problem);
  }
}

/* The tools by which to judge the rows of an earlier session, whose mask may have been another. */
static struct tools find_earlier_tools(const struct run *run) {
  struct tools tools = *run->tools;
  char mask[HOST_TEXT];
  if (run->record->binding == NULL || strcmp(run->record->binding, host_binding(mask)) != 0)
    tools_forget_mask(&tools);
  return tools;
}

/* Continues an earlier session: truncated rows are cut off, complete launches are recorded. */
static int take_up(struct runner *runner, struct error *error) {
  struct run *run = runner->run;
  struct replay replay;
  struct tools tools = find_earlier_tools(run);
  if (journal_reopen(&runner->journal, runner->results.folder, error) != 0 ||
      run_record_replay(&replay, &runner->journal, &runner->schedule, &tools, error) != 0)
    return error->code;
  if (runner->journal.form != NULL)
    lines_printf(stderr, "sweep: ", 2,
                 "%s/samples.csv %s: another program has saved it; its rows are read as they are",
                 runner->results.path, runner->journal.form);
  if (replay.cut > 0) {
    lines_printf(stderr, "sweep: ", 2,
                 "%s/samples.csv: the last %lld bytes are cut off: they are of a launch that had "
                 "not ended",
                 runner->results.path, (long long)replay.cut);
    if (journal_cut(&runner->journal, replay.whole, error) != 0)
      return error->code;
  }
  warn_of_bindings(runner);
  if (run->retry_failed)
    schedule_retry_failed(&runner->schedule);
  runner->rows.seq = replay.rows;
  run->done = (size_t)replay.launches;
  if (!run->changed) /* one run, in several sessions */
    runner->facts.run_id = runner->rows.run_id = run->record->run_id;
  runner->facts.record = run->record;
  runner->facts.launches_before = run->done;
  return 0;
}

int run_plan(struct run *run, struct error *error) {
  struct runner runner;
  prepare(&runner, run);
  int code = open_folder(&runner, error);
  if (code == 0) {
    run->folder = grow_text("%s", runner.results.path);
    code = run->record != NULL ? take_up(&runner, error)
                               : journal_open(&runner.journal, runner.results.folder, error);
    runner.rows.columns = runner.journal.columns;
    runner.facts.rows_name_build = runner.rows.columns > COLUMN_build_id;
    if (code == 0)
      code = run_and_report(&runner, error);
    if (code != 0)
      error_prefix(error, "%s", run->folder);
  }
  clean_up(&runner);
  return code;
}
