/* Which points of two runs are the same. */
#ifndef QUARTET_ANALYSIS_COMPARE_MATCHING_H
#define QUARTET_ANALYSIS_COMPARE_MATCHING_H

#include <stddef.h>

#include "analysis/data/dataset.h"

/* For each point of `first` the same point of `later`, or SIZE_MAX; see compare_make for the rules.
 * No point of `later` stands there twice. The caller frees the array, which is NULL for no points.
 */
size_t *match_points(const struct dataset *first, const struct dataset *later);

#endif
