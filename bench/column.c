/* Reads a driver's rows on standard input and prints the median of a column over the timed
 * repetitions: one launch's result, for the scripts in this folder. Or the mean or the minimum,
 * where that is what a peer reports of its own repetitions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

enum column_summary { MEDIAN, MEAN, LEAST, SUMMARIES };

/* SUMMARIES if the name is unknown. */
static enum column_summary summary_named(const char *word) {
  static const char *const words[] = {"--median", "--mean", "--least"};
  int i = 0;
  while (i < SUMMARIES && strcmp(words[i], word) != 0)
    i++;
  return (enum column_summary)i;
}

static double summarise(enum column_summary summary, double *values, size_t count) {
  double sum = 0;
  stats_sort(values, count);
  for (size_t i = 0; i < count; i++)
    sum += values[i];
  return summary == MEDIAN ? stats_median(values, count)
         : summary == MEAN ? sum / (double)count
                           : values[0];
}

int main(int argc, char **argv) {
  static double values[REPETITIONS_MAX];
  struct csv_reader reader = {.file = stdin, .name = "standard input"};
  struct error error = {0};
  size_t count = 0;
  enum column_summary summary = argc == 3 ? summary_named(argv[1]) : MEDIAN;
  int column = argc == 2 || argc == 3 ? samples_column(argv[argc - 1]) : -1, more = 1;
  streams_hold();
  if (column < 0 || summary == SUMMARIES) {
    fputs(
        "Usage: serial_driver --csv | bench_column [--median|--mean|--least] COLUMN\n"
        "Prints the median of a column over the timed repetitions, or their mean or least value.\n",
        stderr);
    return EXIT_USAGE;
  }
  csv_read(&reader, &error); /* the header */
  while (!error.code && (more = csv_read(&reader, &error)) == 1)
    take(&reader, column, values, &count, &error);
  csv_close(&reader);
  if (!error.code && count == 0)
    error_set(&error, EXIT_USAGE, "no timed repetition to read");
  if (error.code)
    return error_print(&error, "bench_column");
  printf("%.12g\n", summarise(summary, values, count));
  return streams_finish("bench_column", 0);
}
