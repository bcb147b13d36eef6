#include "drivers/settings.h"

#include <ctype.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/lines.h"
#include "common/number.h"
#include "common/suggest.h"
#include "engine/lock.h"
#include "engine/options.h"
#include "drivers/machine.h"

enum { MOST_NAMES = 64, MOST_THREADS = 4096 };

enum {
  LONG_CSV = 256,
  LONG_LIST,
  LONG_DESCRIBE,
  LONG_BUILD,
  LONG_VERSION,
  LONG_SCHEDULE,
  LONG_LOCK,
  LONG_LOCK_FRACTION,
  LONG_SWITCH_INTERVAL,
  LONG_IN_FLIGHT,
  LONG_OVERLAP,
  LONG_WORK,
  LONG_WORK_BY,
  LONG_WORK_MULTIPLE,
};

/* One option of the command line; the getopt tables and the help are made from these. */
static const struct command {
  const char *name, *argument; /* argument: NULL none, "[..." optional */
  int letter;                  /* or a LONG_ number */
  unsigned group;
  const char *help;
} commands[] = {
    {"size", "N", 'n', OPTIONS_ALL, "problem size: " NUMBER_FORMS},
    {"jobs", "J", 'j', OPTIONS_ALL, "independent problems spread over the workers (1)"},
    {"set", "NAME=VALUE", 's', OPTIONS_ALL, "an option of the kernel; repeatable; see --describe"},
    {"reps", "R", 'r', OPTIONS_ALL, "timed repetitions (10)"},
    {"warmup", "W", 'w', OPTIONS_ALL, "untimed repetitions first (1)"},
    {"grain", "G", 'g', OPTIONS_ALL,
     "units in a range (0: one range for each worker); with a fixed grain the result is bitwise "
     "the "
     "same in every model"},
    {"threads", "T", 't', OPTIONS_THREADS,
     "OpenMP threads in each process, each bound to a core of its own unless OMP_PROC_BIND or "
     "OMP_PLACES is set (omp_driver: OMP_NUM_THREADS, or one on each core; mpi_driver: 1)"},
    {"schedule", "KIND[,G]", LONG_SCHEDULE, OPTIONS_THREADS,
     "static, dynamic or guided; G ranges at a time (static)"},
    {"lock", "KIND", LONG_LOCK, OPTIONS_LOCK,
     "none, or global: only the holder of one lock computes (none)"},
    {"lock-fraction", "F", LONG_LOCK_FRACTION, OPTIONS_LOCK,
     "share of each worker's ranges computed under the lock, 0 to 1 (1)"},
    {"switch-interval", "D", LONG_SWITCH_INTERVAL, OPTIONS_LOCK,
     "how long a waiter waits before it asks the lock's holder (5ms)"},
    {"tasks", "K", 'k', OPTIONS_TASKS,
     "cooperative tasks (0: one for each unit that waits, 16 that compute)"},
    {"in-flight", "M", LONG_IN_FLIGHT, OPTIONS_TASKS, "most waits at once (0: no limit)"},
    {"overlap", "on|off", LONG_OVERLAP, OPTIONS_PARTS,
     "compute the inside while neighbours' data travel (on)"},
    {"csv", "[FILE]", LONG_CSV, OPTIONS_ALL,
     "rows instead of words, to FILE or standard output; a FILE that exists is appended to"},
    {"list", NULL, LONG_LIST, OPTIONS_ALL, "list the kernels"},
    {"describe", "KERNEL", LONG_DESCRIBE, OPTIONS_ALL,
     "print a kernel's options, oracle and phases"},
    {"work", "[LIST]", LONG_WORK, OPTIONS_ALL,
     "print the kernel's work model as CSV: operations, bytes, messages, memory; LIST: "
     "N[:JOBS[:PARTS]][*F],... where *F is the size with F times the work of N"},
    {"work-by", "WHAT", LONG_WORK_BY, OPTIONS_ALL,
     "the work that *F multiplies: operations, bytes or memory (operations)"},
    {"work-multiple", "M", LONG_WORK_MULTIPLE, OPTIONS_ALL, "sizes for *F are multiples of M (1)"},
    {"build", NULL, LONG_BUILD, OPTIONS_ALL, "print how the program was built"},
    {"version", NULL, LONG_VERSION, OPTIONS_ALL, "print the version"},
    {"help", NULL, 'h', OPTIONS_ALL, "print this text"},
};
enum { COMMAND_COUNT = sizeof commands / sizeof *commands };

static bool offered(const struct command *command, unsigned groups) {
  return command->group == OPTIONS_ALL || (command->group & groups);
}

/* Where the text of the help starts. */
enum { HELP_COLUMN = 26 };

void settings_print_options(unsigned groups) {
  for (int i = 0; i < COMMAND_COUNT; i++) {
    const struct command *c = &commands[i];
    char left[64];
    if (!offered(c, groups))
      continue;
    int length = c->letter < 256 ? snprintf(left, sizeof left, "  -%c, --%s", c->letter, c->name)
                                 : snprintf(left, sizeof left, "      --%s", c->name);
    if (c->argument)
      snprintf(left + length, sizeof left - (size_t)length, c->argument[0] == '[' ? "[=%s" : " %s",
               c->argument + (c->argument[0] == '['));
    printf("%-*s ", HELP_COLUMN, left);
    lines_print(stdout, HELP_COLUMN + 1, HELP_COLUMN + 1, c->help);
  }
}

int settings_find_kernel(const char *name, const struct kernel **kernel, struct error *error) {
  const char *names[MOST_NAMES];
  size_t count = 0;
  for (; kernel_list[count] && count < MOST_NAMES; count++) {
    names[count] = kernel_list[count]->name;
    if (strcmp(name, names[count]) == 0) {
      *kernel = kernel_list[count];
      return 0;
    }
  }
  const char *near = suggest(name, names, count);
  return error_set(error, EXIT_USAGE,
                   near ? "unknown kernel '%s'; did you mean '%s'?"
                        : "unknown kernel '%s'; --list lists them",
                   name, near);
}

/* One of two words; the second means true. */
static int parse_word(const char *text, const char *no, const char *yes, bool *value,
                      struct error *error) {
  if (strcmp(text, no) != 0 && strcmp(text, yes) != 0)
    return error_set(error, EXIT_USAGE, "'%s': expected %s or %s", text, no, yes);
  *value = strcmp(text, yes) == 0;
  return 0;
}

static int parse_measure(const char *text, enum work_measure *measure, struct error *error) {
  int index = word_find(text, work_measure_names, WORK_MEASURES);
  if (index == WORK_MEASURES)
    return error_set(error, EXIT_USAGE, "'%s': expected operations, bytes or memory", text);
  *measure = (enum work_measure)index;
  return 0;
}

static int parse_threads(const char *text, int *threads, struct error *error) {
  int64_t value;
  if (number_parse(text, 1, MOST_THREADS, &value, error))
    return error->code;
  *threads = (int)value;
  return 0;
}

/* The number of processes is the launcher's to set, where programs often have an option for it. */
#define PROCESSES_HINT "the launcher sets the number of processes: mpirun -np N ./mpi_driver"

/* What must wait until the kernel is known. */
struct later {
  const char *kernel; /* as named outside the options */
  const char *size;
  const char **sets;
  int set_count;
};

enum { NOT_AN_OPTION = 1 }; /* what getopt_long calls other words */

static int take_kernel(struct settings *s, struct later *later, const char *name,
                       struct error *error) {
  if (later->kernel)
    return error_set(error, EXIT_USAGE, "'%s': one kernel only", name);
  later->kernel = name;
  if (settings_find_kernel(name, &s->kernel, error) == 0)
    return 0;
  /* an optional value stands behind a '=' alone */
  if (s->csv && !s->csv_file && strpbrk(name, "./"))
    return error_set(error, EXIT_USAGE, "no kernel '%s'; did you mean --csv=%s?", name, name);
  return error->code;
}

static int take_option(struct settings *s, struct later *later, int letter, char *text,
                       struct error *error) {
  const int64_t most = INT64_C(1) << 40;
  switch (letter) {
  case NOT_AN_OPTION:
    return take_kernel(s, later, text, error);
  case 'n':
    later->size = text;
    if (strcmp(text, "p") == 0)
      return error_set(error, EXIT_USAGE, "'p': " PROCESSES_HINT);
    return 0;
  case 's':
    later->sets[later->set_count++] = text;
    return 0;
  case 'j':
    return number_parse(text, 1, most, &s->jobs, error);
  case 'r':
    return number_parse(text, 1, most, &s->reps, error);
  case 'w':
    return number_parse(text, 0, most, &s->warmup, error);
  case 'g':
    return number_parse(text, 0, INT64_MAX / 4, &s->grain, error);
  case 't':
    return parse_threads(text, &s->threads, error);
  case 'k':
    return number_parse(text, 0, most, &s->tasks, error);
  case LONG_IN_FLIGHT:
    return number_parse(text, 0, most, &s->in_flight, error);
  case LONG_SCHEDULE:
    return schedule_parse(text, &s->schedule.kind, &s->schedule.chunk, error);
  case LONG_LOCK:
    return lock_parse(text, &s->lock, error);
  case LONG_LOCK_FRACTION:
    return real_parse(text, 0, 1, &s->lock_fraction, error);
  case LONG_SWITCH_INTERVAL:
    return duration_parse(text, 1000, INT64_C(3600000000000), &s->switch_ns, error);
  case LONG_OVERLAP:
    return parse_word(text, "off", "on", &s->overlap, error);
  case LONG_CSV:
    s->csv = true;
    s->csv_file = text;
    return text && !*text ? error_set(error, EXIT_USAGE, "'': expected a file's name") : 0;
  case LONG_WORK:
    s->action = ACTION_WORK;
    s->work = text;
    return 0;
  case LONG_WORK_BY:
    return parse_measure(text, &s->work_by, error);
  case LONG_WORK_MULTIPLE:
    return number_parse(text, 1, most, &s->work_multiple, error);
  case LONG_DESCRIBE:
    s->action = ACTION_DESCRIBE;
    return take_kernel(s, later, text, error);
  default:
    s->action = letter == LONG_LIST    ? ACTION_LIST
                : letter == LONG_BUILD ? ACTION_BUILD
                : letter == 'h'        ? ACTION_HELP
                                       : ACTION_VERSION;
    return 0;
  }
}

static const struct command *command_of(int letter) {
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (commands[i].letter == letter)
      return &commands[i];
  return NULL;
}

static bool letter_offered(int letter, unsigned groups) {
  const struct command *command = command_of(letter);
  return command && offered(command, groups);
}

static const struct command *command_named(const char *name) {
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (strcmp(commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

/* `option` is how it was written: "-t", "--threads". */
static int option_of_others(const struct command *command, const char *option,
                            struct error *error) {
  char *owners = driver_owners(command->group);
  error_set(error, EXIT_USAGE, "unknown option '%s'; %s %s it", option, owners,
            strchr(owners, ' ') ? "have" : "has");
  free(owners);
  return error->code;
}

/* Names that other programs have for that option. */
static bool names_processes(const char *name) {
  static const char *const names[] = {"np",    "nprocs", "ranks", "processes",
                                      "procs", "ntasks", "cores"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i], name) == 0)
      return true;
  return false;
}

/* getopt's own errors, in our words. `word` is the argument that it stumbled over, unless that was
 * one of several letters behind one dash. */
static int option_error(unsigned groups, int what, const char *word, struct error *error) {
  const char *names[COMMAND_COUNT];
  char name[64];
  size_t count = 0;
  for (int i = 0; i < COMMAND_COUNT; i++)
    if (offered(&commands[i], groups))
      names[count++] = commands[i].name;
  if (what == ':')
    return error_set(error, EXIT_USAGE, "--%s: needs a value", command_of(optopt)->name);
  if (optopt != 0 && optopt < LONG_CSV && !letter_offered(optopt, groups)) {
    int wrong = (unsigned char)optopt;
    snprintf(name, sizeof name, "-%c", wrong);
    if (command_of(wrong))
      return option_of_others(command_of(wrong), name, error);
    return error_set(error, EXIT_USAGE,
                     isgraph(wrong) ? "unknown option '-%c'; see --help"
                                    : "unknown option '-\\x%02x'; see --help",
                     wrong);
  }
  snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="), word + 2);
  for (size_t i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0)
      return error_set(error, EXIT_USAGE, "--%s: takes no value", name);
  if (command_named(name)) {
    char option[sizeof name + 2];
    snprintf(option, sizeof option, "--%s", name);
    return option_of_others(command_named(name), option, error);
  }
  if (names_processes(name) && (groups & OPTIONS_PARTS))
    return error_set(error, EXIT_USAGE, "unknown option '--%s'; " PROCESSES_HINT, name);
  const char *near = suggest(name, names, count);
  return error_set(error, EXIT_USAGE,
                   near ? "unknown option '--%s'; did you mean '--%s'?"
                        : "unknown option '--%s'; see --help",
                   name, near);
}

/* What getopt_long reads, made from our own table. */
struct tables {
  char letters[2 * COMMAND_COUNT + 3];
  struct option longs[COMMAND_COUNT + 1];
};

static void make_tables(unsigned groups, struct tables *tables) {
  char *letter = tables->letters;
  struct option *next = tables->longs;
  *letter++ = '-'; /* getopt returns operands in their place, whatever POSIXLY_CORRECT says */
  *letter++ = ':'; /* getopt returns : for a missing value */
  for (int i = 0; i < COMMAND_COUNT; i++) {
    const struct command *c = &commands[i];
    if (!offered(c, groups))
      continue;
    int has = !c->argument            ? no_argument
              : c->argument[0] == '[' ? optional_argument
                                      : required_argument;
    *next++ = (struct option){c->name, has, NULL, c->letter};
    if (c->letter < 256) {
      *letter++ = (char)c->letter;
      if (c->argument)
        *letter++ = ':';
    }
  }
  *letter = 0;
  *next = (struct option){0};
}

static int64_t default_size(const struct kernel *kernel) {
  if (!kernel->default_size)
    return kernel->size.initial;
  struct machine machine = {.cache_bytes = machine_cache_bytes()};
  int64_t n = kernel->default_size(&machine);
  return n < kernel->size.min ? kernel->size.min : n > kernel->size.max ? kernel->size.max : n;
}

static int finish(struct settings *s, const struct later *later, struct error *error) {
  const struct kernel *kernel = s->kernel;
  options_default(kernel, &s->problem);
  if (later->size && option_parse(&kernel->size, later->size, &s->problem.n, error))
    return error_prefix(error, "--size");
  if (!later->size)
    s->problem.n = default_size(kernel);
  for (int i = 0; i < later->set_count; i++)
    if (options_set(kernel, later->sets[i], &s->problem, error))
      return error_prefix(error, "--set");
  if (s->lock_fraction < 1 && !s->lock)
    return error_set(error, EXIT_USAGE, "--lock-fraction: needs --lock global");
  if (s->switch_ns != LOCK_SWITCH_NS && !s->lock)
    return error_set(error, EXIT_USAGE, "--switch-interval: needs --lock global");
  return 0;
}

static int parse_options(struct settings *s, struct later *later, unsigned groups, int argc,
                         char **argv, struct error *error) {
  struct tables tables;
  int letter;
  make_tables(groups, &tables);
  opterr = 0;
  optind = 0; /* start anew, also in a second call */
  while ((letter = getopt_long(argc, argv, tables.letters, tables.longs, NULL)) != -1) {
    if (letter == '?' || letter == ':')
      return option_error(groups, letter, argv[optind - 1], error);
    if (take_option(s, later, letter, optarg, error))
      return letter == NOT_AN_OPTION ? error->code
                                     : error_prefix(error, "--%s", command_of(letter)->name);
  }
  for (; optind < argc; optind++) /* behind "--" */
    if (take_kernel(s, later, argv[optind], error))
      return error->code;
  return 0;
}

int settings_parse(struct settings *settings, unsigned groups, int argc, char **argv,
                   struct error *error) {
  struct later later = {.sets = calloc((size_t)argc + 1, sizeof *later.sets)};
  *settings = (struct settings){
      .jobs = 1,
      .reps = 10,
      .warmup = 1,
      .threads = 0,
      .lock_fraction = 1,
      .switch_ns = LOCK_SWITCH_NS,
      .overlap = true,
      .work_multiple = 1,
  };
  if (!later.sets)
    return error_set(error, EXIT_MACHINE, "no memory for the arguments");
  if (settings_find_kernel("sumsq", &settings->kernel, error) == 0 &&
      parse_options(settings, &later, groups, argc, argv, error) == 0 &&
      (settings->action == ACTION_RUN || settings->action == ACTION_WORK))
    finish(settings, &later, error);
  free(later.sets);
  return error->code;
}

char *schedule_format(const struct schedule *schedule, char text[48]) {
  int length = snprintf(text, 48, "%s", schedule_names[schedule->kind]);
  if (schedule->chunk > 0)
    snprintf(text + length, 48 - (size_t)length, ",%" PRId64, schedule->chunk);
  return text;
}
