#include "runner/ui/arguments.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/error.h"
#include "common/grow.h"
#include "common/operands.h"
#include "common/suggest.h"
#include "runner/ui/listing.h"

static const char help[] =
    "Usage: sweep run CONFIG [--out DIR]\n"
    "  or:  sweep plan CONFIG\n"
    "  or:  sweep resume DIR\n"
    "  or:  sweep status DIR\n"
    "  or:  sweep reference DIR [--metric METRIC]\n"
    "  or:  sweep pack DIR [--out FILE]\n"
    "Runs every point of a config and writes what was measured to samples.csv.\n"
    "\n"
    "Commands:\n"
    "  run        run every point, write DIR/samples.csv and run.json, then report\n"
    "  plan       list the points that would run, what is left out, and how long it\n"
    "             will take\n"
    "  resume     continue a run that was interrupted or killed\n"
    "  status     show how far a run is\n"
    "  reference  print a run's results as entries of `reference:` for a config\n"
    "  pack       write a run to a zip file for archives (an RO-Crate): samples,\n"
    "             run.json, config, report\n"
    "\n"
    "Options:\n"
    "  -o, --out DIR        the folder of the results (results/NAME, NAME from the\n"
    "                       config); a DIR that holds a run is refused, while\n"
    "                       results/NAME of an earlier run is moved to\n"
    "                       results/NAME.1, .2, ...\n"
    "                       plan: of an earlier run, from which it estimates the time\n"
    "                       pack: the zip file (DIR.zip)\n"
    "  -d, --drivers DIR    where the drivers are (beside sweep itself; resume: where\n"
    "                       they were); with an axis `build`, the config says\n"
    "  -a, --anyway         resume although the config, the machine, the libraries or\n"
    "                       the drivers are others: the rows then have another\n"
    "                       run_id, and the report keeps them apart\n"
    "  -f, --retry-failed   resume: try launches again that have failed\n"
    "  -F, --format FORMAT  plan: text, csv, json (text), or slurm: a job script that\n"
    "                       runs the sweep on a node and goes on when run again\n"
    "  -p, --probe          plan: launch each kernel in each model once, to estimate\n"
    "                       the time\n"
    "  -m, --metric METRIC  reference: time, rate or bandwidth (time)\n"
    "  -j, --json-lines     report what happens as JSON on standard output, an object\n"
    "                       a line, for other programs; no report at the end\n"
    "  -q, --quiet          print failures only; no report at the end\n"
    "  -h, --help           print this text\n"
    "  -V, --version        print the version\n"
    "\n"
    "samples.csv is the journal: each launch is on the disk before the next one\n"
    "begins. Killed at any moment, a run goes on from its last whole launch. Ctrl-C\n"
    "ends it cleanly.\n"
    "\n"
    "Environment:\n"
    "  QUARTET_MPIRUN  another mpirun\n"
    "\n"
    "Exit status: 0 all points ran and verified; 1 a launch failed (its row has the\n"
    "reason) or a result is out of the bounds of a reference; 2 usage or config\n"
    "error, nothing was run; 3 system error: results or output could not be\n"
    "written; 130 interrupted.\n"
    "\n"
    "Examples:\n"
    "  sweep plan configs/quick.yaml\n"
    "  sweep plan configs/quick.yaml --probe\n"
    "  sweep plan configs/quick.yaml --format csv > plan.csv\n"
    "  sweep plan configs/quick.yaml --format slurm > job.sh && sbatch job.sh\n"
    "  sweep run configs/quick.yaml\n"
    "  sweep resume results/quick\n"
    "  sweep reference results/quick --metric rate\n"
    "  sweep pack results/quick --out quick.zip\n"
    "  sweep run configs/quick.yaml --out /tmp/quick && report /tmp/quick\n";

static const char *const commands[COMMAND_COUNT] = {"run",    "plan",      "resume",
                                                    "status", "reference", "pack"};

static int bad_usage(void) {
  fputs("Try 'sweep --help'.\n", stderr);
  return EXIT_USAGE;
}

static bool takes_folder(enum action command) {
  return command != COMMAND_RUN && command != COMMAND_PLAN;
}

/* The first option that is not of this command, with those that it is of; NULL: there is none. */
static const char *find_stray(const struct arguments *arguments, const char **of) {
  enum action command = arguments->command;
  bool resumes = command == COMMAND_RESUME, plans = command == COMMAND_PLAN;
  bool runs = command == COMMAND_RUN || resumes;
  const struct {
    bool stray;
    const char *option, *of;
  } options[] = {
      {arguments->anyway && !resumes, "--anyway", "resume"},
      {arguments->retry_failed && !resumes, "--retry-failed", "resume"},
      {arguments->format != NULL && !plans, "--format", "plan"},
      {arguments->json_lines && !runs, "--json-lines", "run and resume"},
      {arguments->out != NULL && takes_folder(command) && command != COMMAND_PACK, "--out",
       "run, plan and pack"},
      {arguments->probe && !plans, "--probe", "plan"},
      {arguments->metric != METRICS && command != COMMAND_REFERENCE, "--metric", "reference"},
  };
  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (options[i].stray) {
      *of = options[i].of;
      return options[i].option;
    }
  return NULL;
}

static int unknown_command(const char *word) {
  const char *near = suggest(word, commands, COMMAND_COUNT);
  if (near != NULL)
    fprintf(stderr, "sweep: unknown command '%s'; did you mean '%s'?\n", word, near);
  else
    fprintf(stderr,
            "sweep: unknown command '%s'; must be one of: run, plan, resume, status,\n"
            "  reference, pack\n",
            word);
  return bad_usage();
}

/* The command and what it is done to. Returns -1 to go on, or an exit status. */
static int read_words(struct arguments *arguments, size_t count, char **words) {
  const char *of = NULL, *stray;
  if (count == 0) {
    fputs("sweep: no command\n", stderr);
    return bad_usage();
  }
  while (arguments->command < COMMAND_COUNT && strcmp(words[0], commands[arguments->command]) != 0)
    arguments->command++;
  if (arguments->command == COMMAND_COUNT)
    return unknown_command(words[0]);
  if (count < 2)
    fprintf(stderr, "sweep: %s: no %s is named\n", words[0],
            takes_folder(arguments->command) ? "folder" : "config");
  else if (count > 2)
    fprintf(stderr, "sweep: %s: unexpected '%s'\n", words[0], words[2]);
  else if ((stray = find_stray(arguments, &of)) != NULL)
    fprintf(stderr, "sweep: %s: %s is an option of %s\n", words[0], stray, of);
  else if (arguments->format != NULL && listing_find(arguments->format) == LISTING_NONE)
    fprintf(stderr, "sweep: --format: '%s' must be one of: text, csv, json, slurm\n",
            arguments->format);
  else {
    arguments->operand = words[1];
    return -1;
  }
  return bad_usage();
}

static int read_metric(struct arguments *arguments, const char *text) {
  for (arguments->metric = 0; arguments->metric < METRICS; arguments->metric++)
    if (strcmp(text, metric_names[arguments->metric]) == 0)
      return -1;
  fprintf(stderr, "sweep: --metric: '%s' must be one of: time, rate, bandwidth\n", text);
  return bad_usage();
}

/* One option. Returns -1 to go on, or an exit status. */
static int read_option(struct arguments *arguments, int option) {
  switch (option) {
  case 'o':
    arguments->out = optarg;
    return -1;
  case 'd':
    arguments->drivers = optarg;
    return -1;
  case 'a':
    arguments->anyway = true;
    return -1;
  case 'f':
    arguments->retry_failed = true;
    return -1;
  case 'F':
    arguments->format = optarg;
    return -1;
  case 'j':
    arguments->json_lines = true;
    return -1;
  case 'm':
    return read_metric(arguments, optarg);
  case 'p':
    arguments->probe = true;
    return -1;
  case 'q':
    arguments->quiet = true;
    return -1;
  case 'h':
    fputs(help, stdout);
    return EXIT_SUCCESS;
  case 'V':
    puts("sweep (Quartet) " QUARTET_VERSION);
    return EXIT_SUCCESS;
  default: /* getopt has printed what is wrong */
    return bad_usage();
  }
}

int arguments_read(struct arguments *arguments, int argc, char **argv) {
  static const struct option options[] = {
      {"out", required_argument, NULL, 'o'},    {"drivers", required_argument, NULL, 'd'},
      {"anyway", no_argument, NULL, 'a'},       {"retry-failed", no_argument, NULL, 'f'},
      {"format", required_argument, NULL, 'F'}, {"json-lines", no_argument, NULL, 'j'},
      {"metric", required_argument, NULL, 'm'}, {"probe", no_argument, NULL, 'p'},
      {"quiet", no_argument, NULL, 'q'},        {"help", no_argument, NULL, 'h'},
      {"version", no_argument, NULL, 'V'},      {NULL, 0, NULL, 0}};
  *arguments = (struct arguments){.argc = argc, .argv = argv, .metric = METRICS};
  struct operands operands = {0};
  int code = -1, option;
  while (code < 0 &&
         (option = operands_next_option(&operands, argc, argv, "-o:d:F:afjm:pqhV", options)) != -1)
    code = read_option(arguments, option);
  if (code < 0)
    code = read_words(arguments, operands.count, operands.items);
  free(operands.items);
  return code;
}
