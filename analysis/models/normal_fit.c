#include "analysis/models/normal_fit.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/models/resample.h"
#include "analysis/models/selection.h"
#include "common/grow.h"
#include "common/stats.h"

enum fit_status normal_problem_make(struct normal_problem *problem, const double *x,
                                    const double *z, const double *y, size_t count) {
  *problem = (struct normal_problem){0};
  enum fit_status status = groups_make(&problem->groups, x, z, y, count);
  if (status != FIT_OK)
    return status;
  problem->weights = groups_zeros(problem->groups.count);
  problem->medians = groups_zeros(problem->groups.count);
  for (size_t i = 0; i < problem->groups.count; i++) {
    const struct launch_group *group = &problem->groups.items[i];
    problem->weights[i] = group->weight;
    problem->medians[i] = group->median;
    if (group->x < 1 || group->z < 1) /* its logarithm would be negative, and so a part of a time */
      status = FIT_BAD_DATA;
  }
  return status;
}

void normal_problem_free(struct normal_problem *problem) {
  for (size_t c = 0; c < problem->candidate_count; c++)
    free(problem->candidates[c].basis);
  free(problem->candidates);
  free(problem->weights);
  free(problem->medians);
  groups_free(&problem->groups);
}

double normal_term_value(const struct normal_power power[2], double x, double z) {
  return normal_power_value(&power[0], x) * normal_power_value(&power[1], z);
}

void normal_add_candidate(struct normal_problem *problem, const struct normal_power power[][2],
                          size_t count) {
  const size_t rows = problem->groups.count, terms = count + 1;
  double *basis = groups_zeros(rows * terms);
  struct normal_candidate *candidate = GROW(problem->candidates, problem->candidate_count);
  candidate->power[0][0] = candidate->power[0][1] = (struct normal_power){0, 1, 0};
  for (size_t t = 0; t < count; t++)
    for (int i = 0; i < 2; i++)
      candidate->power[t + 1][i] = power[t][i];
  for (size_t row = 0; row < rows; row++)
    for (size_t t = 0; t < terms; t++)
      basis[row * terms + t] = normal_term_value(candidate->power[t], problem->groups.items[row].x,
                                                 problem->groups.items[row].z);
  candidate->basis = basis;
  candidate->design = (struct design_matrix){basis, rows, terms, problem->weights};
}

static double candidate_value(const struct normal_candidate *candidate, const double *coefficients,
                              const double at[2], size_t parameters) {
  double value = 0;
  for (size_t t = 0; t < candidate->design.terms; t++)
    value +=
        coefficients[t] * normal_term_value(candidate->power[t], at[0], parameters > 1 ? at[1] : 1);
  return value;
}

/* The results of the fits of the resampled medians: `count` values for each coefficient, then for
 * each prediction. */
struct form_draws {
  double *values;
  size_t count, agreeing;
};

static double *draws_of(const struct form_draws *draws, size_t which) {
  return draws->values + which * draws->count;
}

static void draw_all(const struct normal_form *form, const struct normal_problem *problem,
                     size_t chosen, struct resampler *resampler, struct form_draws *draws,
                     const struct normal_prediction *predictions, size_t prediction_count) {
  double *medians = groups_zeros(problem->groups.count), coefficients[TERMS_MAX];
  for (size_t i = 0; i < draws->count; i++) {
    resampler_draw(resampler, medians);
    bool fits =
        least_squares_fit(&problem->candidates[chosen].design, medians, LEAVE_NONE, coefficients);
    for (size_t t = 0; t < NORMAL_TERMS; t++)
      draws_of(draws, t)[i] = fits ? coefficients[t] : NAN;
    size_t again = problem->choose(problem, medians);
    draws->agreeing += again == chosen;
    if (again != chosen)
      fits = again != SELECTION_NONE && least_squares_fit(&problem->candidates[again].design,
                                                          medians, LEAVE_NONE, coefficients);
    for (size_t p = 0; p < prediction_count; p++)
      draws_of(draws, NORMAL_TERMS + p)[i] =
          fits ? candidate_value(&problem->candidates[again], coefficients, predictions[p].at,
                                 form->parameters)
               : NAN;
  }
  free(medians);
}

static void set_errors(struct normal_form *form, const struct normal_problem *problem,
                       const struct design_matrix *design) {
  const size_t rows = problem->groups.count;
  struct fit_quality *quality = &form->quality;
  double *errors = groups_zeros(rows), coefficients[TERMS_MAX], sum = 0;
  for (size_t i = 0; i < rows && quality->status == FIT_OK; i++) {
    const double y = problem->medians[i];
    if (!least_squares_fit(design, problem->medians, i, coefficients)) {
      quality->status = FIT_UNDETERMINED;
      continue;
    }
    double predicted = least_squares_value(design, i, coefficients);
    sum += normal_smape(predicted, y);
    errors[i] = fabs(predicted - y) / y;
    if (i == 0 || errors[i] > quality->loo_largest) {
      quality->loo_largest = errors[i];
      quality->loo_worst_x = problem->groups.items[i].x;
    }
  }
  stats_sort(errors, rows);
  quality->loo_median = stats_median(errors, rows);
  form->smape = sum / (double)rows;
  free(errors);
}

static void set_ranges(struct normal_form *form, const struct normal_problem *problem) {
  for (size_t i = 0; i < problem->groups.count; i++) {
    const double at[2] = {problem->groups.items[i].x, problem->groups.items[i].z};
    for (int k = 0; k < 2; k++) {
      form->min[k] = i == 0 ? at[k] : fmin(form->min[k], at[k]);
      form->max[k] = i == 0 ? at[k] : fmax(form->max[k], at[k]);
    }
  }
}

static bool is_outside(const struct normal_form *form, const double at[2]) {
  bool outside = false;
  for (size_t k = 0; k < form->parameters; k++)
    outside = outside || at[k] < form->min[k] || at[k] > form->max[k];
  return outside;
}

static void set_terms(struct normal_form *form, const struct normal_candidate *candidate) {
  form->term_count = candidate->design.terms;
  for (size_t t = 0; t < form->term_count; t++) {
    form->terms[t].power[0] = candidate->power[t][0];
    form->terms[t].power[1] = candidate->power[t][1];
  }
}

static void set_results(struct normal_form *form, const struct normal_candidate *candidate,
                        const double *coefficients, const struct form_draws *draws,
                        struct normal_prediction *predictions, size_t prediction_count) {
  for (size_t t = 0; t < form->term_count; t++)
    form->terms[t].coefficient = resampled_interval(coefficients[t], draws_of(draws, t),
                                                    draws->count, &form->quality, 0, INFINITY);
  for (size_t p = 0; p < prediction_count; p++)
    predictions[p].y = resampled_interval(
        candidate_value(candidate, coefficients, predictions[p].at, form->parameters),
        draws_of(draws, NORMAL_TERMS + p), draws->count, &form->quality, 0, INFINITY);
  if (draws->count > 0)
    form->agreement = (double)draws->agreeing / (double)draws->count;
}

/* A fit of the chosen terms to medians drawn about the curve gives a value of each coefficient, one
 * of the terms that these medians would choose gives one of each prediction. */
static void resample(struct normal_form *form, const struct normal_problem *problem, size_t chosen,
                     const double *coefficients, const struct fit_options *options,
                     struct normal_prediction *predictions, size_t prediction_count) {
  const struct normal_candidate *candidate = &problem->candidates[chosen];
  struct resampler resampler;
  resampler_make(&resampler, &problem->groups, &candidate->design, coefficients, options->seed);
  struct form_draws draws = {NULL, resampler.kind == INTERVAL_NONE ? 0 : options->resamples, 0};
  draws.values = groups_zeros(draws.count * (NORMAL_TERMS + prediction_count));
  draw_all(form, problem, chosen, &resampler, &draws, predictions, prediction_count);
  resampler_judge(&resampler, NAN, &form->quality);
  set_results(form, candidate, coefficients, &draws, predictions, prediction_count);
  resampler_free(&resampler);
  free(draws.values);
}

void normal_solve(struct normal_form *form, const struct normal_problem *problem,
                  const struct fit_options *options, struct normal_prediction *predictions,
                  size_t prediction_count) {
  double coefficients[TERMS_MAX];
  set_ranges(form, problem);
  form->quality.launches = problem->groups.launches;
  size_t chosen = problem->choose(problem, problem->medians);
  if (chosen == SELECTION_NONE || !least_squares_fit(&problem->candidates[chosen].design,
                                                     problem->medians, LEAVE_NONE, coefficients)) {
    form->quality.status = FIT_UNDETERMINED;
    return;
  }
  const struct normal_candidate *candidate = &problem->candidates[chosen];
  set_errors(form, problem, &candidate->design);
  if (form->quality.status != FIT_OK)
    return;
  set_terms(form, candidate);
  for (size_t p = 0; p < prediction_count; p++)
    predictions[p].extrapolated = is_outside(form, predictions[p].at);
  if (interval_kind(&problem->groups, candidate->design.terms) == INTERVAL_LAUNCHES)
    normal_score(form, problem, chosen, options, predictions, prediction_count);
  else
    resample(form, problem, chosen, coefficients, options, predictions, prediction_count);
}
