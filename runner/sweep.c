/* sweep: runs every point of a config and writes what was measured to samples.csv. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/error.h"
#include "common/host.h"
#include "common/streams.h"
#include "runner/config/config.h"
#include "runner/config/paths.h"
#include "runner/launch/builds.h"
#include "runner/launch/programs.h"
#include "runner/launch/tools.h"
#include "runner/launch/trial.h"
#include "runner/plan/allocation.h"
#include "runner/plan/kernel_check.h"
#include "runner/plan/plan.h"
#include "runner/process/launch.h"
#include "runner/record/conditions.h"
#include "runner/record/merge.h"
#include "runner/record/pack.h"
#include "runner/record/previous_run.h"
#include "runner/record/propose.h"
#include "runner/record/results.h"
#include "runner/record/run_record.h"
#include "runner/record/shard_points.h"
#include "runner/record/warnings.h"
#include "runner/run.h"
#include "runner/ui/arguments.h"
#include "runner/ui/ending.h"
#include "runner/ui/preview.h"
#include "runner/ui/queue.h"
#include "runner/ui/status.h"

/* Errors that are not yet printed go to *error; each function returns an exit status. */

static int measure(const struct arguments *arguments, struct run *run, struct error *error) {
  struct warnings warnings = {0};
  warnings_look(&warnings, run->facts.config, run->facts.plan, run->facts.tools->drivers,
                !arguments->quiet);
  if (!arguments->quiet)
    warnings_print(&warnings, stderr);
  run->facts.warnings = run->warnings = &warnings;
  int code = run_plan(run, error);
  if (code == 0)
    code = ending_print(&run->facts, run->folder, run->interrupted,
                        !arguments->quiet && !arguments->json_lines);
  warnings_free(&warnings);
  free(run->folder);
  return code;
}

/* What makes every launch impossible, or a resume none, is found before anything is written. */
static int check_and_measure(const struct arguments *arguments, struct run *run,
                             const char *drivers, struct error *error) {
  struct run_facts *facts = &run->facts;
  struct tools tools;
  struct programs programs;
  struct differences differences = {0};
  tools_find(&tools, facts->config, drivers);
  programs_find(&programs, facts->config, facts->plan, &tools);
  json_t *conditions = conditions_make(facts->plan, &tools, &programs);
  facts->tools = &tools;
  facts->conditions = conditions;
  run->programs = &programs;
  int code = programs_check(&programs, facts->plan, &tools, error);
  if (code == 0)
    code = trial_run(&tools, facts->plan, error);
  if (code == 0 && facts->record != NULL) {
    differences = conditions_compare(facts->record, facts->plan, conditions);
    facts->differences = &differences;
    run->changed |= differences.count > 0;
    code = differences_check(&differences, facts->record, arguments->anyway);
  }
  if (code == 0)
    code = measure(arguments, run, error);
  differences_free(&differences);
  json_decref(conditions);
  programs_free(&programs);
  tools_free(&tools);
  return code;
}

/* Makes the plan, which is to be freed in all cases, and prints what is wrong with the config. */
static int make_plan(struct plan *plan, struct config *config, const struct run *run,
                     const struct allocation *allocation, const char *drivers, bool for_job) {
  struct scaling scaling;
  struct error error = {0};
  struct resources resources = allocation_resources(allocation, host_cores());
  resources.open = for_job && allocation->source == NULL; /* the job will have nodes */
  int code = builds_ask(config, drivers, &error);
  if (code == 0 && run->facts.record == NULL)
    code = kernel_check(config, drivers, &error);
  if (code != 0 && error.code == 0)
    problems_print(config->document.problems, config->path, stderr);
  if (code == 0) {
    scaling_open(&scaling, config, drivers);
    if (run->facts.record != NULL && !run->changed)
      run_record_sizes(run->facts.record, config, &scaling);
    code = plan_make(plan, config, &resources, &scaling, &error);
    plan->allocation = allocation;
    scaling_close(&scaling);
  }
  if (error.code != 0)
    fprintf(stderr, "%s\n", error.message); /* which begins with the place in the config */
  return code;
}

/* Reduces the plan to the shard that was asked for, or that the earlier session ran. */
static int choose_points(struct plan *plan, const struct arguments *arguments,
                         const struct config *config, const struct run *run, const char *drivers,
                         struct error *error) {
  const struct run_record *record = run->facts.record;
  if (record == NULL || run->changed)
    return shard_points_choose(plan, config, record != NULL ? &record->shard : &arguments->shard,
                               drivers, error);
  shard_points_restore(plan, record);
  return 0;
}

/* Makes the plan and does with it what was asked. */
static int with_config(const struct arguments *arguments, struct config *config, struct run *run,
                       const char *drivers, struct error *error) {
  struct plan plan = {0};
  struct allocation allocation;
  bool planning = arguments->command == COMMAND_PLAN;
  launch_prepare();
  int code = allocation_find(&allocation, config->launcher.hostfile, host_cores(), error);
  if (code == 0)
    code = make_plan(&plan, config, run, &allocation, drivers,
                     planning || arguments->command == COMMAND_SUBMIT);
  if (code == 0)
    code = choose_points(&plan, arguments, config, run, drivers, error);
  if (code == 0 && planning) {
    code = preview_print(arguments, config, &plan, drivers, error);
  } else if (code == 0 && arguments->command == COMMAND_SUBMIT) {
    code = queue_submit(arguments, config, &plan, drivers, error);
  } else if (code == 0) {
    run->facts.config = config;
    run->facts.plan = &plan;
    code = check_and_measure(arguments, run, drivers, error);
  }
  plan_free(&plan);
  allocation_free(&allocation);
  return code;
}

static struct run run_of(const struct arguments *arguments, const char *out) {
  return (struct run){.facts = {.argc = arguments->argc, .argv = arguments->argv},
                      .out = out,
                      .quiet = arguments->quiet,
                      .json_lines = arguments->json_lines,
                      .retry_failed = arguments->retry_failed};
}

static int sweep(const struct arguments *arguments, struct error *error) {
  struct problems problems = {0};
  struct config config;
  struct run run = run_of(arguments, arguments->out);
  char *path = path_of_config(arguments->operand);
  int code = config_open(&config, path, &problems);
  if (code != 0)
    problems_print(&problems, path, stderr);
  else
    code =
        with_config(arguments, &config, &run,
                    arguments->drivers != NULL ? arguments->drivers : host_program_folder(), error);
  free(path);
  config_close(&config);
  problems_free(&problems);
  return code;
}

static int resume(const struct arguments *arguments, struct error *error) {
  struct results results;
  struct run_record record = {0};
  struct config config = {0};
  struct run run = run_of(arguments, arguments->operand);
  run.facts.record = &record;
  if (results_reopen(&results, arguments->operand, error) == 0)
    run_record_open(&record, results.folder, error);
  int code = error->code;
  if (code != 0) {
    error_prefix(error, "%s", arguments->operand);
  } else {
    code = previous_run_open_config(&record, &config, arguments->anyway, &run.changed);
    if (code == 0)
      code = with_config(arguments, &config, &run,
                         previous_run_drivers(&record, arguments->drivers), error);
    config_close(&config);
  }
  run_record_close(&record);
  results_close(&results);
  return code;
}

static int merge(const struct arguments *arguments, struct error *error) {
  struct merge merge;
  int code = merge_open(&merge, arguments->operands, arguments->operand_count, error);
  if (code == 0)
    code = merge_write(&merge, arguments->out, arguments->argc, arguments->argv, error);
  if (code == 0) {
    acceptance_print(&merge.acceptance, merge.facts.config, arguments->quiet);
    code = ending_print(&merge.facts, merge.results.path, false, !arguments->quiet);
  }
  merge_close(&merge);
  return code;
}

static int pack(const struct arguments *arguments, struct error *error) {
  char *written;
  if (pack_run(arguments->operand, arguments->out, &written, error) == 0 && !arguments->quiet)
    printf("%s\n", written);
  free(written);
  return error->code;
}

static int act(const struct arguments *arguments, struct error *error) {
  switch (arguments->command) {
  case COMMAND_RESUME:
    return resume(arguments, error);
  case COMMAND_STATUS:
    return status_print(arguments->operand, error);
  case COMMAND_MERGE:
    return merge(arguments, error);
  case COMMAND_REFERENCE:
    return propose_references(stdout, arguments->operand, arguments->metric, error);
  case COMMAND_PACK:
    return pack(arguments, error);
  default:
    return sweep(arguments, error);
  }
}

int main(int argc, char **argv) {
  struct arguments arguments;
  struct error error = {0};
  streams_hold();
  int code = arguments_read(&arguments, argc, argv);
  if (code < 0)
    code = act(&arguments, &error);
  if (error.code != 0)
    error_print(&error, "sweep");
  return streams_finish("sweep", code);
}
