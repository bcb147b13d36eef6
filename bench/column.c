/* Reads a driver's rows on standard input and prints the median of a column over the timed
 * repetitions: one launch's result, for the scripts in this folder. Or the mean or the minimum,
 * where that is what a peer reports of its own repetitions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cli.h"
#include "common/csv.h"
#include "common/number.h"
#include "common/protocol.h"
#include "common/samples.h"
#include "common/stats.h"
#include "common/streams.h"

enum { REPETITIONS_MAX = 100000 };

/* Takes one row's value, if it is a timed repetition that went well. */
static int take(const struct csv_reader *reader, int column, double *values, size_t *count,
                struct error *error) {
  if (reader->count != COLUMN_COUNT)
    return error_set(error, EXIT_USAGE, "line %ld: %zu cells, expected %d", reader->line,
                     reader->count, (int)COLUMN_COUNT);
  if (strcmp(reader->cells[COLUMN_warmup], "0") != 0)
    return 0;
  if (strcmp(reader->cells[COLUMN_status], status_names[STATUS_OK]) != 0)
    return error_set(error, EXIT_WRONG, "line %ld: status %s", reader->line,
                     reader->cells[COLUMN_status]);
  if (*count == REPETITIONS_MAX)
    return error_set(error, EXIT_USAGE, "more than %d repetitions", (int)REPETITIONS_MAX);
  return real_parse(reader->cells[column], -HUGE_VAL, HUGE_VAL, &values[(*count)++], error);
}

enum column_summary { MEDIAN, MEAN, LEAST };

static double summarise(enum column_summary summary, double *values, size_t count) {
  double sum = 0;
  stats_sort(values, count);
  for (size_t i = 0; i < count; i++)
    sum += values[i];
  return summary == MEDIAN ? stats_median(values, count)
         : summary == MEAN ? sum / (double)count
                           : values[0];
}

static int column = -1;

static int take_column(const char *word, struct error *error) {
  column = samples_column(word);
  return column < 0 ? error_set(error, EXIT_USAGE, "unknown column '%s'", word) : 0;
}

int main(int argc, char **argv) {
  static double values[REPETITIONS_MAX];
  struct csv_reader reader = {.file = stdin, .name = "standard input"};
  struct error error = {0};
  size_t count = 0;
  bool median = false, mean = false, least = false;
  int more = 1;
  const struct cli_option options[] = {
      {"median", 0, NULL, "print the median (the default)", .flag = &median},
      {"mean", 0, NULL, "print the mean", .flag = &mean},
      {"least", 0, NULL, "print the minimum", .flag = &least},
      {0},
  };
  const struct cli cli = {
      .program = "bench_column",
      .usage = "[OPTION] COLUMN",
      .summary = "Prints the median of a column over the timed repetitions. It reads the rows of "
                 "samples.csv from standard input.",
      .options = options,
      .examples = "  serial_driver --csv | bench_column wall_s\n",
      .operand = take_column,
  };
  streams_hold();
  int code = cli_read(&cli, argc, argv);
  if (code >= 0)
    return streams_finish("bench_column", code);
  if (column < 0)
    return cli_refuse(&cli, &error, "no column is named"), error_print(&error, "bench_column");
  csv_read(&reader, &error); /* the header */
  while (!error.code && (more = csv_read(&reader, &error)) == 1)
    take(&reader, column, values, &count, &error);
  csv_close(&reader);
  if (!error.code && count == 0)
    error_set(&error, EXIT_USAGE, "no timed repetition to read");
  if (error.code)
    return error_print(&error, "bench_column");
  printf("%.12g\n", summarise(mean ? MEAN : least ? LEAST : MEDIAN, values, count));
  return streams_finish("bench_column", 0);
}
