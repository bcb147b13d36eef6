/* A line through points of which some may be wrong. */
#ifndef QUARTET_ANALYSIS_MODELS_THEIL_SEN_H
#define QUARTET_ANALYSIS_MODELS_THEIL_SEN_H

#include <stdbool.h>
#include <stddef.h>

struct fitted_line {
  double slope, at_start; /* at_start: y where x is x0 */
};

/* The weighted median of the slopes between any two points, each weighted by its span in x (H.
 * Theil, Indag. Math. 12, 1950; P. Sen, J. Am. Stat. Assoc. 63, 1968; L. Jaeckel, Ann. Math. Stat.
 * 43, 1972, for the weights), and the median of what it leaves of y. False with fewer than two
 * different x; the line is then NaN. */
bool line_fit(const double *x, const double *y, size_t count, double x0, struct fitted_line *line);

#endif
