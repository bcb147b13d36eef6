/* How many rounds of communication fit into a repetition, where the user has not said it. */
#ifndef QUARTET_CALIBRATE_H
#define QUARTET_CALIBRATE_H

#include "engine/session.h"

/* Divides the rounds of a problem (kernel->rounds) by ten until a repetition takes no more than
 * 2 s, or one round is left: a kernel's default is meant for the latency of a cluster's network,
 * and took 80 s over a link of 1 ms. Where it fits it stays, so that launches have the same number.
 * Runs some passes of few rounds.
 *
 * The caller has set the session's public fields; the session is closed before and after.
 * Collective, inside team->within: all processes come to the same number. */
int calibrate_rounds(struct session *session, struct error *error);

#endif
