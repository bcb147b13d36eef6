/* Acceptance tests: results against the references of the config. */
#ifndef QUARTET_RUNNER_ACCEPTANCE_H
#define QUARTET_RUNNER_ACCEPTANCE_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/config.h"
#include "runner/plan.h"
#include "runner/schedule.h"

/* Holds every point's median against the references that apply to it, and tells each on standard
 * output; quiet: only those that are out of bounds, on standard error. Returns how many are, with
 * points that have no result and references that apply to no point. */
size_t acceptance_check(const struct config *config, const struct plan *plan,
                        const struct schedule *schedule, bool quiet);

#endif
