/* The ways in which kernels/sumsq.c computes, for its tests and its benchmark alone. */
#ifndef QUARTET_SUMSQ_PATHS_H
#define QUARTET_SUMSQ_PATHS_H

#include <stdbool.h>
#include <stdint.h>

__extension__ typedef unsigned __int128 uint128;

/* A path adds the squares of one block of numbers, with the instructions of one kind of processor.
 */
struct sumsq_path {
  const char *name;
  bool (*supported)(void); /* by the processor that runs this */

  /* The sum of i*i for i in [begin, begin + count), modulo 2^64. The block lies in [0, 2^40), has
   * at most 2^15 numbers, and all of them agree in the bits above the lower 32. */
  uint64_t (*squares)(uint64_t begin, uint64_t count);
};

/* The fastest first; NULL as a name ends them. The last one is supported everywhere. */
extern const struct sumsq_path sumsq_paths[];

/* The sum of i*i for i in [begin, end), exact, for 0 <= begin <= end <= 2^40. */
uint128 sumsq_range(const struct sumsq_path *path, int64_t begin, int64_t end);

#endif
