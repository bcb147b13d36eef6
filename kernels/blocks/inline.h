/* Function attributes that kernels use. */
#ifndef QUARTET_BLOCKS_INLINE_H
#define QUARTET_BLOCKS_INLINE_H

#include "common/strict_math.h"

/* For functions with arguments that are constant in each call and select what is done: inlined at
 * any optimization level, they leave no branch in a loop. */
#define ALWAYS_INLINE __attribute__((always_inline)) static inline

#endif
