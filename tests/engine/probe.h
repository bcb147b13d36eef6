/* A kernel that uses every word of the contract, for tests: a halo wider than a part, ranges whose
 * results do not commute, waiting between computing, local extents, phases that loop. */
#ifndef QUARTET_TESTS_PROBE_H
#define QUARTET_TESTS_PROBE_H

#include "tests/cases/case.h"

/* Its options, by index. */
enum { PROBE_ROUNDS };

extern const struct kernel kernel_probe;
extern const struct kernel_case case_probe;

/* And one that makes every kind of request (moves.c). */
extern const struct kernel kernel_moves;
extern const struct kernel_case case_moves;

#endif
