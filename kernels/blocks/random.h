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

/* -- Fractions -------------------------------------------------------------------------------- */

/* A point (i, j) of a matrix has the fraction of i * RANDOM_ROW + j * RANDOM_COLUMN + a seed,
 * modulo 2^64, of 2^64: evenly spread over [0, 1), without symmetry, and so cheap that an oracle
 * computes it again for every element (H. Weyl's sequence in two dimensions). Both are powers of
 * the inverse of the plastic number, times 2^64. */
#define RANDOM_ROW UINT64_C(0xc13fa9a902a6328f)
#define RANDOM_COLUMN UINT64_C(0x91e10da5c79e7b1d)

enum { FRACTION_BITS = 31 };

/* Selects the first `bits` bits of a fraction, 0 to FRACTION_BITS of them. */
static inline int32_t fraction_mask(int bits) {
  return (int32_t)(UINT32_MAX << (FRACTION_BITS - bits));
}

/* x / 2^64, rounded down to the bits of the mask. Single precision does not hold more than 24. */
static inline double fraction_of(uint64_t x, int32_t mask) {
  return ((int32_t)(x >> 33) & mask) * 0x1p-31;
}

/* How many bits a fraction can have, so that doubles hold all its multiples below `greatest`. */
static inline int fraction_bits(double greatest) {
  int bits = 53;
  for (; bits > 0 && greatest > 1; greatest /= 2)
    bits--;
  return bits < FRACTION_BITS ? bits : FRACTION_BITS;
}

#endif
