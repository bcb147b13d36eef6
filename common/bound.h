/* What should limit a kernel, and so which model should win for it: the column bound. */
#ifndef QUARTET_BOUND_H
#define QUARTET_BOUND_H

enum bound { BOUND_COMPUTE, BOUND_MEMORY, BOUND_NETWORK, BOUND_WAIT, BOUND_UNKNOWN, BOUNDS };

extern const char *const bound_names[BOUNDS]; /* of BOUND_UNKNOWN "" */

#endif
