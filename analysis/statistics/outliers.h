/* Outliers by J. Tukey's fences, "Exploratory Data Analysis", 1977: flagged, never dropped. */
#ifndef QUARTET_ANALYSIS_STATISTICS_OUTLIERS_H
#define QUARTET_ANALYSIS_STATISTICS_OUTLIERS_H

#include <stddef.h>

enum outlier { OUTLIER_NOT, OUTLIER_MILD, OUTLIER_EXTREME };

/* 1.5 and 3 interquartile ranges outside the quartiles (type 7). */
struct fences {
  double inner_low, inner_high; /* beyond them: mild */
  double outer_low, outer_high; /* beyond them: extreme */
};

/* Of sorted values; all NaN for fewer than 5, as the quartiles of 4 follow the outlier. */
struct fences outlier_fences(const double *sorted, size_t count);

/* OUTLIER_NOT if the fences are NaN. */
enum outlier outlier_kind(const struct fences *fences, double value);

#endif
