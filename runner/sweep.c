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
#include "runner/command.h"
#include "runner/config.h"
#include "runner/launch.h"
#include "runner/plan.h"
#include "runner/run.h"

static const char help[] =
    "Usage: sweep run CONFIG [--out DIR]   run every point, write DIR/samples.csv and run.json\n"
    "       sweep plan CONFIG              list the points that would run, and what is left out\n"
    "\n"
    "  -o, --out DIR        the folder of the results (results/NAME, NAME from the config);\n"
    "                       a DIR that holds a run is refused, while results/NAME of an earlier\n"
    "                       run is moved to results/NAME.1, .2, ...\n"
    "  -d, --drivers DIR    where the drivers are (beside sweep itself)\n"
    "  -q, --quiet          tell failures only; no report at the end\n"
    "  -h, --help           this text\n"
    "  -V, --version        the version\n"
    "\n"
    "Environment: QUARTET_MPIRUN names another mpirun.\n"
    "\n"
    "Exit: 0 all points ran and verified; 1 some did not, their rows say why; 2 bad usage or\n"
    "config, nothing was run; 3 results could not be written; 130 interrupted.\n"
    "\n"
    "Examples:\n"
    "  sweep plan configs/quick.yaml\n"
    "  sweep run configs/quick.yaml\n"
    "  sweep run configs/quick.yaml --out /tmp/quick && report /tmp/quick\n";

enum { EXIT_INTERRUPTED = 130 };

struct arguments {
  const char *out, *drivers;
  bool quiet;
  const char *command, *config;
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

/* Reads the command line. Returns -1 to go on, or an exit code. */
static int read_arguments(struct arguments *arguments, int argc, char **argv) {
  static const struct option options[] = {
      {"out", required_argument, NULL, 'o'}, {"drivers", required_argument, NULL, 'd'},
      {"quiet", no_argument, NULL, 'q'},     {"help", no_argument, NULL, 'h'},
      {"version", no_argument, NULL, 'V'},   {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "o:d:qhV", options, NULL)) != -1;)
    switch (option) {
    case 'o':
      arguments->out = optarg;
      break;
    case 'd':
      arguments->drivers = optarg;
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
      fputs("Try 'sweep --help'.\n", stderr);
      return EXIT_USAGE;
    }
  static const char *const commands[] = {"run", "plan"};
  const char *word = optind < argc ? argv[optind] : NULL;
  if (word == NULL || argc - optind > 2 || argc - optind < 2 ||
      (strcmp(word, "run") != 0 && strcmp(word, "plan") != 0)) {
    const char *near = word == NULL ? NULL : suggest(word, commands, 2);
    if (word == NULL)
      fputs("sweep: no command\n", stderr);
    else if (strcmp(word, "run") != 0 && strcmp(word, "plan") != 0)
      fprintf(stderr, "sweep: unknown command '%s'%s%s%s\n", word, near ? "; did you mean '" : "",
              near ? near : "", near ? "'?" : "");
    else if (argc - optind < 2)
      fprintf(stderr, "sweep: %s: no config is named\n", word);
    else
      fprintf(stderr, "sweep: %s: unexpected '%s'\n", word, argv[optind + 2]);
    fputs("Try 'sweep --help'.\n", stderr);
    return EXIT_USAGE;
  }
  arguments->command = word;
  arguments->config = argv[optind + 1];
  return -1;
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
static void run_report(const char *own, const char *results, const char *baseline) {
  char *program = grow_text("%s/report", own), *folder = grow_text("%s", results);
  char *base = grow_text("--baseline=%s", baseline != NULL ? baseline : "");
  char end_of_options[] = "--";
  char *with_base[] = {program, base, end_of_options, folder, NULL};
  char *without[] = {program, end_of_options, folder, NULL};
  fflush(stdout);
  if (access(program, X_OK) == 0)
    launch_foreground(baseline != NULL ? with_base : without);
  free(program);
  free(folder);
  free(base);
}

/* What runs on all cores shares them with whatever else runs, and looks slower than it is. */
static void warn_of_load(void) {
  double busy = host_busy_cores(200);
  if (busy > 0.3)
    fprintf(stderr, "sweep: this machine is busy (%.1f of %ld cores): expect wide intervals\n",
            busy, sysconf(_SC_NPROCESSORS_ONLN));
}

static int run_command(const struct arguments *arguments, const struct config *config,
                       const struct plan *plan) {
  struct error error = {0};
  struct tools tools;
  char *own = own_folder();
  launch_prepare();
  if (!arguments->quiet)
    warn_of_load();
  tools_find(&tools, arguments->drivers != NULL ? arguments->drivers : own);
  struct run run = {.config = config,
                    .plan = plan,
                    .tools = &tools,
                    .out = arguments->out,
                    .quiet = arguments->quiet,
                    .argc = arguments->argc,
                    .argv = arguments->argv};
  int code = run_plan(&run, &error);
  if (code != 0) {
    error_print(&error, "sweep");
  } else if (run.interrupted) {
    fprintf(stderr, "sweep: interrupted; %zu of %zu launches are in %s/samples.csv\n", run.done,
            run.total, run.folder);
    code = EXIT_INTERRUPTED;
  } else {
    if (!arguments->quiet)
      run_report(own, run.folder, config->baseline);
    if (run.failed > 0) {
      fprintf(stderr,
              "sweep: %zu of %zu launches failed; see the column status in %s/samples.csv\n",
              run.failed, run.total, run.folder);
      code = EXIT_WRONG;
    }
  }
  free(run.folder);
  free(own);
  return code;
}

static int sweep(const struct arguments *arguments) {
  struct problems problems = {0};
  struct config config;
  struct plan plan = {0};
  struct error error = {0};
  int code = config_open(&config, arguments->config, &problems);
  if (code != 0)
    problems_print(&problems, arguments->config, stderr);
  else
    code = plan_make(&plan, &config, host_cores(), &error);
  if (error.code != 0)
    fprintf(stderr, "%s: %s\n", arguments->config, error.message);
  if (code == 0 && strcmp(arguments->command, "plan") == 0) {
    plan_print(&plan, &config);
    if (fflush(stdout) != 0)
      code = EXIT_MACHINE;
  } else if (code == 0) {
    code = run_command(arguments, &config, &plan);
  }
  plan_free(&plan);
  config_close(&config);
  problems_free(&problems);
  return code;
}

int main(int argc, char **argv) {
  struct arguments arguments = {.argc = argc, .argv = copy_words(argc, argv)};
  int code = read_arguments(&arguments, argc, argv);
  if (code < 0)
    code = sweep(&arguments);
  free(arguments.argv);
  return code;
}
