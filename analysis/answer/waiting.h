/* Waiting work by the number of waits in flight, against the ideal. */
#ifndef QUARTET_ANALYSIS_ANSWER_WAITING_H
#define QUARTET_ANALYSIS_ANSWER_WAITING_H

#include "analysis/answer/answer.h"

/* A point of a contest's size, on any number of cores. */
struct waiting_place {
  size_t contest, standing;
  size_t series;    /* those of one series are one model, whatever its tasks and cores */
  double in_flight; /* maximum number of waits: a worker that blocks has one; async has as many as
                     * tasks, or as its option in_flight allows */
  double ideal_s;   /* waits / in_flight, in whole steps, x the delay of one; NaN: it is unknown */
};

struct waiting_places {
  struct waiting_place *items; /* by contest, series, in_flight */
  size_t count, series_count;
};

/* Contests of work that waits with three different numbers in flight or more. To be freed. */
void waiting_find(struct waiting_places *places, const struct answer *answer);
void waiting_free(struct waiting_places *places);

/* The delay of one wait of a work, in s; NaN: unknown (its average if they differ). */
double waiting_delay(const struct data_work *work);

#endif
