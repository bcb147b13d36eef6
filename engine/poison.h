/* For tests: what is about to be received is filled with NaN (all bits set), so that what should
 * have come and did not is seen. */
#ifndef QUARTET_POISON_H
#define QUARTET_POISON_H

#include "engine/comm.h"

void poison_received(struct side *side);

#endif
