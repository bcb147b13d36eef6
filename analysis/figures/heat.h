/* The cells of a heat map: colour level and text. */
#ifndef QUARTET_ANALYSIS_FIGURES_HEAT_H
#define QUARTET_ANALYSIS_FIGURES_HEAT_H

#include "analysis/figures/figure.h"

/* The level of style_heat_colour for a value. A logarithmic y is that of ratios: diverging, 1 in
 * the middle. A linear one: sequential, from the least to the largest value of the figure. */
int heat_level(const struct figure *figure, double value);

/* The text of a cell: three significant digits, with SI prefix if y.si; "?" after a suspect one,
 * "*" after a special one. The caller frees it. */
char *heat_text(const struct figure *figure, const struct figure_point *point);

#endif
