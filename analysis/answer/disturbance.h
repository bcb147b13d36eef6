/* Rounds in which the whole machine was slower or faster: all points together, not one of them. */
#ifndef QUARTET_ANALYSIS_ANSWER_DISTURBANCE_H
#define QUARTET_ANALYSIS_ANSWER_DISTURBANCE_H

#include "analysis/answer/answer.h"

struct disturbance {
  size_t rounds;    /* of the run, with at least DISTURBANCE_POINTS points */
  size_t disturbed; /* of them, by more than DISTURBANCE_RATIO */
  double worst;     /* the round's effect that is farthest from 1: 3.1 is 3.1 times as slow; NaN */
};

/* The effect of a round is the median, over all points, of the launch's time over the median of the
 * point's launches. A round of its own scatter stays near 1 where there are several points, so that
 * no test is needed to see other load that came or went: each point alone has too few launches for
 * that. */
#define DISTURBANCE_RATIO 1.1
enum { DISTURBANCE_POINTS = 4 };
struct disturbance disturbance_find(const struct answer *answer);

#endif
