/* Code that forms of one and of two parameters share: powers, candidates, the fit of the chosen
 * one, its resamples. Only for the sources of normal.h. */
#ifndef QUARTET_ANALYSIS_MODELS_NORMAL_FIT_H
#define QUARTET_ANALYSIS_MODELS_NORMAL_FIT_H

#include "analysis/models/groups.h"
#include "analysis/models/least_squares.h"
#include "analysis/models/normal.h"

/* All powers but the constant; their number. */
enum { NORMAL_POWERS_MAX = 80 };
size_t normal_powers(enum normal_exponents exponents, struct normal_power *powers);

double normal_power_value(const struct normal_power *power, double x);

/* The leave-one-out errors (SMAPE of each row, in percent) of c0 + c1 g, or of c0 where g is NULL.
 * False if a prediction is not determined. */
bool normal_errors(const double *g, const double *y, const double *weights, size_t rows,
                   double *errors);

/* SMAPE of one prediction, in percent. */
double normal_smape(double predicted, double measured);

/* A form that says nothing, and its predictions. */
void normal_clear(struct normal_form *form, struct normal_prediction *predictions,
                  size_t prediction_count);

/* The terms of one form; term 0 is the constant. */
struct normal_candidate {
  struct normal_power power[NORMAL_TERMS][2];
  struct design_matrix design;
  double *basis; /* the design's */
};

struct normal_problem {
  struct groups groups;
  double *weights, *medians; /* by group */
  struct normal_candidate *candidates;
  size_t candidate_count;
  /* Which candidate describes y (by group); SELECTION_NONE: none can be fitted. */
  size_t (*choose)(const struct normal_problem *problem, const double *y);
};

/* Groups the data; every parameter must be at least 1. To be freed in all cases. */
enum fit_status normal_problem_make(struct normal_problem *problem, const double *x,
                                    const double *z, const double *y, size_t count);
void normal_problem_free(struct normal_problem *problem);

/* Adds a candidate; term 0 is the constant and not among `power`. */
void normal_add_candidate(struct normal_problem *problem, const struct normal_power power[][2],
                          size_t count);

/* A term without its coefficient. */
double normal_term_value(const struct normal_power power[2], double x, double z);

/* Fits the chosen terms to all launches and sets coefficients, predictions, agreement and what the
 * quality says of intervals, by the signs of the launches (score.h). */
void normal_score(struct normal_form *form, const struct normal_problem *problem, size_t chosen,
                  const struct fit_options *options, struct normal_prediction *predictions,
                  size_t prediction_count);

/* Chooses, fits, sets intervals; sets the whole form, but for what it says of too few data. */
void normal_solve(struct normal_form *form, const struct normal_problem *problem,
                  const struct fit_options *options, struct normal_prediction *predictions,
                  size_t prediction_count);

#endif
