/* Pseudo-random numbers that are a function of an index, so that any range of them can be computed
 * anywhere: splitmix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014). */
#ifndef QUARTET_BLOCKS_RANDOM_H
#define QUARTET_BLOCKS_RANDOM_H

#include <stdint.h>

/* The increment of splitmix64: 2^64 divided by the golden ratio, odd. */
#define RANDOM_STEP UINT64_C(0x9e3779b97f4a7c15)

/* The finalizer of splitmix64: a bijection of 64-bit numbers whose bits all depend on all bits of
 * the argument. */
static inline uint64_t random_mix(uint64_t x) {
  x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
  return x ^ x >> 31;
}

/* Number `index`, counted from 0, of the sequence of splitmix64 with seed 0. */
static inline uint64_t random_at(uint64_t index) {
  return random_mix((index + 1) * RANDOM_STEP);
}

#endif
