/* The range of an axis and its tics: where they are and what they say. */
#ifndef QUARTET_ANALYSIS_FIGURES_TICS_H
#define QUARTET_ANALYSIS_FIGURES_TICS_H

#include <stddef.h>

#include "analysis/figures/figure.h"

struct range {
  double min, max; /* min < max; both positive unless linear */
  enum axis_scale scale;
};

struct tic {
  double at;
  char *text; /* "" for a tic without a label */
};

struct tics {
  struct tic *tics; /* in ascending order, within the range */
  size_t count;
  char *unit; /* in parentheses in the axis' label: "ms"; "" when the tics' texts contain it or
                 there is none */
};

/* 0 at min, 1 at max; NaN for what a logarithmic axis cannot show. */
double range_position(const struct range *range, double value);

/* Whether an axis of this scale can show the value at all. */
bool scale_shows(enum axis_scale scale, double value);

/* A range that is not empty and holds low .. high, with some room beside them; NaN for no data.
 * zero: a linear range starts at 0 where the data does not make that a waste (low below 60 % of
 * high). The axis' own min and max win where they are usable. */
struct range range_choose(const struct figure_axis *axis, double low, double high, bool zero);

/* Tics for an axis of length_px pixels. horizontal: labels lie side by side, otherwise above each
 * other. values: the distinct values of the data, ascending, or NULL: where they are few integers
 * (cores), they are the tics. */
struct tics tics_choose(const struct figure_axis *axis, const struct range *range, double length_px,
                        bool horizontal, const double *values, size_t value_count);
void tics_free(struct tics *tics);

/* A number with an SI prefix and a unit: "1.37 ms", "10 k"; digits: significant ones. The caller
 * frees it. */
char *text_si(double value, const char *unit, int digits);

/* Whether the axes can show the point (it may still lie outside the ranges). */
bool figure_shows(const struct figure *figure, const struct figure_point *point);

#endif
