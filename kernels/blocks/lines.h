/* Cache lines, and the distance from one row of a matrix to the next. */
#ifndef QUARTET_BLOCKS_LINES_H
#define QUARTET_BLOCKS_LINES_H

#include "kernels/blocks/minmax.h"

enum { LINE_BYTES = 64, LINE = LINE_BYTES / sizeof(double) };

/* Rounds a number of doubles up to an odd number of whole cache lines. Rows at distances of powers
 * of two would map to few sets of a cache (cache-set conflicts). */
static inline int64_t odd_lines(int64_t doubles) {
  return (quotient_up(doubles, LINE) | 1) * LINE;
}

#endif
