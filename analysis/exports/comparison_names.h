/* Words for a comparison in files, beside verdict_names. */
#ifndef QUARTET_ANALYSIS_EXPORTS_COMPARISON_NAMES_H
#define QUARTET_ANALYSIS_EXPORTS_COMPARISON_NAMES_H

#include "analysis/statistics/comparison.h"

/* Why it is undecided: "" if it is not, "noise", "few-launches", "batch", "different", "no-data".
 */
const char *undecided_name(enum undecided undecided);

/* "signed-rank", "mann-whitney"; "" for none. */
const char *rank_test_name(enum rank_test test);

#endif
