/* Intervals of normal forms from the signs of the launches. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/models/normal_fit.h"
#include "analysis/models/resample.h"
#include "analysis/models/score.h"
#include "analysis/models/selection.h"
#include "common/grow.h"

/* A weighted sum of coefficients: one of them, or the form at some place. */
struct weighted_sum {
  size_t terms;
  double factors[TERMS_MAX];
};

static void set_sums(const void *context, const double *coefficients, double *above,
                     double *below) {
  (void)coefficients;
  (void)below;
  const struct weighted_sum *sum = context;
  memcpy(above, sum->factors, sum->terms * sizeof *above);
}

static struct weighted_sum coefficient_sum(size_t term, size_t terms) {
  struct weighted_sum sum = {terms, {0}};
  sum.factors[term] = 1;
  return sum;
}

static struct weighted_sum prediction_sum(const struct normal_candidate *candidate,
                                          const double at[2], size_t parameters) {
  struct weighted_sum sum = {candidate->design.terms, {0}};
  for (size_t t = 0; t < sum.terms; t++)
    sum.factors[t] = normal_term_value(candidate->power[t], at[0], parameters > 1 ? at[1] : 1);
  return sum;
}

/* The share of the draws of the medians from which on a chosen term is kept as a possible one. With
 * 5 % predictions with 10 % noise cover more than they should, with more than 30 % less. */
static const double often_share = 0.15;

/* chosen_by[c]: how many draws of the medians choose candidate c. */
static void draw_all(const struct normal_problem *problem, struct resampler *resampler,
                     size_t draws, size_t *chosen_by) {
  double *medians = groups_zeros(problem->groups.count);
  for (size_t i = 0; i < draws; i++) {
    resampler_draw(resampler, medians);
    size_t chosen = problem->choose(problem, medians);
    if (chosen != SELECTION_NONE)
      chosen_by[chosen]++;
  }
  free(medians);
}

/* Predictions of a candidate that was not chosen, but could have been. */
static void widen(const struct normal_form *form, const struct normal_problem *problem,
                  const struct normal_candidate *candidate, struct normal_prediction *predictions,
                  size_t prediction_count) {
  struct median_fit fit;
  struct score score;
  double coefficients[TERMS_MAX];
  if (median_fit_make(&fit, &problem->groups, &candidate->design, coefficients) &&
      score_make(&score, &fit, form->quality.level))
    for (size_t p = 0; p < prediction_count; p++) {
      struct weighted_sum sum = prediction_sum(candidate, predictions[p].at, form->parameters);
      struct estimate y =
          score_interval(&score, set_sums, &sum, coefficients, form->quality.misfit, 0, INFINITY);
      predictions[p].y.low = fmin(predictions[p].y.low, y.low);
      predictions[p].y.high = fmax(predictions[p].y.high, y.high);
    }
  median_fit_free(&fit);
}

static void set_results(struct normal_form *form, const struct normal_candidate *candidate,
                        const struct score *score, const double *coefficients,
                        struct normal_prediction *predictions, size_t prediction_count) {
  for (size_t t = 0; t < form->term_count; t++) {
    struct weighted_sum sum = coefficient_sum(t, form->term_count);
    form->terms[t].coefficient =
        score_interval(score, set_sums, &sum, coefficients, form->quality.misfit, 0, INFINITY);
  }
  for (size_t p = 0; p < prediction_count; p++) {
    struct weighted_sum sum = prediction_sum(candidate, predictions[p].at, form->parameters);
    predictions[p].y =
        score_interval(score, set_sums, &sum, coefficients, form->quality.misfit, 0, INFINITY);
  }
}

/* Settles the misfit and how sure the choice of terms is. */
static void judge(struct normal_form *form, const struct normal_problem *problem, size_t chosen,
                  const struct median_fit *fit, const double *coefficients,
                  const struct fit_options *options, size_t *chosen_by) {
  const struct design_matrix *design = &problem->candidates[chosen].design;
  struct resampler resampler;
  resampler_make(&resampler, &problem->groups, design, coefficients, options->seed);
  draw_all(problem, &resampler, options->resamples, chosen_by);
  resampler_judge(&resampler, median_fit_imbalance(fit), &form->quality);
  form->agreement = (double)chosen_by[chosen] / (double)options->resamples;
  resampler_free(&resampler);
}

void normal_score(struct normal_form *form, const struct normal_problem *problem, size_t chosen,
                  const struct fit_options *options, struct normal_prediction *predictions,
                  size_t prediction_count) {
  const struct normal_candidate *candidate = &problem->candidates[chosen];
  const double often = often_share * (double)options->resamples;
  size_t *chosen_by = grow_zeroed(problem->candidate_count, sizeof *chosen_by);
  struct median_fit fit;
  struct score score;
  double coefficients[TERMS_MAX];
  if (median_fit_make(&fit, &problem->groups, &candidate->design, coefficients) &&
      score_make(&score, &fit, form->quality.level)) {
    judge(form, problem, chosen, &fit, coefficients, options, chosen_by);
    set_results(form, candidate, &score, coefficients, predictions, prediction_count);
    for (size_t c = 0; c < problem->candidate_count; c++)
      if (c != chosen && (double)chosen_by[c] > often)
        widen(form, problem, &problem->candidates[c], predictions, prediction_count);
  } else {
    form->quality.status = FIT_UNDETERMINED;
  }
  median_fit_free(&fit);
  free(chosen_by);
}
