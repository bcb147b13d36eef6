/* How a run has ended, for people. */
#ifndef QUARTET_RUNNER_UI_ENDING_H
#define QUARTET_RUNNER_UI_ENDING_H

#include <stdbool.h>

#include "runner/record/facts.h"

/* Prints how the run in that folder has ended, after the report of its results on standard output
 * if `with_report`. Returns the exit status of sweep. */
int ending_print(const struct run_facts *facts, const char *folder, bool interrupted,
                 bool with_report);

/* Prints where the rows of a run are whose samples.csv has been lost. `lost`: the last ones are
 * missing there. */
void ending_print_rescue(const struct run_facts *facts, const char *folder, bool lost);

#endif
