/* Median regression of relative errors with coefficients that are not negative.
 *
 * The coefficients c >= 0 minimize the sum over all launches of |y_ij - curve_i| / scale_i, where
 * scale_i is the curve of an earlier pass: half of the launches lie above the curve, wherever the
 * slow ones lie, while a curve through medians of few launches is as biased as those are (R.
 * Koenker, G. Bassett, Econometrica 46, 1978). Launches count alike, whatever their group's spread:
 * weights that are estimated from the same launches would be correlated with their signs.
 *
 * The minimum is a linear program. It is solved from vertex to vertex, as by I. Barrodale and F.
 * Roberts (SIAM J. Numer. Anal. 10, 1973): at a vertex the curve goes through as many launches as
 * it has terms; along the steepest edge one of them is exchanged for the launch at which the sum
 * no longer falls. A bound c_t >= 0 is one more row, of a launch at 0 whose weight is large and on
 * one side only. */
#ifndef QUARTET_ANALYSIS_MODELS_MEDIAN_FIT_H
#define QUARTET_ANALYSIS_MODELS_MEDIAN_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/models/groups.h"
#include "analysis/models/least_squares.h"

/* The launches that the curve goes through: one of each of `terms` different rows. */
struct median_vertex {
  size_t row[TERMS_MAX], launch[TERMS_MAX];
  size_t *below;                        /* by row: how many of its launches are below the curve */
  double inverse[TERMS_MAX][TERMS_MAX]; /* of the rows' basis: column b is the edge without b */
  double solution[TERMS_MAX];           /* the coefficients in the fit's units */
};

struct median_fit {
  const struct groups *groups; /* kept by the caller */
  size_t rows, terms;          /* rows: groups; then one for each term's bound */
  double *basis;               /* [rows + terms][terms], in units of scale and length */
  double *scale;               /* by group: of its launches */
  double length[TERMS_MAX];    /* of each basis function: its largest value, in units of scale */
  struct median_vertex best, other;
  double *position, *speed; /* by row, along an edge */
};

/* Fits the design's curve to all launches of the groups, which are its rows; the design's weights
 * are not used. False if the rows do not determine the coefficients. To be freed in all cases. */
bool median_fit_make(struct median_fit *fit, const struct groups *groups,
                     const struct design_matrix *design, double coefficients[TERMS_MAX]);
void median_fit_free(struct median_fit *fit);

/* The coefficients where the sum of signs, sum over launches of basis_i sign(curve_i - y_ij) (in
 * the fit's units), is not 0 but `pull`; linear between neighbouring vertices. False if it is so
 * nowhere: some coefficient grows without bound. */
bool median_fit_pulled(struct median_fit *fit, const double pull[TERMS_MAX],
                       double coefficients[TERMS_MAX]);

/* How unevenly the launches of each group lie about the curve: the sum over groups of (launches
 * below - launches above)^2 / launches. If the curve is the right one its distribution is about
 * chi-squared, with as many degrees of freedom as there are groups more than terms. */
double median_fit_imbalance(const struct median_fit *fit);

#endif
