/* The command lines of the programs in this folder. */
#ifndef QUARTET_BENCH_ARGUMENTS_H
#define QUARTET_BENCH_ARGUMENTS_H

#include <stdint.h>

/* One option. Exactly one of count, duration_ns, flag, real and text is set, to where its value
 * goes; what is there before is the default. */
struct argument {
  const char *name; /* "reps" is --reps; NULL ends a table; at most ARGUMENTS_MAX - 1 */
  int letter;       /* 'r' is -r */
  int64_t *count;   /* a whole number as the drivers read it */
  int64_t *duration_ns;
  int64_t *flag; /* takes no value, sets 1 */
  double *real;
  const char **text;
  int64_t min, max; /* of a count or a duration */
  const char *help; /* one line */
};

enum { ARGUMENTS_MAX = 16 };

/* Reads the options; there may be nothing else. --help and usage errors end the program here (0,
 * 2). usage: the lines for --help before and after the options' own. */
void arguments_read(const struct argument *arguments, const char *summary, const char *examples,
                    int argc, char **argv);

#endif
