/* What about this machine makes measurements worse, told before they begin. */
#ifndef QUARTET_RUNNER_WARNINGS_H
#define QUARTET_RUNNER_WARNINGS_H

#include <stdio.h>

#include "runner/plan.h"

/* Looks at the machine for a fifth of a second and writes a line for each thing found: other
 * programs that compute, clock frequencies that change, a quota of CPU time, points with more
 * workers than cores. */
void warnings_tell(const struct plan *plan, FILE *file);

#endif
