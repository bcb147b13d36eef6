/* What the launches of a cell come to. The launch is the unit: repetitions within one share their
 * memory layout and their machine's mood, so only launches count as independent. */
#ifndef QUARTET_ANALYSIS_SUMMARY_H
#define QUARTET_ANALYSIS_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/cells.h"

struct summary {
  const struct cell *cell;
  size_t launches;              /* that went well */
  size_t counts[CELL_STATUSES]; /* of launches, by how they ended */
  double median_s;              /* of the launches' medians; NaN if none went well */
  double low_s, high_s;         /* its interval, or the least and the largest launch's median */
  double level;                 /* of the interval, 0.95 or more; NaN: low and high are a range */
  double speedup;               /* over the base; NaN if there is none */
};

/* Summarises a cell; leaves speedup NaN. */
struct summary summary_make(const struct cell *cell);

/* All launches verified: such a cell may win. */
bool summary_is_sound(const struct summary *summary);

/* The base of a group: the sound cell of that driver on the fewest cores, or NULL. Sets everyone's
 * speedup, a ratio of medians. */
const struct summary *summary_compare(struct summary *summaries, size_t count, const char *driver);

/* The fastest sound cell and the next, or NULL. */
void summary_rank(const struct summary *summaries, size_t count, const struct summary **first,
                  const struct summary **second);

/* Whether two intervals, or ranges, have a time in common. */
bool summary_overlap(const struct summary *a, const struct summary *b);

#endif
