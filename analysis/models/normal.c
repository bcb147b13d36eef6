#include "analysis/models/normal.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/models/normal_fit.h"
#include "analysis/models/selection.h"

/* Candidate 0 is the constant; each other one has one more term. */
static size_t choose(const struct normal_problem *problem, const double *y) {
  const size_t rows = problem->groups.count;
  double *errors[2] = {groups_zeros(rows), groups_zeros(rows)};
  double *column = groups_zeros(rows), *room = groups_zeros(rows), smallest = INFINITY;
  size_t best = SELECTION_NONE;
  for (size_t c = 1; c < problem->candidate_count; c++) {
    for (size_t i = 0; i < rows; i++)
      column[i] = problem->candidates[c].basis[2 * i + 1];
    if (!normal_errors(column, y, problem->weights, rows, room) ||
        !(selection_mean(room, rows) < smallest))
      continue;
    smallest = selection_mean(room, rows);
    best = c;
    for (size_t i = 0; i < rows; i++)
      errors[1][i] = room[i];
  }
  normal_errors(NULL, y, problem->weights, rows, errors[0]);
  size_t chosen = selection_choose(errors, best == SELECTION_NONE ? 1 : 2, rows);
  free(errors[0]);
  free(errors[1]);
  free(column);
  free(room);
  return chosen == 1 ? best : chosen;
}

static void add_candidates(struct normal_problem *problem, enum normal_exponents exponents) {
  struct normal_power powers[NORMAL_POWERS_MAX];
  size_t count = normal_powers(exponents, powers);
  normal_add_candidate(problem, NULL, 0);
  for (size_t i = 0; i < count; i++) {
    const struct normal_power term[1][2] = {{powers[i], {0, 1, 0}}};
    normal_add_candidate(problem, term, 1);
  }
  problem->choose = choose;
}

void normal_form_fit(struct normal_form *form, const double *x, const double *y, size_t count,
                     enum normal_exponents exponents, const struct fit_options *options,
                     struct normal_prediction *predictions, size_t prediction_count) {
  const struct fit_options complete = fit_options_complete(options);
  struct normal_problem problem;
  normal_clear(form, predictions, prediction_count);
  form->parameters = 1;
  form->quality.level = complete.level;
  form->quality.status = normal_problem_make(&problem, x, NULL, y, count);
  form->quality.have = problem.groups.count;
  if (form->quality.status == FIT_OK && problem.groups.count < NORMAL_POINTS)
    form->quality.status = FIT_TOO_FEW;
  if (form->quality.status == FIT_OK) {
    add_candidates(&problem, exponents);
    normal_solve(form, &problem, &complete, predictions, prediction_count);
  }
  normal_problem_free(&problem);
}

double normal_form_value(const struct normal_form *form, double x, double z) {
  double value = form->quality.status == FIT_OK ? 0 : NAN;
  for (size_t t = 0; t < form->term_count; t++)
    value += form->terms[t].coefficient.value * normal_power_value(&form->terms[t].power[0], x) *
             normal_power_value(&form->terms[t].power[1], z);
  return value;
}
