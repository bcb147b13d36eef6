#include "common/operands.h"

#include "common/grow.h"

enum { NOT_AN_OPTION = 1 }; /* what getopt_long() calls other words after a '-' in `letters` */

int operands_next_option(struct operands *operands, int argc, char **argv, const char *letters,
                         const struct option *options) {
  int option;
  while ((option = getopt_long(argc, argv, letters, options, NULL)) == NOT_AN_OPTION)
    *GROW(operands->items, operands->count) = optarg;
  for (; option == -1 && optind < argc; optind++) /* behind "--" */
    *GROW(operands->items, operands->count) = argv[optind];
  return option;
}
