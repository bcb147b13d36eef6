/* report: from samples.csv to tables of medians, intervals, speedups and verdicts. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "analysis/cells.h"
#include "analysis/table.h"
#include "common/error.h"

static const char help[] =
    "Usage: report [--baseline DRIVER] RESULTS\n"
    "\n"
    "RESULTS is a folder that `sweep run` has written, or a samples.csv. Prints a table for each\n"
    "kernel, size, number of jobs and options: median wall time, its 95 % interval over launches,\n"
    "speedup over the base, what the oracle says, and which model won.\n"
    "\n"
    "  -b, --baseline DRIVER  what the speedups are over (serial_driver)\n"
    "  -h, --help             this text\n"
    "  -V, --version          the version\n"
    "\n"
    "Exit: 0 done; 2 bad usage or not a samples.csv; 3 it could not be read.\n"
    "\n"
    "Examples:\n"
    "  report results/quick\n"
    "  report --baseline omp_driver results/quick/samples.csv\n";

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

static int print_report(const char *results, const char *baseline) {
  struct error error = {0};
  struct cells cells = {0};
  char *path = samples_path(results);
  if (path == NULL)
    error_set(&error, EXIT_MACHINE, "out of memory");
  else
    cells_read(&cells, path, &error);
  if (error.code != 0) {
    error_print(&error, "report");
  } else {
    for (size_t i = 0; i < cells.group_count; i++)
      table_print(&cells.groups[i], baseline);
    printf("All %ld rows: %s\n", cells.rows, path);
    if (fflush(stdout) != 0 || ferror(stdout))
      error_print((error_set(&error, EXIT_MACHINE, "cannot write"), &error), "report");
  }
  cells_free(&cells);
  free(path);
  return error.code;
}

int main(int argc, char **argv) {
  static const struct option options[] = {{"baseline", required_argument, NULL, 'b'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'V'},
                                          {NULL, 0, NULL, 0}};
  const char *baseline = "serial_driver";
  for (int option; (option = getopt_long(argc, argv, "b:hV", options, NULL)) != -1;)
    switch (option) {
    case 'b':
      baseline = optarg;
      break;
    case 'h':
      fputs(help, stdout);
      return EXIT_SUCCESS;
    case 'V':
      puts("report (Quartet) " QUARTET_VERSION);
      return EXIT_SUCCESS;
    default: /* getopt has told what is wrong */
      fputs("Try 'report --help'.\n", stderr);
      return EXIT_USAGE;
    }
  if (argc - optind != 1) {
    fprintf(stderr, "report: %s\nTry 'report --help'.\n",
            argc == optind ? "no results are named" : "more than one folder is named");
    return EXIT_USAGE;
  }
  return print_report(argv[optind], baseline);
}
