/* Confidence intervals of what a median regression gives, by inversion of sign tests.
 *
 * Each launch lies above the true curve or below it with probability 1/2, whatever the noise. So
 * the sum of signs (median_fit.h) at the truth has a known distribution: in one group that of the
 * exact-rank interval of a median. For a quantity q of the coefficients, the interval holds the
 * values at which the best curve with that q has a sum of signs in the direction of q's gradient
 * that fair signs exceed with probability 1 - level (the score test of C. Gutenbrunner, J.
 * Jureckova, R. Koenker, S. Portnoy, J. Nonparametric Stat. 2, 1993; R. Koenker, "Confidence
 * intervals for regression quantiles", 1994). Its ends are curves that this sum pulls off the best
 * one. No launch is drawn again, and nothing is assumed of the noise but that launches are
 * independent, that their median follows the curve, and, where there are more groups than terms,
 * that the groups' spreads relative to each other are about as estimated.
 *
 * The fair signs' distribution is taken as normal with Cornish and Fisher's correction for its
 * short tails. The coverage of the intervals: tests/analysis/models/coverage.c. */
#ifndef QUARTET_ANALYSIS_MODELS_SCORE_H
#define QUARTET_ANALYSIS_MODELS_SCORE_H

#include <stdbool.h>

#include "analysis/models/estimate.h"
#include "analysis/models/median_fit.h"

struct score {
  struct median_fit *fit;               /* kept by the caller */
  double inverse[TERMS_MAX][TERMS_MAX]; /* of the derivative of the sum of signs, up to a factor */
  double normal_quantile;
};

/* False if the rows do not determine the coefficients. */
bool score_make(struct score *score, struct median_fit *fit, double level);

/* A quantity as a quotient of two sums: sum of above_t c_t over sum of below_t c_t, which are 0
 * before the call; with all below_t 0 it is the first sum. Where it is no such quotient: one that
 * equals it and has its gradient at these coefficients. */
typedef void score_quantity(const void *context, const double *coefficients, double *above,
                            double *below);

/* The quantity of some coefficients. */
double score_value(score_quantity *quantity, const void *context, const double *coefficients,
                   size_t terms);

/* Its lower or upper end; infinite where the launches do not bound it. */
double score_end(const struct score *score, score_quantity *quantity, const void *context,
                 const double *coefficients, bool upper);

/* low..high about a value, widened by the misfit, within min..max. */
struct estimate score_widened(double value, double low, double high, double misfit, double min,
                              double max);

/* Its interval about the value of the best coefficients, widened by the misfit, within min..max. */
struct estimate score_interval(const struct score *score, score_quantity *quantity,
                               const void *context, const double *coefficients, double misfit,
                               double min, double max);

#endif
