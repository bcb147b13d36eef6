/* What the programs in this folder share: the command line, and one measured time per repetition
 * as they print it. */
#ifndef QUARTET_BENCH_SAMPLE_H
#define QUARTET_BENCH_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cli.h"
#include "common/stats.h"

/* The first call of a main. Reads the options, into what the table points to; there are no
 * operands. --help and usage errors end the program here (0, 2). summary, examples: see struct
 * cli. */
void sample_begin(const char *program, const struct cli_option *options, const char *summary,
                  const char *examples, int argc, char **argv);

/* Sorts the times. Prints their median with its 95 % interval after `what`, or with bare the median
 * alone, in seconds, for a script. */
void sample_print(const char *what, double *seconds, size_t count, bool bare);

/* "31.2 ns [30.9 ns, 32.0 ns]" of sorted times; without brackets if there are too few times. */
enum { SAMPLE_TEXT = 160 };
char *sample_format(const double *sorted_s, size_t count, char text[SAMPLE_TEXT]);

/* The same of a median in seconds and its interval; NaN bounds: no interval. */
char *sample_format_interval(const struct interval *interval_s, char text[SAMPLE_TEXT]);

#endif
