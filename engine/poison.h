/* For tests: receive buffers are filled with NaN (all bits set), so that missing data are
 * detected. */
#ifndef QUARTET_POISON_H
#define QUARTET_POISON_H

#include "engine/comm.h"

void poison_received(struct side *side);

#endif
