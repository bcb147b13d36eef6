/* Types that all fits share: a number with its uncertainty, and the quality of a fit. */
#ifndef QUARTET_ANALYSIS_MODELS_ESTIMATE_H
#define QUARTET_ANALYSIS_MODELS_ESTIMATE_H

#include <stddef.h>

/* A value and its confidence interval. Infinite where the quantity has no bound (the peak of a
 * curve that only rises); low and high are NaN where no interval can be given. The value is NaN
 * only where the fit's status is not FIT_OK, or where its field says so. */
struct estimate {
  double value, low, high;
};

enum fit_status {
  FIT_OK,
  FIT_TOO_FEW,     /* fewer different x than `needed`: the parameters are not identifiable */
  FIT_BAD_DATA,    /* a value is NaN, infinite, zero or negative, or there are no values */
  FIT_UNDETERMINED /* enough data, but they do not determine the parameters (equal columns) */
};

/* The method of the intervals. */
enum fit_interval {
  INTERVAL_NONE,     /* too few data: low and high are NaN */
  INTERVAL_LAUNCHES, /* sign tests on the launches of each x (score.h), from 3 launches of each x */
  INTERVAL_RESIDUALS /* the residuals about the curve, by Student's t; needs two more x than
                      * parameters. Where launches have two modes, 95 % is 91 to 95 % */
};

/* Zero in a field means its default. */
struct fit_options {
  double level;       /* of the intervals (0.95) */
  size_t resamples;   /* of the medians (2000) */
  unsigned long seed; /* of its generator, GSL's mt19937 (20260) */
};

/* How good a fit is. Errors are relative: 0.1 is 10 %. */
struct fit_quality {
  enum fit_status status;
  size_t have, needed; /* different x in the data, and the fewest that the fit accepts: one more
                        * than parameters, so that leave-one-out errors can be computed */
  size_t launches;     /* of the x with the fewest */
  enum fit_interval interval;
  double level; /* of the intervals, as requested */
  /* Leave-one-out cross validation: each x is predicted from the others. */
  double loo_median, loo_largest; /* of |predicted - measured| / measured */
  double loo_worst_x;             /* where the largest is */
  /* Lack of fit: whether the launches of each x lie on both sides of the curve (chi-squared test of
   * their signs). Where they do not, at 5 %, the intervals are widened by the factor `misfit`, by
   * which the medians are further from the curve than they scatter (R. Birge, Phys. Rev. 40, 1932);
   * else that is 1. Both are NaN or 1 without an interval from launches. */
  double misfit, misfit_p;
};

/* The options with the defaults put in. NULL is all defaults. */
struct fit_options fit_options_complete(const struct fit_options *options);

/* Why there is no fit, in words; "" if there is one: "not identifiable: 2 core counts, at least 4
 * are needed". `what`: the plural of x ("core counts"). Returns text. */
enum { FIT_TEXT = 160 };
char *fit_status_text(const struct fit_quality *quality, const char *what, char text[FIT_TEXT]);

/* An estimate that says nothing. */
struct estimate estimate_none(void);

#endif
