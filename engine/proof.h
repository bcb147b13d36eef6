/* Proof of work: which units a stage planned, and which were executed, counted independently. A
 * range that was skipped, or executed twice in place of another, makes the two differ. */
#ifndef QUARTET_PROOF_H
#define QUARTET_PROOF_H

#include <stdbool.h>
#include <stdint.h>

/* Units of one stage. All sums are modulo 2^64. */
struct tally {
  uint64_t units;
  uint64_t places; /* sum of 2u + 1 over the units u, times an odd weight of their phase */
};

/* Adds the units [begin, end). The sum of 2u + 1 over them is end^2 - begin^2, however they are cut
 * into ranges. */
static inline void tally_add(struct tally *tally, int64_t begin, int64_t end) {
  uint64_t b = (uint64_t)begin, e = (uint64_t)end;
  tally->units += e - b;
  tally->places += e * e - b * b;
}

/* Adds the units of phase number `phase` to those of the stage. */
static inline void tally_add_phase(struct tally *stage, const struct tally *tally, int phase) {
  stage->units += tally->units;
  stage->places += tally->places * (2 * (uint64_t)phase + 1);
}

static inline void tally_sum(struct tally *sum, const struct tally *more) {
  sum->units += more->units;
  sum->places += more->places;
}

static inline bool tally_equal(const struct tally *a, const struct tally *b) {
  return a->units == b->units && a->places == b->places;
}

#endif
