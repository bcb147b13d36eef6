/* Code that forms of one and of two parameters share: candidates, the fit of the chosen one, its
 * resamples. */
#ifndef QUARTET_ANALYSIS_MODELS_NORMAL_FIT_H
#define QUARTET_ANALYSIS_MODELS_NORMAL_FIT_H

#include "analysis/models/groups.h"
#include "analysis/models/least_squares.h"
#include "analysis/models/normal_form.h"

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
