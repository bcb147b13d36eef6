/* Computation without data, for kernels that keep a core busy for a given time. The steps depend on
 * each other, so neither vectorization nor out-of-order execution can shorten them: a step takes
 * the latency of a multiplication and an addition, about 4 cycles. */
#ifndef QUARTET_BLOCKS_STEPS_H
#define QUARTET_BLOCKS_STEPS_H

#include <stdint.h>

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/random.h"

/* A step: x -> factor x + increment modulo 2^64, D. Knuth's generator for MMIX (TAOCP vol. 2,
 * 3.3.4). */
static const uint64_t steps_factor = 6364136223846793005u;
static const uint64_t steps_increment = 1442695040888963407u;

/* The value of x after `steps` steps. The compiler must not combine several steps into one. */
static inline uint64_t steps_take(uint64_t x, int64_t steps) {
  for (int64_t i = 0; i < steps; i++) {
    x = steps_factor * x + steps_increment;
    __asm__ volatile("" : "+r"(x));
  }
  return x;
}

/* What a unit begins with: other numbers in each pass (counted from 0), so that the result of one
 * pass is wrong in all others. */
static inline uint64_t steps_start(int64_t unit, int64_t pass) {
  return (uint64_t)unit + (uint64_t)pass * RANDOM_STEP;
}

/* The same for every x at once, for oracles: it becomes *a x + *c (F. Brown, Trans. Am. Nucl. Soc.
 * 71, 1994). */
static inline void steps_closed_form(int64_t steps, uint64_t *a, uint64_t *c) {
  uint64_t power = steps_factor, sum = steps_increment;
  for (*a = 1, *c = 0; steps > 0; steps /= 2) {
    if (steps % 2 == 1) {
      *a *= power;
      *c = *c * power + sum;
    }
    sum *= power + 1;
    power *= power;
  }
}

/* The sum of what units 0 .. n-1 become in a pass, modulo 2^64. */
static inline uint64_t steps_sum(uint64_t n, int64_t pass, int64_t steps) {
  uint64_t a, c;
  steps_closed_form(steps, &a, &c);
  return a * (sum_below(n) + n * steps_start(0, pass)) + c * n;
}

#endif
