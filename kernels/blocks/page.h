/* A kernel's page, kernels/NAME/page.h: static texts with the names below. */
#ifndef QUARTET_BLOCKS_PAGE_H
#define QUARTET_BLOCKS_PAGE_H

#include "common/strict_math.h"

/* The value of a macro as text, so that a number that the prose states comes from the code. (Pages
 * with it are not formatted: clang-format indents what follows.) */
#define QUOTE_VALUE(value) #value
#define QUOTE(macro) QUOTE_VALUE(macro)

/* The page's entries in the kernel's table. */
#define KERNEL_PAGE                                                                                \
  .description = description, .counting = counting, .oracle = oracle, .exchanged = exchanged,      \
  .expectation = expectation

#endif
