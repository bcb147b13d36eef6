/* sweep plan: the points in order, and the omitted ones with the reason. */
#ifndef QUARTET_RUNNER_UI_LISTING_H
#define QUARTET_RUNNER_UI_LISTING_H

#include "common/error.h"
#include "runner/plan/plan.h"
#include "runner/record/forecast.h"

enum listing { LISTING_TEXT, LISTING_CSV, LISTING_JSON, LISTING_JOB };

/* Prints the plan to standard output, as text, CSV or JSON (job.h writes job scripts). EXIT_MACHINE
 * if that cannot be written. */
int listing_print(const struct plan *plan, const struct config *config,
                  const struct forecast *forecast, enum listing format, struct error *error);

#endif
