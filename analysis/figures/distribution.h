/* The boxes of a distribution: quartiles and whiskers of the launches in each category. */
#ifndef QUARTET_ANALYSIS_FIGURES_DISTRIBUTION_H
#define QUARTET_ANALYSIS_FIGURES_DISTRIBUTION_H

#include <stddef.h>

#include "analysis/figures/figure.h"

/* Half the height of a box, and where its centre and that of the launches lie in a row of height 1.
 */
#define DISTRIBUTION_BOX_HALF 0.16
#define DISTRIBUTION_BOX_OFFSET 0.22
#define DISTRIBUTION_STRIP_OFFSET (-0.2)
#define DISTRIBUTION_STRIP_HALF 0.15

struct distribution_box {
  double row; /* its centre on the vertical axis */
  double whisker_low, quartile_low, median, quartile_high, whisker_high;
};

/* One box for each series of launches (SHAPE_POINTS) and category, in this order. Quartiles by
 * linear interpolation between order statistics (Hyndman and Fan, 1996, type 7); whiskers reach to
 * the last launch within 1.5 interquartile ranges (Tukey, 1977). The caller frees them. */
struct distribution_box *distribution_boxes(const struct figure *figure, size_t *count);

#endif
