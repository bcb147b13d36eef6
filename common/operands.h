/* A command line's options and operands, in any order. getopt_long() alone stops at the first
 * operand where POSIXLY_CORRECT is set in the environment, as some shells and clusters do. */
#ifndef QUARTET_OPERANDS_H
#define QUARTET_OPERANDS_H

#include <getopt.h>
#include <stddef.h>

/* The words of a command line that are no options and no values of options; they point into argv.
 * Zero it first; free(items) in the end. */
struct operands {
  char **items;
  size_t count;
};

/* The next option as getopt_long() returns it, -1 after the last one; words that are no option are
 * added to `operands` in their order, all of them when it returns -1. `letters` must begin with
 * '-', which makes getopt_long() keep the order. Set optind to 0 before the first call. */
int operands_next_option(struct operands *operands, int argc, char **argv, const char *letters,
                         const struct option *options);

#endif
