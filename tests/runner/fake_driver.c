/* Stands in for every driver in the tests of the runner: called by a driver's name, with a driver's
 * command line, it behaves as the kernel option `mode` says. The figures it prints are made up:
 * wall_s is the option `wall` (in ms) plus the repetition. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/csv.h"
#include "common/failure.h"
#include "common/samples.h"

static FILE *rows; /* where rows go: standard output, or the file of --csv=FILE */

struct fake_request {
  const char *driver, *kernel, *n, *jobs, *reps, *warmup, *threads, *mode, *options, *note,
      *binding;
  double wall_s;
};

/* The first word that is no option. */
static const char *find_kernel(int argc, char **argv) {
  for (int i = 1; i < argc; i++)
    if (argv[i][0] != '-')
      return argv[i];
  return "";
}

/* As a driver does: for people on standard error, and for sweep as CSV. */
static int refuse(const char *driver, int code, const char *about, const char *message) {
  struct error error = {.code = code};
  snprintf(error.message, sizeof error.message, "%s", message);
  snprintf(error.about, sizeof error.about, "%s", about);
  failure_report_as_csv(false);
  return failure_print(&error, driver);
}

static struct fake_request read_request(int argc, char **argv) {
  const char *slash = strrchr(argv[0], '/');
  struct fake_request request = {.driver = slash ? slash + 1 : argv[0],
                                 .kernel = find_kernel(argc, argv),
                                 .n = "0",
                                 .jobs = "1",
                                 .reps = "1",
                                 .warmup = "0",
                                 .threads = "1",
                                 .mode = "ok",
                                 .options = "",
                                 .note = "",
                                 .binding = "",
                                 .wall_s = 0.001};
  for (int i = 1; i + 1 < argc; i++) {
    const char *value = argv[i + 1];
    if (strcmp(argv[i], "--size") == 0)
      request.n = value;
    else if (strcmp(argv[i], "--jobs") == 0)
      request.jobs = value;
    else if (strcmp(argv[i], "--reps") == 0)
      request.reps = value;
    else if (strcmp(argv[i], "--warmup") == 0)
      request.warmup = value;
    else if (strcmp(argv[i], "--threads") == 0)
      request.threads = value;
    else if (strcmp(argv[i], "--set") == 0 && strncmp(value, "mode=", 5) == 0)
      request.mode = value + 5;
    else if (strcmp(argv[i], "--set") == 0 && strncmp(value, "note=", 5) == 0)
      request.note = value + 5;
    else if (strcmp(argv[i], "--set") == 0 && strncmp(value, "binding=", 8) == 0)
      request.binding = value + 8;
    else if (strcmp(argv[i], "--set") == 0 && strncmp(value, "wall=", 5) == 0)
      request.wall_s = atof(value + 5) * 1e-3;
  }
  return request;
}

static void fail_to_write(const char *driver) {
  char message[200];
  snprintf(message, sizeof message, "--csv: cannot write: %s", strerror(errno));
  _exit(refuse(driver, 3, "", message));
}

/* Whether the driver is of an older version: in a folder whose path ends as FAKE_OLD does. */
static bool is_old;

static void find_age(const char *path) {
  const char *slash = strrchr(path, '/'), *folder = getenv("FAKE_OLD");
  size_t length = folder != NULL ? strlen(folder) : 0;
  is_old = folder != NULL && slash != NULL && (size_t)(slash - path) >= length &&
           strncmp(slash - length, folder, length) == 0;
}

static size_t column_count(void) {
  return is_old ? COLUMN_bound_to : COLUMN_COUNT;
}

static void print_row(const struct fake_request *request, long index, int warmup, int wrong) {
  const char *cells[COLUMN_COUNT] = {NULL};
  const char *started = getenv("FAKE_RANKS"); /* by fake_mpirun.sh */
  const char *ranks = started != NULL ? started : "1";
  char wall[32], rep[32], options[4096], cores[32], work[32];
  snprintf(cores, sizeof cores, "%ld", atol(ranks) * atol(request->threads));
  snprintf(options, sizeof options, "mode=%s;note=%s", request->mode, request->note);
  snprintf(wall, sizeof wall, "%.9f", request->wall_s + (double)index * 1e-6);
  snprintf(rep, sizeof rep, "%ld", index);
  snprintf(work, sizeof work, "%.0f", atof(request->n) * atof(request->n));
  cells[COLUMN_schema] = SAMPLES_SCHEMA;
  cells[COLUMN_run_id] = "to be overwritten";
  cells[COLUMN_kernel] = request->kernel;
  cells[COLUMN_bound] = "compute";
  cells[COLUMN_model] = "fake";
  cells[COLUMN_driver] = request->driver;
  cells[COLUMN_n] = strcmp(request->mode, "other") == 0 ? "424242" : request->n;
  cells[COLUMN_jobs] = request->jobs;
  cells[COLUMN_options] = options;
  cells[COLUMN_cores] = strcmp(request->mode, "cores") == 0 ? "77" : cores;
  cells[COLUMN_threads] = strcmp(request->mode, "threads") == 0 ? "77" : request->threads;
  cells[COLUMN_ranks] = strcmp(request->mode, "ranks") == 0 ? "77" : ranks;
  cells[COLUMN_nodes] = "1";
  cells[COLUMN_binding] = request->binding;
  cells[COLUMN_grain] = "0";
  cells[COLUMN_rep] = rep;
  cells[COLUMN_warmup] = warmup ? "1" : "0";
  cells[COLUMN_wall_s] = strcmp(request->mode, "nan") == 0 ? "nan" : wall;
  cells[COLUMN_work_op] = work;
  cells[COLUMN_value] = wrong ? "41" : "42";
  cells[COLUMN_verify] = cells[COLUMN_status] = wrong ? "wrong" : "ok";
  cells[COLUMN_error] = wrong ? "1" : "0";
  cells[COLUMN_oversubscribed] = "0";
  cells[COLUMN_hosts] = getenv("FAKE_HOST") != NULL ? getenv("FAKE_HOST") : "fake";
  cells[COLUMN_work_unit] = "squares";
  cells[COLUMN_build_warning] = getenv("FAKE_BUILD_WARNING");
  if (csv_write(rows, cells, column_count()) != 0 || fflush(rows) != 0)
    fail_to_write(request->driver);
}

static void print_rows(const struct fake_request *request, int wrong) {
  csv_write(rows, samples_names, column_count());
  for (long i = 0; i < atol(request->warmup); i++)
    print_row(request, i, 1, 0);
  long reps = atol(request->reps) - (strcmp(request->mode, "fewer") == 0);
  for (long i = 0; i < reps; i++)
    print_row(request, i, 0, wrong && i == reps - 1);
  if (fflush(rows) != 0)
    fail_to_write(request->driver);
}

/* Appends the number of this process to the file that FAKE_PIDS names. */
static void print_pid(void) {
  char line[32];
  const char *path = getenv("FAKE_PIDS");
  int file = path == NULL ? -1 : open(path, O_WRONLY | O_APPEND | O_CREAT, 0666);
  int length = snprintf(line, sizeof line, "%d\n", (int)getpid());
  if (file < 0 || write(file, line, (size_t)length) != length)
    _exit(99);
  close(file);
}

/* Never ends by itself, nor does its child, which has left the process group and minds no SIGTERM.
 */
static void hang(void) {
  if (fork() == 0) {
    setpgid(0, 0);
    signal(SIGTERM, SIG_IGN);
  }
  print_pid();
  for (;;)
    pause();
}

/* Crashes or waits forever when it is started for the first time, which the file `note` records. */
static int misbehave_once(const struct fake_request *request) {
  if (open(request->note, O_WRONLY | O_CREAT | O_EXCL, 0666) >= 0) {
    if (strcmp(request->mode, "flaky") == 0)
      raise(SIGABRT);
    for (;;)
      pause();
  }
  print_rows(request, 0);
  return 0;
}

static int misbehave(const struct fake_request *request) {
  const char *mode = request->mode;
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  if (strcmp(mode, "crash") == 0)
    raise(SIGABRT);
  if (strcmp(mode, "flaky") == 0 || strcmp(mode, "stall") == 0)
    return misbehave_once(request);
  if (strcmp(mode, "kill") == 0)
    raise(SIGKILL);
  if (strcmp(mode, "hang") == 0)
    hang();
  if (strcmp(mode, "sleep") == 0) {
    print_pid();
    sleep(600);
  }
  if (strcmp(mode, "garbage") == 0)
    fputs("\x01\xff what, \"is\" this?\n", rows);
  if (strcmp(mode, "empty") == 0 || strcmp(mode, "garbage") == 0)
    return 0;
  if (strcmp(mode, "header") == 0) {
    fputs("schema,run_id,wall_s\n1,2,3\n", rows);
    return 0;
  }
  if (strcmp(mode, "half") == 0) {
    print_rows(request, 0);
    fprintf(rows, "%s,,,,%s,compute", SAMPLES_SCHEMA, request->kernel);
    return 0;
  }
  if (strcmp(mode, "wrong") == 0) {
    print_rows(request, 1);
    fprintf(stderr, "%s: %s: the value is 41, not 42\n", request->driver, request->kernel);
    return 1;
  }
  if (strcmp(mode, "library") == 0) { /* as libgomp ends a program that it can give no thread */
    print_rows(request, 0);
    fprintf(stderr, "%s: libgomp: Thread creation failed\n", request->driver);
    return 1;
  }
  if (strcmp(mode, "stdout") == 0) /* knows no file: rows between lines of others */
    rows = stdout;
  if (strcmp(mode, "chatter") == 0 || strcmp(mode, "stdout") == 0) {
    fputs("module: loading\x01 \"x86/2026\n", stdout);
    print_rows(request, 0);
    fputs("1 file copied\n[1,0]<stdout>: done\n", stdout);
    return 0;
  }
  if (strcmp(mode, "machine") == 0) {
    /* what stands on standard error is not read, even with the driver's name before it */
    fprintf(stderr, "%s: a library's advice\n", request->driver);
    return refuse(request->driver, 3, "", "state needs 9.9 TiB,\tbut only 1.0 GiB is available");
  }
  if (strcmp(mode, "usage") == 0) {
    char message[200];
    snprintf(message, sizeof message, "unknown kernel '%s'", request->kernel);
    return refuse(request->driver, 2, "kernel", message);
  }
  print_rows(request, 0);
  return 0;
}

/* --work: a problem of size n has n^2 operations, 8 n bytes, and n bytes of memory in each
 * part. The size of F times the work is looked for one by one, and may be one too small. The kernel
 * "waits" mostly waits. */
static int print_work(const struct fake_request *request, const char *list) {
  if (strcmp(request->mode, "nowork") == 0) {
    return refuse("serial_driver", 2, "", "--work: it is not known");
  }
  if (getenv("FAKE_CHATTER") != NULL)
    puts("hello from a start-up script, \"all\" is well");
  puts("n,jobs,parts,factor,size,met,work_op,work_byte,work_traffic_byte,work_message,memory_byte,"
       "bound");
  for (const char *at = list; at != NULL; at = strchr(at, ',')) {
    double n = 0, jobs = 1, parts = 1, factor = 1, size;
    const char *star = strpbrk(at += *at == ',', "*,");
    sscanf(at, "%lf:%lf:%lf", &n, &jobs, &parts);
    if (star != NULL && *star == '*')
      factor = atof(star + 1);
    for (size = n; factor > 1 && (size + 1) * (size + 1) <= factor * n * n; size++)
      ;
    printf("%.0f,%.0f,%.0f,%.17g,%.0f,%.6f,%.0f,%.0f,%.0f,0,%.0f,%s\n", n, jobs, parts, factor,
           size, size * size / (factor * n * n), size * size * jobs, 8 * size * jobs,
           8 * size * jobs, size * parts,
           strcmp(request->kernel, "waits") == 0 ? "wait" : "compute");
  }
  return 0;
}

/* --build: how it was made, if FAKE_BUILD says so, with the folder of this program, or if
 * FAKE_BUILD_WARNING does. */
static int print_build(const char *path) {
  const char *version = getenv("FAKE_BUILD"), *warning = getenv("FAKE_BUILD_WARNING");
  if (version == NULL && warning == NULL)
    return 2; /* as a driver of an older version */
  if (getenv("FAKE_CHATTER") != NULL)
    puts("Loading module: gcc");
  if (warning != NULL)
    printf("build_warning: %s\n", warning);
  if (version != NULL)
    printf("version: %s\ncompiler: made of %s\ngit_dirty: true\nsanitizers: \n", version, path);
  return 0;
}

/* --print-options: those that sweep may give. An older version has not this one, nor some others;
 * a younger one, with FAKE_LACKS, has all but that one. */
static int print_options(void) {
  static const char *const options[] = {"--bind",  "--time-limit",    "--schedule",
                                        "--lock",  "--lock-fraction", "--switch-interval",
                                        "--tasks", "--in-flight"};
  const char *lacks = getenv("FAKE_LACKS");
  if (getenv("FAKE_CHATTER") != NULL)
    puts("Loading module: gcc");
  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (lacks == NULL || strcmp(options[i], lacks) != 0)
      printf("%s\t\tVALUE\t\n", options[i]);
  return 0;
}

/* Ends an older version with its usage error, for an option that it does not know. */
static void refuse_new_options(int argc, char **argv) {
  static const char *const unknown[] = {"--bind", "--time-limit", "--print-options", "--build"};
  for (int i = 1; i < argc; i++)
    for (size_t k = 0; k < sizeof unknown / sizeof *unknown; k++)
      if (is_old && strcmp(argv[i], unknown[k]) == 0) {
        fprintf(stderr, "%s: no option '%s'\n", argv[0], argv[i]);
        exit(2);
      }
}

/* Rows go where --csv=FILE says. */
static void open_rows(int argc, char **argv) {
  rows = stdout;
  for (int i = 1; i < argc; i++)
    if (strncmp(argv[i], "--csv=", 6) == 0)
      rows = fopen(argv[i] + 6, "a");
  if (rows == NULL)
    fail_to_write(argv[0]);
}

/* --work alone: whether the driver knows the kernel and its options. The kernel "no_<driver>" is
 * one that this driver does not know, the mode "unknown" a value that it refuses. */
static int check_kernel(const char *program, const char *kernel,
                        const struct fake_request *request) {
  const char *slash = strrchr(program, '/'), *driver = slash != NULL ? slash + 1 : program;
  char message[200];
  snprintf(message, sizeof message, "unknown kernel '%s'; --list lists them", kernel);
  if (strncmp(kernel, "no_", 3) == 0 && strncmp(kernel + 3, driver, strlen(kernel + 3)) == 0)
    return refuse(driver, EXIT_USAGE, "kernel", message);
  if (strcmp(request->mode, "unknown") == 0)
    return refuse(driver, EXIT_USAGE, "option mode",
                  "--set: mode: 'unknown': expected one of crash, hang");
  return EXIT_SUCCESS;
}

int main(int argc, char **argv) {
  struct fake_request request = read_request(argc, argv);
  const char *warning = getenv("FAKE_BUILD_WARNING");
  find_age(argv[0]);
  refuse_new_options(argc, argv);
  open_rows(argc, argv);
  if (argc == 2 && strcmp(argv[1], "--print-options") == 0)
    return print_options();
  if (argc == 2 && strcmp(argv[1], "--build") == 0)
    return print_build(argv[0]);
  for (int i = 1; i < argc; i++)
    if (strncmp(argv[i], "--work=", 7) == 0)
      return print_work(&request, argv[i] + 7);
  for (int i = 1; i < argc; i++)
    if (strcmp(argv[i], "--work") == 0)
      return check_kernel(argv[0], request.kernel, &request);
  if (warning != NULL)
    fprintf(stderr, "%s: warning: not a release build: %s\n", request.driver, warning);
  return misbehave(&request);
}
