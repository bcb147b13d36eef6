#include "drivers/settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/number.h"
#include "common/suggest.h"
#include "drivers/machine.h"
#include "engine/lock.h"
#include "engine/options.h"

enum { MOST_NAMES = 64 };
#define MOST (INT64_C(1) << 40)

/* What has been read of the command line; `--set` is interpreted when the kernel is known. */
static struct given {
  struct settings settings;
  bool list, build;
  const char *kernel; /* as named outside the options */
  const char *size;
  const char **sets;
  int set_count;
} given;

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
  error_set(error, EXIT_USAGE,
            near ? "unknown kernel '%s'; did you mean '%s'?"
                 : "unknown kernel '%s'; --list lists them",
            name, near);
  strcpy(error->about, "kernel");
  return error->code;
}

/* ---- the values of single options ---- */

static int take_kernel(const char *name, struct error *error) {
  struct settings *s = &given.settings;
  if (given.kernel)
    return error_set(error, EXIT_USAGE, "'%s': one kernel only", name);
  given.kernel = name;
  if (settings_find_kernel(name, &s->kernel, error) == 0)
    return 0;
  /* an optional value stands behind a '=' alone */
  if (s->csv && !s->csv_file && strpbrk(name, "./"))
    return error_set(error, EXIT_USAGE, "no kernel '%s'; did you mean --csv=%s?", name, name);
  return error->code;
}

/* The number of processes is the launcher's to set, where programs often have an option for it. */
#define PROCESSES_HINT "the launcher sets the number of processes: mpirun -np N ./mpi_driver"

static const char *processes_hint(const char *name) {
  static const char *const names[] = {"np",    "nprocs", "ranks", "processes",
                                      "procs", "ntasks", "cores"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strcmp(names[i], name) == 0)
      return PROCESSES_HINT;
  return NULL;
}

static int take_size(const char *text, struct error *error) {
  given.size = text;
  return strcmp(text, "p") == 0 ? error_set(error, EXIT_USAGE, "'p': " PROCESSES_HINT) : 0;
}

static int take_set(const char *text, struct error *error) {
  (void)error;
  given.sets[given.set_count++] = text;
  return 0;
}

static int take_schedule(const char *text, struct error *error) {
  struct schedule *schedule = &given.settings.schedule;
  return schedule_parse(text, &schedule->kind, &schedule->chunk, error);
}

static int take_bind(const char *text, struct error *error) {
  unsigned kind = BIND_CORE;
  cli_choose(text, bind_names, &kind, error);
  given.settings.bind = (struct bind_request){(enum bind_kind)kind, .given = true};
  return error->code;
}

static int take_csv(const char *text, struct error *error) {
  given.settings.csv = true;
  given.settings.csv_file = text;
  return text && !*text ? error_set(error, EXIT_USAGE, "'': expected a file's name") : 0;
}

static int take_describe(const char *text, struct error *error) {
  given.settings.action = ACTION_DESCRIBE;
  return take_kernel(text, error);
}

static int take_work(const char *text, struct error *error) {
  (void)error;
  given.settings.action = ACTION_WORK;
  given.settings.work = text;
  return 0;
}

/* ---- the table ---- */

static const struct cli_option options[] = {
    {"size", 'n', "N", "problem size: " NUMBER_FORMS, .take = take_size},
    {"jobs", 'j', "J", "number of independent problems, distributed over the workers (1)",
     .count = &given.settings.jobs, .min = 1, .max = MOST},
    {"set", 's', "NAME=VALUE", "an option of the kernel; repeatable; see --describe",
     .take = take_set},
    {"reps", 'r', "R", "timed repetitions (10)", .count = &given.settings.reps, .min = 1,
     .max = MOST},
    {"warmup", 'w', "W", "untimed repetitions first (1)", .count = &given.settings.warmup,
     .max = MOST},
    {"grain", 'g', "G",
     "units in a range (0: one range for each worker); with a fixed grain the result is bitwise "
     "reproducible in every model",
     .count = &given.settings.grain, .max = INT64_MAX / 4},
    {"threads", 't', "T",
     "OpenMP threads in each process (omp_driver: OMP_NUM_THREADS, or one on each core; "
     "mpi_driver: 1)",
     "Execution", .count = &given.settings.threads, RANGE_THREADS, .of = OPTIONS_THREADS},
    {"bind", 0, "UNIT",
     "bind each worker to a core or hwthread of its own, or to the NUMA node of its core (numa), "
     "among the CPUs that the processes of a host were started with; none: do not bind (core, "
     "unless OMP_PROC_BIND or OMP_PLACES is set)",
     "Execution", .take = take_bind, .words = bind_names, .of = OPTIONS_THREADS},
    {"schedule", 0, "KIND[,G]", "static, dynamic or guided; G ranges at a time (static)",
     "Execution", .take = take_schedule, .words = schedule_names, .of = OPTIONS_THREADS},
    {"lock", 0, "KIND", "none, or global: only the holder of one lock computes (none)", "Execution",
     .flag = &given.settings.lock, .words = CLI_WORDS(LOCK_NONE, LOCK_GLOBAL), .of = OPTIONS_LOCK},
    {"lock-fraction", 0, "F", "share of each worker's ranges computed under the lock, 0 to 1 (1)",
     "Execution", .real = &given.settings.lock_fraction, RANGE_LOCK_FRACTION, .of = OPTIONS_LOCK},
    {"switch-interval", 0, "D",
     "time after which a waiting thread requests the lock from its holder (5ms)", "Execution",
     .duration_ns = &given.settings.switch_ns, RANGE_SWITCH_NS, .of = OPTIONS_LOCK},
    {"tasks", 'k', "K",
     "number of cooperative tasks (0: one for each unit if units wait, 16 if they compute)",
     "Execution", .count = &given.settings.tasks, RANGE_TASKS, .of = OPTIONS_TASKS},
    {"in-flight", 0, "M", "maximum number of waits in flight (0: no limit)", "Execution",
     .count = &given.settings.in_flight, RANGE_TASKS, .of = OPTIONS_TASKS},
    {"overlap", 0, "on|off", "overlap the transfer of neighbours' data with computation (on)",
     "Execution", .flag = &given.settings.overlap, .words = CLI_WORDS("off", "on"),
     .of = OPTIONS_PARTS},
    {"time-limit", 0, "D",
     "exit after D, or when the parent process has ended, and remove shared memory, even if the "
     "launcher cannot reach this process (0: no limit)",
     "Execution", .duration_ns = &given.settings.time_limit_ns,
     .max = INT64_C(365) * 86400 * 1000000000, .of = OPTIONS_PARTS},
    {"csv", 0, "[FILE]",
     "print the samples as CSV instead of a summary, to standard output or appended to FILE",
     "Output", .take = take_csv},
    {"list", 0, NULL, "list the kernels", "Information", .flag = &given.list},
    {"describe", 0, "KERNEL", "print a kernel's options, oracle and phases", "Information",
     .take = take_describe},
    {"work", 0, "[LIST]",
     "print the kernel's work model as CSV: operations, bytes, messages, memory; LIST: "
     "N[:JOBS[:PARTS]][*F],... where *F is the size with F times the work of N",
     "Information", .take = take_work},
    {"work-by", 0, "WHAT", "the work that *F multiplies: operations, bytes or memory (operations)",
     "Information", .choice = &given.settings.work_by, .words = work_measure_names},
    {"work-multiple", 0, "M", "sizes for *F are multiples of M (1)", "Information",
     .count = &given.settings.work_multiple, .min = 1, .max = MOST},
    {"build", 0, NULL, "print how the program was built", "Information", .flag = &given.build},
    {0},
};

struct cli settings_cli(const struct driver_facts *driver, const char *summary,
                        const char *examples) {
  static struct cli_part drivers[DRIVERS + 1];
  for (int i = 0; i < DRIVERS; i++)
    drivers[i] = (struct cli_part){driver_list[i].name, driver_list[i].options};
  return (struct cli){
      .program = driver->name,
      .usage = "[OPTION]... [KERNEL]",
      .summary = summary,
      .options = options,
      .notes = "KERNEL defaults to sumsq.",
      .examples = examples,
      .status = "0 verified; 1 verification failed; 2 usage or input error;\n3 system error "
                "(memory, file, MPI)",
      .parts = drivers,
      .part = driver->options,
      .operand = take_kernel,
      .hint = (driver->options & OPTIONS_PARTS) != 0 ? processes_hint : NULL,
  };
}

/* ---- the whole ---- */

static int64_t default_size(const struct kernel *kernel) {
  if (!kernel->default_size)
    return kernel->size.initial;
  struct machine machine = {.cache_bytes = machine_cache_bytes()};
  int64_t n = kernel->default_size(&machine);
  return n < kernel->size.min ? kernel->size.min : n > kernel->size.max ? kernel->size.max : n;
}

/* Whether the user has given the problem's number of rounds: by --size, or by --set NAME=VALUE. */
static bool are_rounds_given(struct settings *s) {
  const struct kernel_option *kernel_options = s->kernel->options;
  const int64_t *rounds = s->kernel->rounds ? s->kernel->rounds(&s->problem) : NULL;
  bool found = rounds == &s->problem.n && given.size;
  for (int i = 0; i < given.set_count; i++)
    for (int k = 0; kernel_options && kernel_options[k].name; k++) {
      size_t length = strlen(kernel_options[k].name);
      found |= rounds == &s->problem.value[k] &&
               strncmp(given.sets[i], kernel_options[k].name, length) == 0 &&
               given.sets[i][length] == '=';
    }
  return found;
}

/* Applies the options of the kernel and checks that options agree. */
static int finish(struct settings *s, struct error *error) {
  const struct kernel *kernel = s->kernel;
  options_default(kernel, &s->problem);
  if (given.size && option_parse(&kernel->size, given.size, &s->problem.n, error))
    return error_prefix(error, "--size");
  if (!given.size)
    s->problem.n = default_size(kernel);
  for (int i = 0; i < given.set_count; i++)
    if (options_set(kernel, given.sets[i], &s->problem, error))
      return error_prefix(error, SET_OPTION);
  s->rounds_given = are_rounds_given(s);
  if (s->lock_fraction < 1 && !s->lock)
    return error_set(error, EXIT_USAGE, "--lock-fraction: needs --lock global");
  if (s->switch_ns != LOCK_SWITCH_NS && !s->lock)
    return error_set(error, EXIT_USAGE, "--switch-interval: needs --lock global");
  return 0;
}

int settings_parse(struct settings *settings, const struct cli *cli, int argc, char **argv,
                   struct error *error) {
  struct settings *s = &given.settings;
  given = (struct given){
      .settings = {.jobs = 1,
                   .reps = 10,
                   .warmup = 1,
                   .lock_fraction = 1,
                   .switch_ns = LOCK_SWITCH_NS,
                   .overlap = true,
                   .work_multiple = 1},
      .sets = calloc((size_t)argc + 1, sizeof *given.sets),
  };
  if (!given.sets)
    return error_set(error, EXIT_MACHINE, "no memory for the arguments");
  if (settings_find_kernel("sumsq", &s->kernel, error) == 0 &&
      cli_parse(cli, argc, argv, &s->request, error) == 0 && s->request == CLI_RUN) {
    if (given.list || given.build)
      s->action = given.list ? ACTION_LIST : ACTION_BUILD;
    if (s->action == ACTION_RUN || s->action == ACTION_WORK)
      finish(s, error);
  }
  free(given.sets);
  *settings = *s;
  return error->code;
}

char *schedule_format(const struct schedule *schedule, char text[48]) {
  int length = snprintf(text, 48, "%s", schedule_names[schedule->kind]);
  if (schedule->chunk > 0)
    snprintf(text + length, 48 - (size_t)length, ",%" PRId64, schedule->chunk);
  return text;
}
