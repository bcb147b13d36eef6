/* Readable names of compared points. */
#ifndef QUARTET_ANALYSIS_COMPARE_POINT_TEXT_H
#define QUARTET_ANALYSIS_COMPARE_POINT_TEXT_H

#include "analysis/compare/compare.h"

/* "sumsq x4, n = 10,000,000, threads on 2 cores", with the run's letter before it where there is
 * more than one later run. The caller frees it. */
char *compared_text(const struct compare *compare, const struct compared_point *point);

/* A work in few characters: "sumsq x4", "stream triad"; options and jobs only where works of the
 * kernel differ in them. The caller frees it. */
char *work_short_text(const struct dataset *data, size_t work);

/* In few characters, for the axis of a figure: "sumsq 10M threads 2c". The caller frees it. */
char *compared_short_text(const struct compare *compare, const struct compared_point *point);

#endif
