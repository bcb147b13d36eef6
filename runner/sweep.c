/* sweep: runs every point of a config and writes what was measured to samples.csv. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/grow.h"
#include "common/host.h"
#include "common/lines.h"
#include "common/streams.h"
#include "runner/config/config.h"
#include "runner/launch/builds.h"
#include "runner/launch/programs.h"
#include "runner/launch/tools.h"
#include "runner/plan/kernel_check.h"
#include "runner/plan/plan.h"
#include "runner/process/launch.h"
#include "runner/record/conditions.h"
#include "runner/record/forecast.h"
#include "runner/record/pack.h"
#include "runner/record/propose.h"
#include "runner/record/results.h"
#include "runner/record/run_record.h"
#include "runner/record/warnings.h"
#include "runner/run.h"
#include "runner/ui/arguments.h"
#include "runner/ui/job.h"
#include "runner/ui/listing.h"
#include "runner/ui/status.h"

enum { EXIT_INTERRUPTED = 130, DIFFERENCES_SHOWN = 8 };

/* The folder of this executable, in memory that the caller frees. */
static char *own_folder(void) {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0)
    return grow_text(".");
  path[length] = '\0';
  char *slash = strrchr(path, '/');
  *(slash == path ? slash + 1 : slash) = '\0';
  return grow_text("%s", path);
}

/* Whether the config runs that driver. */
static bool has_way(const struct config *config, const char *driver) {
  for (size_t i = 0; i < config->setup_count; i++)
    if (strcmp(config->setups[i].driver->name, driver) == 0)
      return true;
  return false;
}

/* Prints the report of the results. It is a program of its own, and may be missing. It finds what
 * to compare with in run.json, or takes the serial driver; where there is neither, the first driver
 * of the config is named. Returns EXIT_MACHINE if the report could not be written, else 0. */
static int run_report(const char *own, const struct run *run) {
  const struct config *config = run->config;
  char *program = grow_text("%s/report", own), *folder = grow_text("%s", run->folder);
  char *base = grow_text("--baseline=%s", config->setups[0].driver->name), end_of_options[] = "--";
  char html[] = "--html"; /* the page with figures, beside the samples */
  char *named[] = {program, html, base, end_of_options, folder, NULL};
  char *plain[] = {program, html, end_of_options, folder, NULL};
  bool found = config->baseline != NULL || has_way(config, driver_names[DRIVER_SERIAL]);
  streams_flush();
  int code = access(program, X_OK) == 0 ? launch_foreground(found ? plain : named) : 0;
  free(program);
  free(folder);
  free(base);
  return code == EXIT_MACHINE ? code : 0;
}

/* How it ended, for people and as the exit status. */
static int report_end(const struct run *run, const struct arguments *arguments, const char *own) {
  if (run->interrupted) {
    lines_printf(
        stderr, "sweep: ", 2,
        "interrupted; %zu of %zu launches are in %s/samples.csv; continue with:\n%s resume %s",
        run->done, run->done + run->left, run->folder, arguments->argv[0], run->folder);
    return EXIT_INTERRUPTED;
  }
  int reported = 0;
  if (!arguments->quiet && !arguments->json_lines)
    reported = run_report(own, run);
  if (run->unaccepted > 0)
    fprintf(stderr, "sweep: %zu result%s not accepted by the config's references\n",
            run->unaccepted, run->unaccepted == 1 ? " is" : "s are");
  if (run->failed == 0)
    return run->unaccepted > 0 ? EXIT_WRONG : reported;
  lines_printf(stderr, "sweep: ", 2,
               "%zu of %zu launches failed; see the column status in %s/samples.csv", run->failed,
               run->settled, run->folder);
  return EXIT_WRONG;
}

/* What of the conditions differs, and what may be done about it. */
static void print_differences(const struct run *run) {
  const struct run_record *record = run->record;
  const struct differences *differences = run->differences;
  char host[HOST_TEXT];
  if (differences_have(differences, CONDITION_MACHINE))
    lines_printf(stderr, "sweep: ", 2, "the run began on %s, and %s is not a machine of its kind:",
                 record->host != NULL ? record->host : "?", host_name(host));
  else
    lines_printf(stderr, "sweep: ", 2, "the run began %s:",
                 differences_have(differences, CONDITION_BUILD) ? "with other drivers"
                                                                : "with other settings");
  for (size_t i = 0; i < differences->count && i < DIFFERENCES_SHOWN; i++)
    lines_printf(stderr, "  ", 4, "%s", differences->items[i].text);
  if (differences->count > DIFFERENCES_SHOWN)
    fprintf(stderr, "  and %zu more\n", differences->count - DIFFERENCES_SHOWN);
  if (differences_have(differences, CONDITION_REPETITIONS))
    lines_printf(stderr, "  ", 2,
                 "the rows of a point have one number of repetitions; a new run, "
                 "with --out, can have another");
  else
    lines_printf(stderr, "  ", 2,
                 "its times would not be comparable; --anyway goes on and keeps "
                 "them apart");
}

/* Compares the conditions with those of the session before: EXIT_USAGE, with what differs, unless
 * --anyway was given. Another host's name alone is no difference. */
static int check_conditions(struct run *run, const struct arguments *arguments) {
  bool repetitions = differences_have(run->differences, CONDITION_REPETITIONS);
  run->changed = run->changed || run->differences->count > 0;
  if (run->differences->count == 0 || (arguments->anyway && !repetitions))
    return 0;
  print_differences(run);
  return EXIT_USAGE;
}

static int run_checked(const struct arguments *arguments, struct run *run, const char *own) {
  struct error error = {0};
  struct warnings warnings = {0};
  warnings_look(&warnings, run->config, run->plan, run->tools->drivers, !arguments->quiet);
  if (!arguments->quiet)
    warnings_print(&warnings, stderr);
  run->warnings = &warnings;
  run->quiet = arguments->quiet;
  run->json_lines = arguments->json_lines;
  run->argc = arguments->argc;
  run->argv = arguments->argv;
  int code = run_plan(run, &error);
  if (code != 0)
    error_print(&error, "sweep");
  else
    code = report_end(run, arguments, own);
  warnings_free(&warnings);
  free(run->folder);
  return code;
}

/* What makes every launch impossible, or a resume none, is found before anything is written. */
static int run_command(const struct arguments *arguments, struct run *run, const char *drivers) {
  struct error error = {0};
  struct tools tools;
  struct programs programs;
  struct differences differences = {0};
  char *own = own_folder();
  tools_find(&tools, drivers != NULL ? drivers : own);
  programs_find(&programs, run->config, run->plan, tools.drivers);
  json_t *conditions = conditions_make(run->plan, &tools, &programs);
  run->tools = &tools;
  run->programs = &programs;
  run->conditions = conditions;
  int code = programs_check(&programs, run->plan, &tools, &error);
  if (code != 0)
    error_print(&error, "sweep");
  if (code == 0 && run->record != NULL) {
    differences = conditions_compare(run->record, run->plan, conditions);
    run->differences = &differences;
    code = check_conditions(run, arguments);
  }
  if (code == 0)
    code = run_checked(arguments, run, own);
  differences_free(&differences);
  json_decref(conditions);
  programs_free(&programs);
  free(own);
  return code;
}

static int write_job(const struct config *config, const struct plan *plan, const char *own,
                     const char *drivers, const char *out, struct error *error) {
  char *program = grow_text("%s/sweep", own);
  struct job_paths paths = {program, drivers, out};
  int code = job_write(stdout, config, plan, &paths, error);
  free(program);
  return code;
}

static int list_plan(const struct arguments *arguments, const struct config *config,
                     const struct plan *plan, const char *own, const char *drivers) {
  struct forecast forecast;
  struct error error = {0};
  struct tools tools;
  char *folder = arguments->out != NULL ? grow_text("%s", arguments->out)
                                        : grow_text("results/%s", config->name);
  if (arguments->format == LISTING_SLURM) {
    int written = write_job(config, plan, own, drivers, folder, &error);
    if (written != 0)
      error_print(&error, "sweep");
    free(folder);
    return written;
  }
  int code = forecast_open(&forecast, plan, drivers, &error);
  if (code == 0 && arguments->probe) {
    tools_find(&tools, drivers);
    code = forecast_probe(&forecast, plan, config, &tools, &error);
  } else if (code == 0) {
    forecast_look(&forecast, plan, folder);
  }
  if (code == 0) {
    forecast_finish(&forecast, plan);
    code = listing_print(plan, config, &forecast, arguments->format, &error);
  }
  if (code != 0)
    error_print(&error, "sweep");
  forecast_close(&forecast);
  free(folder);
  return code;
}

/* What can be known to be wrong before there is a plan. Prints it and returns an exit status. */
static int check_config(struct config *config, const struct run *run, const char *drivers) {
  struct error error = {0};
  int code = builds_check(config, &error);
  if (code == 0 && run->record == NULL)
    code = kernel_check(config, drivers, &error);
  if (error.code != 0)
    fprintf(stderr, "%s\n", error.message);
  else if (code != 0)
    problems_print(config->document.problems, config->path, stderr);
  return code;
}

/* Makes the plan and does with it what was asked. */
static int with_config(const struct arguments *arguments, struct config *config, struct run *run,
                       const char *drivers) {
  struct plan plan;
  struct scaling scaling;
  struct error error = {0};
  char *own = own_folder();
  launch_prepare();
  int code = check_config(config, run, drivers != NULL ? drivers : own);
  if (code != 0) {
    free(own);
    return code;
  }
  scaling_open(&scaling, config, drivers != NULL ? drivers : own);
  if (run->record != NULL && !run->changed)
    run_record_sizes(run->record, config, &scaling);
  code = plan_make(&plan, config, host_cores(), &scaling, &error);
  scaling_close(&scaling);
  if (code != 0) {
    fprintf(stderr, "%s\n", error.message);
  } else if (arguments->command == COMMAND_PLAN) {
    code = list_plan(arguments, config, &plan, own, drivers != NULL ? drivers : own);
  } else {
    builds_ask(config);
    run->config = config;
    run->plan = &plan;
    code = run_command(arguments, run, drivers);
  }
  plan_free(&plan);
  free(own);
  return code;
}

static int sweep(const struct arguments *arguments) {
  struct problems problems = {0};
  struct config config;
  struct run run = {.out = arguments->out};
  int code = config_open(&config, arguments->operand, &problems);
  if (code != 0)
    problems_print(&problems, arguments->operand, stderr);
  else
    code = with_config(arguments, &config, &run, arguments->drivers);
  config_close(&config);
  problems_free(&problems);
  return code;
}

/* --- resume --------------------------------------------------------------------------------------
 */

/* Reads the config as it is now. Prints the problems and returns an exit status. */
static int open_config_again(struct config *config, const struct run_record *record,
                             const struct arguments *arguments, bool *changed) {
  struct problems problems = {0};
  char *other;
  int code = run_record_open_config_again(record, config, &other, &problems);
  if (other != NULL && !arguments->anyway) {
    lines_printf(stderr, "sweep: ", 2,
                 "%s has changed since the run began; --anyway continues with it as it is now",
                 other);
    code = EXIT_USAGE;
  } else if (code != 0) {
    problems_print(&problems, record->config_path, stderr);
  }
  *changed = *changed || other != NULL;
  free(other);
  problems_free(&problems);
  return code;
}

/* The folder of the drivers: as given, else that of the run, else, where that has gone, this
 * program's own. Whether their files are the same is checked later. */
static const char *find_drivers(const struct arguments *arguments,
                                const struct run_record *record) {
  if (arguments->drivers != NULL || record->drivers == NULL || programs_in_folder(record->drivers))
    return arguments->drivers != NULL ? arguments->drivers : record->drivers;
  char *own = own_folder();
  bool found = programs_in_folder(own);
  if (found)
    lines_printf(stderr, "sweep: ", 2, "the drivers are no longer in %s; those in %s are used",
                 record->drivers, own);
  free(own);
  return found ? NULL : record->drivers;
}

static int resume_past(const struct arguments *arguments, struct run_record *record) {
  struct config config;
  struct run run = {
      .out = arguments->operand, .record = record, .retry_failed = arguments->retry_failed};
  int code = open_config_again(&config, record, arguments, &run.changed);
  run_record_locate_builds(record, &config);
  if (code == 0)
    code = with_config(arguments, &config, &run, find_drivers(arguments, record));
  config_close(&config);
  return code;
}

static int resume(const struct arguments *arguments) {
  struct results results;
  struct run_record record = {0};
  struct error error = {0};
  if (results_reopen(&results, arguments->operand, &error) == 0)
    run_record_open(&record, results.folder, &error);
  int code = error.code;
  if (code == 0)
    code = resume_past(arguments, &record);
  else
    fprintf(stderr, "sweep: %s: %s\n", arguments->operand, error.message);
  run_record_close(&record);
  results_close(&results);
  return code;
}

static int print_status(const struct arguments *arguments) {
  struct error error = {0};
  if (status_print(arguments->operand, &error) != 0)
    error_print(&error, "sweep");
  return error.code;
}

static int print_references(const struct arguments *arguments) {
  struct error error = {0};
  if (propose_references(stdout, arguments->operand, arguments->metric, &error) != 0)
    error_print(&error, "sweep");
  return error.code;
}

static int pack(const struct arguments *arguments) {
  struct error error = {0};
  char *written;
  if (pack_run(arguments->operand, arguments->out, &written, &error) != 0)
    error_print(&error, "sweep");
  else if (!arguments->quiet)
    printf("%s\n", written);
  free(written);
  return error.code;
}

static int act(const struct arguments *arguments) {
  switch (arguments->command) {
  case COMMAND_RESUME:
    return resume(arguments);
  case COMMAND_STATUS:
    return print_status(arguments);
  case COMMAND_REFERENCE:
    return print_references(arguments);
  case COMMAND_PACK:
    return pack(arguments);
  default:
    return sweep(arguments);
  }
}

int main(int argc, char **argv) {
  struct arguments arguments;
  streams_hold();
  int code = arguments_read(&arguments, argc, argv);
  return streams_finish("sweep", code < 0 ? act(&arguments) : code);
}
