/* sumsq: what the kernel, its tests and its benchmark share with the tuned implementation. */
#ifndef QUARTET_SUMSQ_H
#define QUARTET_SUMSQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/strict_math.h"

__extension__ typedef unsigned __int128 uint128;

/* The sum of i*i for i in [begin, end), exact, for 0 <= begin <= end <= 2^40. */
typedef uint128 sumsq_range(int64_t begin, int64_t end);

/* With the fastest variant that this processor supports. */
sumsq_range sumsq_tuned;

/* A variant of the tuned path: it adds the squares of one block of numbers, with the instructions
 * of one kind of processor. */
struct sumsq_variant {
  const char *name;
  bool (*supported)(void); /* by the processor that runs this */

  /* The sum of i*i for i in [begin, begin + count), modulo 2^64. The block lies in [0, 2^40), has
   * at most 2^15 numbers, and all of them agree in the bits above the lower 32. */
  uint64_t (*squares)(uint64_t begin, uint64_t count);
};

/* The fastest first; NULL as a name ends them. The last one is supported everywhere. */
extern const struct sumsq_variant sumsq_variants[];

/* As sumsq_range, with this variant. */
uint128 sumsq_with(const struct sumsq_variant *variant, int64_t begin, int64_t end);

#endif
