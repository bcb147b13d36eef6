/* The cost of messages, from kernel pingpong: time and bandwidth by size, and the LogGP model. */
#ifndef QUARTET_ANALYSIS_ANSWER_MESSAGES_H
#define QUARTET_ANALYSIS_ANSWER_MESSAGES_H

#include "analysis/answer/answer.h"
#include "analysis/models/loggp.h"
#include "analysis/statistics/describe.h"

/* A size of single messages, each of which is answered immediately. */
struct message_size {
  size_t standing;
  int64_t bytes;                /* 1 at least */
  struct description one_way_s; /* half a round trip, over launches */
};

/* A variant on its contests' cores. */
struct messages {
  size_t machine, variant, standing; /* one of its standings, for its name */
  struct message_size *sizes;        /* rising */
  size_t size_count;
  struct loggp_fit fit; /* of single messages and of bursts, with and without computation between
                         * them, as far as they were run; regime_count 0: none */
};

struct all_messages {
  struct messages *items; /* by machine, then variant */
  size_t count;
};

/* Variants that ran pingpong with single messages of two sizes or more. To be freed. */
void messages_find(struct all_messages *all, const struct answer *answer);
void messages_free(struct all_messages *all);

/* The time of a message of this number of bytes by a regime's fit, in s. */
double regime_time(const struct loggp_regime *regime, double bytes);

/* The size at which a message reaches half of the bandwidth of long ones, (L + 2 o) / G, in bytes
 * (R. Hockney, Parallel Computing 20, 1994): of a regime. Its interval is made of both intervals'
 * far ends, and so is at least as wide as its level requires. NaN where G is not above 0. */
struct interval half_bandwidth_size(const struct loggp_regime *regime);

#endif
