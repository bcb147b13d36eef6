/* Weak scaling: what more cores are worth when the problem grows with them. */
#ifndef QUARTET_ANALYSIS_WEAK_H
#define QUARTET_ANALYSIS_WEAK_H

#include "analysis/series.h"

/* Prints a table for each way of running that was measured on several numbers of cores: the work on
 * each core, the time, and the efficiency, which is the rate of a core over that on the fewest
 * cores, so that a size which does not meet the work exactly is no gain or loss. Series whose work
 * on a core is alike belong together. */
void weak_print(const struct series_set *set);

#endif
