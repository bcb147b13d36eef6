/* Draws of what the medians could have been, and intervals from what fits make of them.
 *
 * With enough launches at each x: launches are drawn again, with replacement, within each x
 * (B. Efron and R. Tibshirani, "An Introduction to the Bootstrap", 1993, ch. 9). The median of such
 * a draw is drawn itself: an order statistic of uniform numbers has a beta distribution, so each
 * costs the same however many launches there are. That says how far the medians scatter and which
 * terms a normal form could have had; intervals then come from score.h. With fewer launches: the
 * curve plus normal errors of the residuals' size, whose own uncertainty follows chi-squared, which
 * gives Student's t; what the fits of these draws give is the interval. */
#ifndef QUARTET_ANALYSIS_MODELS_RESAMPLE_H
#define QUARTET_ANALYSIS_MODELS_RESAMPLE_H

#include <gsl/gsl_rng.h>

#include "analysis/models/estimate.h"
#include "analysis/models/groups.h"
#include "analysis/models/least_squares.h"

struct resampler {
  gsl_rng *random;
  const struct groups *groups;
  enum fit_interval kind;
  double *fitted;     /* the curve at each group */
  double *residuals;  /* relative, medians from the curve */
  double spread;      /* of the residuals at weight 1 */
  double freedom;     /* its degrees of freedom: groups - parameters */
  double *log_square; /* per group: sum of squared logarithms of drawn medians over the median */
  size_t draws;
};

/* The kind of interval for a curve with this number of parameters. */
enum fit_interval interval_kind(const struct groups *groups, size_t parameters);

/* For the curve of these coefficients, which was fitted to the groups, the rows of its design. To
 * be freed in all cases. */
void resampler_make(struct resampler *resampler, const struct groups *groups,
                    const struct design_matrix *design, const double *coefficients,
                    unsigned long seed);
void resampler_free(struct resampler *resampler);

/* Draws a median for each group. */
void resampler_draw(struct resampler *resampler, double *medians);

/* Draws so often, for the sake of how far the medians scatter. */
void resampler_draw_all(struct resampler *resampler, size_t draws);

/* The median of `count` draws with replacement from rising values. */
double resampled_median(const double *sorted, size_t count, gsl_rng *random);

/* After all draws: sets interval, misfit and misfit_p of the quality. `imbalance`: that of the
 * curve through all launches (median_fit.h); NaN with residuals, which show no misfit.
 */
void resampler_judge(const struct resampler *resampler, double imbalance,
                     struct fit_quality *quality);

/* The interval about `value` from the `count` values that the fits of the draws gave (sorted here;
 * NaNs, where a draw could not be fitted, count as unbounded on both sides): percentiles, widened
 * by the misfit, within min..max. */
struct estimate resampled_interval(double value, double *draws, size_t count,
                                   const struct fit_quality *quality, double min, double max);

#endif
