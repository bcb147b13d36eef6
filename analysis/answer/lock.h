/* The cost of a lock that covers a share of the work: threads under a global lock for a fraction of
 * their ranges, against Amdahl's law. */
#ifndef QUARTET_ANALYSIS_ANSWER_LOCK_H
#define QUARTET_ANALYSIS_ANSWER_LOCK_H

#include "analysis/answer/answer.h"

/* An entry of a contest under a lock. */
struct lock_place {
  size_t contest, standing;
  size_t series;   /* those of one series differ in the fraction alone */
  double fraction; /* of the ranges that are computed under the lock, 0 .. 1 */
  double workers;  /* cores over the base's */
  double amdahl;   /* 1 / (f + (1 - f) / workers): what is under the lock overlaps with nothing */
  double overlap;  /* min(workers, 1 / f): while one thread holds the lock, all others compute what
                    * needs none, up to the end */
};

struct lock_places {
  struct lock_place *items; /* by contest, series, fraction */
  size_t count, series_count;
};

/* Contests with two fractions or more, over a base. To be freed. */
void lock_find(struct lock_places *places, const struct answer *answer);
void lock_free(struct lock_places *places);

/* The share of the work under the lock by the CSV's column lock: "global" 1, "global,0.25" 0.25;
 * NaN: no lock. */
double lock_fraction(const char *lock);

#endif
