/* Weighted least squares of relative errors with coefficients that are not negative.
 *
 * A time is a sum of parts, none of which is negative, and errors of measurement are in proportion
 * to it. So the coefficients c >= 0 of y = sum of c_t basis_t minimize the weighted sum of
 * ((y_i - fit_i) / fit_i)^2. With at most four terms the constraint is met exactly by trying each
 * subset of terms (the problem of C. Lawson and R. Hanson, "Solving Least Squares Problems", 1974,
 * ch. 23, small enough for that). */
#ifndef QUARTET_ANALYSIS_MODELS_LEAST_SQUARES_H
#define QUARTET_ANALYSIS_MODELS_LEAST_SQUARES_H

#include <stdbool.h>
#include <stddef.h>

enum { TERMS_MAX = 4 };

struct design_matrix {
  const double *basis; /* row i has the terms' values at x_i: basis[i * terms + t] >= 0 */
  size_t rows, terms;
  const double *weights; /* of the rows, > 0 */
};

/* All rows are fitted. */
#define LEAVE_NONE ((size_t)-1)

/* Fits y without row `left_out`. False if the rows do not determine the coefficients. */
bool least_squares_fit(const struct design_matrix *design, const double *y, size_t left_out,
                       double coefficients[TERMS_MAX]);

/* The same with errors relative to y, in one pass and not in two: what is chosen among many fits by
 * needs no more. */
bool least_squares_fit_roughly(const struct design_matrix *design, const double *y, size_t left_out,
                               double coefficients[TERMS_MAX]);

/* The fit at a row. */
double least_squares_value(const struct design_matrix *design, size_t row,
                           const double *coefficients);

/* errors[i] = |predicted - y_i| / y_i, with row i predicted from the others. False if some row's
 * prediction is not determined. */
bool least_squares_leave_one_out(const struct design_matrix *design, const double *y,
                                 double *errors);

#endif
