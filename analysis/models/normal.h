/* Extra-P's performance model normal form: how a time grows with a problem's size or with the
 * cores.
 *
 *   f(x) = c0 + c1 x^i log2(x)^j
 * with i from 0, 1/4, 1/3, 1/2, 2/3, 3/4, 1 ... 3 and j from 0, 1, 2 (A. Calotoiu, T. Hoefler, M.
 * Poke, F. Wolf, SC13), chosen by the leave-one-out symmetric mean absolute percentage error; and
 *   f(n, p) = c0 + sums and products of the best term in n and the best term in p
 * (A. Calotoiu et al., IEEE Cluster 2016). Three differences from Extra-P: errors are relative and
 * those of medians weighted by the spread of launches, since times span orders of magnitude;
 * coefficients are not negative, since a time is a sum of times; a simpler form is kept unless
 * another is better by more than a standard error (selection.h). */
#ifndef QUARTET_ANALYSIS_MODELS_NORMAL_H
#define QUARTET_ANALYSIS_MODELS_NORMAL_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/models/estimate.h"

/* x^(above/below) log2(x)^logs; {0, 1, 0} is 1. */
struct normal_power {
  int above, below, logs;
};

struct normal_term {
  struct estimate coefficient;  /* may be 0 */
  struct normal_power power[2]; /* of the first and the second parameter */
};

enum { NORMAL_TERMS = 4, NORMAL_POINTS = 5 /* the fewest different values of a parameter */ };

struct normal_form {
  struct fit_quality quality;
  size_t parameters; /* 1 or 2 */
  size_t short_of;   /* with FIT_TOO_FEW: the parameter, 0 or 1, that have and needed speak of */
  struct normal_term terms[NORMAL_TERMS];
  size_t term_count;     /* terms[0] is the constant; 1: nothing else */
  double smape;          /* leave-one-out, in percent, 0 to 200 */
  double agreement;      /* the share of resamples that choose the same terms, 0 to 1; with two
                          * parameters the terms in each are kept and only their combination is
                          * chosen again; NaN without intervals */
  double min[2], max[2]; /* of each parameter in the data */
};

struct normal_prediction {
  double at[2];      /* set by the caller; at[1] is not looked at for one parameter */
  bool extrapolated; /* beyond what was measured */
  struct estimate y; /* the interval holds those of all terms that 15 % of the resamples choose, see
                      * agreement */
};

/* Which exponents are tried. */
enum normal_exponents {
  NORMAL_RISING,      /* those above */
  NORMAL_WITH_FALLING /* also -1, -3/4, -2/3, -1/2, -1/3, -1/4 with j 0 or 1: of cores, for the same
                       * work */
};

/* Fits f(x) to `count` launches of time y. predictions: NULL, or prediction_count with `at` set;
 * without a fit they are estimate_none(). options: NULL for the defaults. The coefficients'
 * intervals hold for the chosen terms. */
void normal_form_fit(struct normal_form *form, const double *x, const double *y, size_t count,
                     enum normal_exponents exponents, const struct fit_options *options,
                     struct normal_prediction *predictions, size_t prediction_count);

/* Fits f(n, p). For each parameter there must be a value of the other at which it takes at least
 * NORMAL_POINTS values. `exponents`: of p. The default is 500 resamples. */
void normal_form_fit_grid(struct normal_form *form, const double *n, const double *p,
                          const double *y, size_t count, enum normal_exponents exponents,
                          const struct fit_options *options, struct normal_prediction *predictions,
                          size_t prediction_count);

/* The form at x (z: the second parameter, 1 if there is none). NaN without a fit. */
double normal_form_value(const struct normal_form *form, double x, double z);

/* "1.2e-09 n^1 log2(n)^1 + 3.4e-06", with the parameters' names; "" without a fit. */
enum { NORMAL_TEXT = 320 };
char *normal_form_text(const struct normal_form *form, const char *x, const char *z,
                       char text[NORMAL_TEXT]);

#endif
