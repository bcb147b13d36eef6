/* report: from samples.csv to tables of medians, intervals, speedups and verdicts, and to files for
 * other programs. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/cells.h"
#include "analysis/export.h"
#include "analysis/table.h"
#include "analysis/weak.h"
#include "common/error.h"

static const char help[] =
    "Usage: report [--baseline DRIVER] [--weak] RESULTS\n"
    "  or:  report --export FORMAT RESULTS\n"
    "Prints the tables of a run, or writes its samples for another program.\n"
    "\n"
    "RESULTS is a folder that `sweep run` has written, or a samples.csv. There is a table for "
    "each\n"
    "kernel, size, number of jobs and options: median wall time, its 95 % interval over launches,\n"
    "speedup over the base, what the oracle says, and which model won.\n"
    "\n"
    "Options:\n"
    "  -b, --baseline DRIVER  what the speedups are over (serial_driver)\n"
    "  -w, --weak             after them, the efficiency of weak scaling: of each way on more and\n"
    "                         more cores, with as much work for each\n"
    "  -e, --export FORMAT    no table: the verified, timed repetitions, to standard output\n"
    "  -h, --help             this text\n"
    "  -V, --version          the version\n"
    "\n"
    "Formats:\n"
    "  google-benchmark  the JSON of Google Benchmark, for its compare.py\n"
    "  extra-p           JSON lines for Extra-P, which fits models\n"
    "\n"
    "Exit status: 0 done; 2 bad usage or not a samples.csv; 3 it could not be read.\n"
    "\n"
    "Examples:\n"
    "  report results/quick\n"
    "  report --baseline omp_driver results/quick/samples.csv\n"
    "  report --weak results/weak_scaling\n"
    "  report --export google-benchmark results/quick >quick.json\n"
    "  report --export extra-p results/quick >quick.jsonl\n";

/* The file that RESULTS means, in memory that the caller frees. */
static char *samples_path(const char *results) {
  struct stat status;
  char *path = NULL;
  size_t length = strlen(results);
  int folder = stat(results, &status) == 0 && S_ISDIR(status.st_mode);
  int slash = length > 0 && results[length - 1] == '/';
  if (asprintf(&path, folder ? (slash ? "%ssamples.csv" : "%s/samples.csv") : "%s", results) < 0)
    return NULL;
  return path;
}

static int check_output(struct error *error) {
  if (fflush(stdout) == 0 && !ferror(stdout))
    return 0;
  return error_set(error, EXIT_MACHINE, "cannot write to standard output: %s", strerror(errno));
}

static int print_weak(const char *path, struct error *error) {
  struct series_set set;
  if (series_read(&set, path, error) == 0)
    weak_print(&set);
  series_free(&set);
  return error->code;
}

static int print_tables(const char *path, const char *baseline, bool weak, struct error *error) {
  struct cells cells;
  if (cells_read(&cells, path, error) == 0) {
    for (size_t i = 0; i < cells.group_count; i++)
      table_print(&cells.groups[i], baseline);
    if (weak && print_weak(path, error) != 0)
      goto done;
    printf("All %ld rows: %s\n", cells.rows, path);
    check_output(error);
  }
done:
  cells_free(&cells);
  return error->code;
}

struct arguments {
  const char *baseline, *format; /* NULL: not given */
  const char *results;
  bool weak;
};

static int report(const struct arguments *arguments, struct error *error) {
  const char *baseline = arguments->baseline != NULL ? arguments->baseline : "serial_driver";
  const struct export_format *format = NULL;
  if (arguments->format != NULL && (format = export_find(arguments->format, error)) == NULL)
    return error->code;
  char *path = samples_path(arguments->results);
  if (path == NULL)
    error_set(error, EXIT_MACHINE, "out of memory");
  else if (format == NULL)
    print_tables(path, baseline, arguments->weak, error);
  else if (format->write(stdout, path, error) == 0)
    check_output(error);
  free(path);
  return error->code;
}

static int bad_usage(const char *what) {
  if (what != NULL) /* else getopt has told it */
    fprintf(stderr, "report: %s\n", what);
  fputs("Try 'report --help'.\n", stderr);
  return EXIT_USAGE;
}

/* Reads the command line. Returns -1 to go on, or an exit code. */
static int read_arguments(struct arguments *arguments, int argc, char **argv) {
  static const struct option options[] = {{"baseline", required_argument, NULL, 'b'},
                                          {"export", required_argument, NULL, 'e'},
                                          {"weak", no_argument, NULL, 'w'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'V'},
                                          {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "b:e:whV", options, NULL)) != -1;)
    switch (option) {
    case 'b':
      arguments->baseline = optarg;
      break;
    case 'e':
      arguments->format = optarg;
      break;
    case 'w':
      arguments->weak = true;
      break;
    case 'h':
      fputs(help, stdout);
      return EXIT_SUCCESS;
    case 'V':
      puts("report (Quartet) " QUARTET_VERSION);
      return EXIT_SUCCESS;
    default:
      return bad_usage(NULL);
    }
  if (argc - optind != 1)
    return bad_usage(argc == optind ? "no results are named" : "more than one folder is named");
  if (arguments->baseline != NULL && arguments->format != NULL)
    return bad_usage("--baseline is of the table; an export has none");
  if (arguments->weak && arguments->format != NULL)
    return bad_usage("--weak is of the tables; an export has none");
  arguments->results = argv[optind];
  return -1;
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct arguments arguments = {0};
  int code = read_arguments(&arguments, argc, argv);
  if (code >= 0)
    return code;
  if (report(&arguments, &error) != 0)
    error_print(&error, "report");
  return error.code;
}
