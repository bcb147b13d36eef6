/* sweep: runs every point of a config and writes what was measured to samples.csv. */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/error.h"
#include "common/grow.h"
#include "common/host.h"
#include "common/suggest.h"
#include "runner/builds.h"
#include "runner/command.h"
#include "runner/config.h"
#include "runner/forecast.h"
#include "runner/job.h"
#include "runner/launch.h"
#include "runner/listing.h"
#include "runner/past.h"
#include "runner/plan.h"
#include "runner/results.h"
#include "runner/run.h"
#include "runner/status.h"
#include "runner/warnings.h"

static const char help[] =
    "Usage: sweep run CONFIG [--out DIR]\n"
    "  or:  sweep plan CONFIG\n"
    "  or:  sweep resume DIR\n"
    "  or:  sweep status DIR\n"
    "Runs every point of a config and writes what was measured to samples.csv.\n"
    "\n"
    "Commands:\n"
    "  run     run every point, write DIR/samples.csv and run.json\n"
    "  plan    list the points that would run, what is left out, and how long it will take\n"
    "  resume  go on with a run that was interrupted or killed\n"
    "  status  tell how far a run is\n"
    "\n"
    "Options:\n"
    "  -o, --out DIR        the folder of the results (results/NAME, NAME from the config);\n"
    "                       a DIR that holds a run is refused, while results/NAME of an earlier\n"
    "                       run is moved to results/NAME.1, .2, ...\n"
    "                       plan: of an earlier run, from which it estimates the time\n"
    "  -d, --drivers DIR    where the drivers are (beside sweep itself; resume: where they were)\n"
    "  -a, --anyway         resume although the config or the machine is another: the rows then\n"
    "                       have another run_id, and run.json tells of it\n"
    "  -f, --retry-failed   resume: try launches again that have failed\n"
    "  -F, --format FORMAT  plan: text, csv, json (text), or slurm: a job script that\n"
    "                       runs the sweep on a node and goes on with it when run again\n"
    "  -p, --probe          plan: launch each kernel in each way once, to estimate the time\n"
    "  -j, --json-lines     tell what happens as JSON on standard output, an object a line,\n"
    "                       for other programs; no report at the end\n"
    "  -q, --quiet          tell failures only; no report at the end\n"
    "  -h, --help           this text\n"
    "  -V, --version        the version\n"
    "\n"
    "samples.csv is the journal: each launch is on the disk before the next one begins. Killed at\n"
    "any moment, a run goes on from its last whole launch. Ctrl-C ends it cleanly.\n"
    "\n"
    "Environment:\n"
    "  QUARTET_MPIRUN  another mpirun\n"
    "\n"
    "Exit status: 0 all points ran and verified; 1 some did not, their rows say why, or a result\n"
    "is out of the bounds of a reference; 2 bad usage or config, nothing was run; 3 results could\n"
    "not be written; 130 interrupted.\n"
    "\n"
    "Examples:\n"
    "  sweep plan configs/quick.yaml\n"
    "  sweep plan configs/quick.yaml --probe\n"
    "  sweep plan configs/quick.yaml --format csv > plan.csv\n"
    "  sweep plan configs/quick.yaml --format slurm > job.sh && sbatch job.sh\n"
    "  sweep run configs/quick.yaml\n"
    "  sweep resume results/quick\n"
    "  sweep run configs/quick.yaml --out /tmp/quick && report /tmp/quick\n";

enum { EXIT_INTERRUPTED = 130 };

enum action { COMMAND_RUN, COMMAND_PLAN, COMMAND_RESUME, COMMAND_STATUS, COMMAND_COUNT };
static const char *const commands[] = {"run", "plan", "resume", "status"};

struct arguments {
  const char *out, *drivers, *format;
  bool quiet, json_lines, anyway, retry_failed, probe;
  enum action command;
  const char *operand; /* the config, or the folder */
  int argc;
  char **argv;
};

/* argv as it was given, for run.json; getopt_long puts the options first. */
static char **copy_words(int argc, char **argv) {
  char **words = NULL;
  for (size_t i = 0, count = 0; i < (size_t)argc; i++)
    *GROW(words, count) = argv[i];
  return words;
}

static int bad_usage(void) {
  fputs("Try 'sweep --help'.\n", stderr);
  return EXIT_USAGE;
}

/* The command and what it is done to. Returns -1 to go on, or an exit code. */
static int read_words(struct arguments *arguments, int count, char **words) {
  if (count == 0) {
    fputs("sweep: no command\n", stderr);
    return bad_usage();
  }
  while (arguments->command < COMMAND_COUNT && strcmp(words[0], commands[arguments->command]) != 0)
    arguments->command++;
  if (arguments->command == COMMAND_COUNT) {
    const char *near = suggest(words[0], commands, COMMAND_COUNT);
    fprintf(stderr, "sweep: unknown command '%s'%s%s%s\n", words[0], near ? "; did you mean '" : "",
            near ? near : "", near ? "'?" : "");
    return bad_usage();
  }
  bool folder = arguments->command == COMMAND_RESUME || arguments->command == COMMAND_STATUS;
  if (count < 2)
    fprintf(stderr, "sweep: %s: no %s is named\n", words[0], folder ? "folder" : "config");
  else if (count > 2)
    fprintf(stderr, "sweep: %s: unexpected '%s'\n", words[0], words[2]);
  else if ((arguments->anyway || arguments->retry_failed) && arguments->command != COMMAND_RESUME)
    fprintf(stderr, "sweep: %s: --anyway and --retry-failed are of resume\n", words[0]);
  else if (arguments->format != NULL && arguments->command != COMMAND_PLAN)
    fprintf(stderr, "sweep: %s: --format is of plan\n", words[0]);
  else if (arguments->format != NULL && listing_find(arguments->format) == LISTING_NONE)
    fprintf(stderr, "sweep: --format: '%s' must be one of: text, csv, json, slurm\n",
            arguments->format);
  else if (arguments->json_lines &&
           (arguments->command == COMMAND_PLAN || arguments->command == COMMAND_STATUS))
    fprintf(stderr, "sweep: %s: --json-lines is of run and resume\n", words[0]);
  else if (arguments->out != NULL && folder)
    fprintf(stderr, "sweep: %s: --out is of run and plan\n", words[0]);
  else if (arguments->probe && arguments->command != COMMAND_PLAN)
    fprintf(stderr, "sweep: %s: --probe is of plan\n", words[0]);
  else {
    arguments->operand = words[1];
    return -1;
  }
  return bad_usage();
}

/* Reads the command line. Returns -1 to go on, or an exit code. */
static int read_arguments(struct arguments *arguments, int argc, char **argv) {
  static const struct option options[] = {{"out", required_argument, NULL, 'o'},
                                          {"drivers", required_argument, NULL, 'd'},
                                          {"anyway", no_argument, NULL, 'a'},
                                          {"retry-failed", no_argument, NULL, 'f'},
                                          {"format", required_argument, NULL, 'F'},
                                          {"json-lines", no_argument, NULL, 'j'},
                                          {"probe", no_argument, NULL, 'p'},
                                          {"quiet", no_argument, NULL, 'q'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'V'},
                                          {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "o:d:F:afjpqhV", options, NULL)) != -1;)
    switch (option) {
    case 'o':
      arguments->out = optarg;
      break;
    case 'd':
      arguments->drivers = optarg;
      break;
    case 'a':
      arguments->anyway = true;
      break;
    case 'f':
      arguments->retry_failed = true;
      break;
    case 'F':
      arguments->format = optarg;
      break;
    case 'j':
      arguments->json_lines = true;
      break;
    case 'p':
      arguments->probe = true;
      break;
    case 'q':
      arguments->quiet = true;
      break;
    case 'h':
      fputs(help, stdout);
      return EXIT_SUCCESS;
    case 'V':
      puts("sweep (Quartet) " QUARTET_VERSION);
      return EXIT_SUCCESS;
    default: /* getopt has told what is wrong */
      return bad_usage();
    }
  return read_words(arguments, argc - optind, argv + optind);
}

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

/* Prints the table of the results. It is a program of its own, and may be missing. */
static void run_report(const char *own, const struct run *run) {
  const struct config *config = run->config;
  char *program = grow_text("%s/report", own), *folder = grow_text("%s", run->folder);
  char *base =
      grow_text("--baseline=%s", config->baseline != NULL ? config->baseline : driver_names[0]);
  char end_of_options[] = "--", weak[] = "--weak";
  char *with_weak[] = {program, base, weak, end_of_options, folder, NULL};
  char *without[] = {program, base, end_of_options, folder, NULL};
  fflush(stdout);
  if (access(program, X_OK) == 0)
    launch_foreground(config->scaling.weak ? with_weak : without);
  free(program);
  free(folder);
  free(base);
}

/* How it ended, for people and as the exit code. */
static int tell_end(const struct run *run, const struct arguments *arguments, const char *own) {
  if (run->interrupted) {
    fprintf(stderr,
            "sweep: interrupted; %zu of %zu launches are in %s/samples.csv; go on with:\n"
            "  %s resume %s\n",
            run->done, run->done + run->left, run->folder, arguments->argv[0], run->folder);
    return EXIT_INTERRUPTED;
  }
  if (!arguments->quiet && !arguments->json_lines)
    run_report(own, run);
  if (run->unaccepted > 0)
    fprintf(stderr, "sweep: %zu result%s not accepted by the config's references\n",
            run->unaccepted, run->unaccepted == 1 ? " is" : "s are");
  if (run->failed == 0)
    return run->unaccepted > 0 ? EXIT_WRONG : 0;
  fprintf(stderr, "sweep: %zu of %zu launches failed; see the column status in %s/samples.csv\n",
          run->failed, run->done, run->folder);
  return EXIT_WRONG;
}

static int run_command(const struct arguments *arguments, struct run *run, const char *drivers) {
  struct error error = {0};
  struct tools tools;
  char *own = own_folder();
  struct warnings warnings = {0};
  warnings_look(&warnings, run->plan, drivers != NULL ? drivers : own, !arguments->quiet);
  if (!arguments->quiet)
    warnings_print(&warnings, stderr);
  run->warnings = &warnings;
  tools_find(&tools, drivers != NULL ? drivers : own);
  run->tools = &tools;
  run->quiet = arguments->quiet;
  run->json_lines = arguments->json_lines;
  run->argc = arguments->argc;
  run->argv = arguments->argv;
  int code = run_plan(run, &error);
  if (code != 0)
    error_print(&error, "sweep");
  else
    code = tell_end(run, arguments, own);
  warnings_free(&warnings);
  free(run->folder);
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
  enum listing format = listing_find(arguments->format);
  if (format == LISTING_SLURM) {
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
    code = listing_print(plan, config, &forecast, format, &error);
  }
  if (code != 0)
    error_print(&error, "sweep");
  forecast_close(&forecast);
  free(folder);
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
  if (builds_check(config, &error) != 0) {
    fprintf(stderr, "%s\n", error.message);
    free(own);
    return error.code;
  }
  scaling_open(&scaling, config, drivers != NULL ? drivers : own);
  if (run->past != NULL && !run->changed)
    past_sizes(run->past, config, &scaling);
  int code = plan_make(&plan, config, host_cores(), &scaling, &error);
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

/* Reads the config as it is now. Tells what is wrong and returns an exit code. */
static int open_config_again(struct config *config, const struct past *past,
                             const struct arguments *arguments, bool *changed) {
  struct problems problems = {0};
  char *other;
  int code = past_open_config_again(past, config, &other, &problems);
  if (other != NULL && !arguments->anyway) {
    fprintf(
        stderr,
        "sweep: %s is not what it was when the run began; --anyway goes on with what it is now\n",
        other);
    code = EXIT_USAGE;
  } else if (code != 0) {
    problems_print(&problems, past->config_path, stderr);
  }
  *changed = *changed || other != NULL;
  free(other);
  problems_free(&problems);
  return code;
}

static int check_machine(const struct past *past, const struct arguments *arguments,
                         bool *changed) {
  char host[HOST_TEXT], processor[HOST_TEXT];
  host_name(host);
  host_processor(processor);
  bool other = (past->host && strcmp(past->host, host) != 0) ||
               (past->processor && strcmp(past->processor, processor) != 0) ||
               past->cores != host_cores();
  *changed = *changed || other;
  if (!other || arguments->anyway)
    return 0;
  fprintf(
      stderr,
      "sweep: the run began on %s (%s, %lld cores), this is %s (%s, %lld cores): its rows would "
      "not be comparable; --anyway goes on\n",
      past->host ? past->host : "?", past->processor ? past->processor : "?",
      (long long)past->cores, host, processor, (long long)host_cores());
  return EXIT_USAGE;
}

static int resume_past(const struct arguments *arguments, const struct past *past) {
  struct config config;
  struct run run = {
      .out = arguments->operand, .past = past, .retry_failed = arguments->retry_failed};
  int code = check_machine(past, arguments, &run.changed);
  if (code != 0)
    return code;
  code = open_config_again(&config, past, arguments, &run.changed);
  builds_locate(&config, past);
  if (code == 0)
    code = with_config(arguments, &config, &run,
                       arguments->drivers != NULL ? arguments->drivers : past->drivers);
  config_close(&config);
  return code;
}

static int resume(const struct arguments *arguments) {
  struct results results;
  struct past past = {0};
  struct error error = {0};
  if (results_reopen(&results, arguments->operand, &error) == 0)
    past_open(&past, results.folder, &error);
  int code = error.code;
  if (code == 0)
    code = resume_past(arguments, &past);
  else
    fprintf(stderr, "sweep: %s: %s\n", arguments->operand, error.message);
  past_close(&past);
  results_close(&results);
  return code;
}

static int tell_status(const struct arguments *arguments) {
  struct error error = {0};
  if (status_print(arguments->operand, &error) != 0)
    error_print(&error, "sweep");
  else if (fflush(stdout) != 0)
    return EXIT_MACHINE;
  return error.code;
}

int main(int argc, char **argv) {
  struct arguments arguments = {.argc = argc, .argv = copy_words(argc, argv)};
  int code = read_arguments(&arguments, argc, argv);
  if (code < 0)
    code = arguments.command == COMMAND_RESUME   ? resume(&arguments)
           : arguments.command == COMMAND_STATUS ? tell_status(&arguments)
                                                 : sweep(&arguments);
  free(arguments.argv);
  return code;
}
