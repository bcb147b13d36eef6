/* The LogGP model of messages, from round trips of kernel pingpong.
 *
 * LogGP (D. Culler et al., PPoPP 1993; A. Alexandrov et al., SPAA 1995): a message of s bytes takes
 * L + 2 o + (s - 1) G from one end to the other, and in a burst one follows the other after
 * g + (s - 1) G. From round trips of b messages and one answer, with a time d of computing between
 * the messages (T. Hoefler, A. Lichei, W. Rehm, IPDPS 2007):
 *   T(s, 1, 0) / 2 = L + 2 o + (s - 1) G: a line over s, whose slope is G;
 *   the slope of T(s, b, 0) over b        is g + (s - 1) G;
 *   the slope of T(s, b, d) over b        is o + d, if d is longer than the gap: of all sizes, or
 *                                         of the smallest if fewer than 3 were measured with d;
 * and L is what is left. Each round is fitted by itself, by lines as in theil_sen.h, so that a few
 * wrong points do not matter; what is reported is the median over the rounds with its
 * distribution-free interval (common/stats.h), which needs 6 rounds for 95 %.
 *
 * With single messages alone (bursts of 1, nothing computed) only L + 2 o and G can be found: the
 * latency and the inverse of the bandwidth. */
#ifndef QUARTET_ANALYSIS_MODELS_LOGGP_H
#define QUARTET_ANALYSIS_MODELS_LOGGP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/models/estimate.h"
#include "common/error.h"
#include "common/stats.h"

/* The time of one round trip in one round (launch). */
struct loggp_trip {
  int64_t round, size_bytes;
  int64_t burst;   /* messages before the answer, >= 1 */
  int64_t compute; /* the computation between them; 0 nothing, else the same in all trips */
  double trip_s;   /* > 0 */
};

/* One size: what was measured (medians over the rounds) and what the model says. */
struct loggp_size {
  int64_t size_bytes;
  double one_way_s, one_way_model_s, one_way_off; /* off: |model - measured| / measured */
  double gap_s, gap_model_s, gap_off;             /* between messages of a burst; NaN: no bursts */
};

/* Sizes that one set of parameters describes. Parameters that the data do not determine are NaN. */
struct loggp_regime {
  enum fit_status status; /* FIT_TOO_FEW: fewer than LOGGP_SIZES_MIN sizes */
  int64_t size_min_bytes, size_max_bytes;
  struct interval one_way_s;  /* L + 2 o: a message of 1 byte from end to end */
  struct interval latency_s;  /* L; below 0 where L and o overlap */
  struct interval overhead_s; /* o */
  struct interval gap_s;      /* g */
  struct interval per_byte_s; /* G; not above 0 where sizes make no difference */
  struct interval delay_s;    /* d */
  bool delay_is_short;        /* d is shorter than a gap, and so o is not what it should be */
  struct loggp_size *sizes;   /* rising */
  size_t size_count;
  double off_median, off_worst; /* over all sizes, of one way and gap */
};

enum { LOGGP_SIZES_MIN = 3 };

struct loggp_fit {
  struct loggp_regime regimes[2]; /* of short messages and of long ones; or one of all */
  size_t regime_count;
  bool split_was_found;   /* in the data, not given */
  int64_t split_bytes;    /* the first size of the long ones; 0: one regime */
  size_t rounds;          /* that were fitted */
  size_t rounds_left_out; /* that lack a time; `missing` is the first such time */
  struct loggp_trip missing;
  bool has_bursts, has_compute; /* measured in addition to single messages */
};

/* The limit between short and long messages: MPI libraries send long ones by another protocol
 * (rendezvous and not eager), which one line cannot describe. */
enum loggp_split {
  LOGGP_FIND_SPLIT = 0, /* two regimes if they describe the one-way times better than one: by the
                         * Bayesian information criterion (G. Schwarz, Ann. Stat. 6, 1978) of
                         * relative residuals with a Laplace distribution; and only if one line is
                         * off by 10 % somewhere and two are off by half of it in the mean */
  LOGGP_ONE_REGIME = -1
  /* else the first size of the long ones, in bytes */
};

/* Fits the model. EXIT_USAGE: a number that cannot be, a trip twice, different amounts of
 * computing. Too few sizes are no error but a regime's status; without any complete round
 * regime_count is 0. Size 0, which sends nothing, only shows how long computing takes. To be freed
 * in all cases. */
int loggp_fit(struct loggp_fit *fit, const struct loggp_trip *trips, size_t count,
              int64_t split_bytes, double level, struct error *error);
void loggp_free(struct loggp_fit *fit);

/* 1/G in bytes per second; NaN where G is not above 0, its high end infinite where G's low end is
 * not. */
struct interval loggp_bandwidth(const struct loggp_regime *regime);

#endif
