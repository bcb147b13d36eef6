/* The choice between a kernel's two implementations, which every kernel with tuned code offers:
 *
 *   --set path=tuned       the code that is as fast as we can make it (the default)
 *   --set path=reference   the algorithm in plain, portable C, as the kernel's NAME.c shows it
 *
 * Both compute the same result; docs/adding-a-kernel.md says how a kernel offers them. The column
 * `options` of a measurement states which one has run. */
#ifndef QUARTET_BLOCKS_PATH_H
#define QUARTET_BLOCKS_PATH_H

#include "kernels/kernel.h"

/* The option's value, and the index into a kernel's table of implementations. */
enum path { PATH_REFERENCE, PATH_TUNED, PATH_COUNT };

static const char *const path_names[] = {"reference", "tuned", NULL};

/* The option's entry in a kernel's table of options. */
#define PATH_OPTION                                                                                \
  {                                                                                                \
    .name = "path", .type = OPTION_CHOICE, .initial = PATH_TUNED, .min = PATH_REFERENCE,           \
    .max = PATH_TUNED,                                                                             \
    .help = "the algorithm in plain C, or the implementation that is tuned for the processor",     \
    .choices = path_names                                                                          \
  }

#endif
