/* Forms of two parameters. */
#include <math.h>
#include <stdlib.h>

#include "analysis/models/normal_fit.h"
#include "analysis/models/selection.h"

/* The default: each resample chooses among all combinations by leave-one-out over the groups of the
 * grid, which takes 0.1 ms for 6 by 6. */
enum { RESAMPLES = 500 };

/* The groups in which one parameter varies and the other is fixed. */
struct grid_line {
  double *at, *y, *weights;
  size_t count;
};

static double parameter_of(const struct launch_group *group, int parameter) {
  return parameter == 0 ? group->x : group->z;
}

static void line_fill(struct grid_line *line, const struct normal_problem *problem, int parameter,
                      double other) {
  line->count = 0;
  for (size_t i = 0; i < problem->groups.count; i++) {
    const struct launch_group *group = &problem->groups.items[i];
    if (parameter_of(group, !parameter) != other)
      continue;
    line->at[line->count] = parameter_of(group, parameter);
    line->y[line->count] = group->median;
    line->weights[line->count++] = group->weight;
  }
}

/* Adds the mean error on a line of each power, and of the constant last; -1 marks those that cannot
 * be fitted on some line. */
static void add_errors(const struct grid_line *line, const struct normal_power *powers,
                       size_t count, double *sums, double *column, double *errors) {
  for (size_t m = 0; m <= count; m++) {
    for (size_t i = 0; m < count && i < line->count; i++)
      column[i] = normal_power_value(&powers[m], line->at[i]);
    bool fits =
        normal_errors(m < count ? column : NULL, line->y, line->weights, line->count, errors);
    sums[m] = fits && sums[m] >= 0 ? sums[m] + selection_mean(errors, line->count) : -1;
  }
}

/* Whether a line with the parameter's other one fixed like that was looked at before group i. */
static bool seen_before(const struct groups *groups, int parameter, size_t i) {
  for (size_t j = 0; j < i; j++)
    if (parameter_of(&groups->items[j], !parameter) == parameter_of(&groups->items[i], !parameter))
      return true;
  return false;
}

/* The best power of one parameter, the mean over all lines on which it takes enough values; the
 * constant {0, 1, 0} if nothing is better. False if no line is long enough: *longest says how long
 * the longest is. */
static bool best_power(const struct normal_problem *problem, int parameter,
                       enum normal_exponents exponents, struct normal_power *best,
                       size_t *longest) {
  struct normal_power powers[NORMAL_POWERS_MAX];
  const size_t rows = problem->groups.count, count = normal_powers(exponents, powers);
  double sums[NORMAL_POWERS_MAX + 1] = {0};
  double *room = groups_zeros(5 * rows);
  struct grid_line line = {room, room + rows, room + 2 * rows, 0};
  *longest = 0;
  for (size_t i = 0; i < rows; i++) {
    if (seen_before(&problem->groups, parameter, i))
      continue;
    line_fill(&line, problem, parameter, parameter_of(&problem->groups.items[i], !parameter));
    *longest = line.count > *longest ? line.count : *longest;
    if (line.count >= NORMAL_POINTS)
      add_errors(&line, powers, count, sums, room + 3 * rows, room + 4 * rows);
  }
  double smallest = sums[count]; /* the constant's, which can always be fitted */
  *best = (struct normal_power){0, 1, 0};
  for (size_t m = 0; m < count; m++)
    if (sums[m] >= 0 && sums[m] < smallest) {
      smallest = sums[m];
      *best = powers[m];
    }
  free(room);
  return *longest >= NORMAL_POINTS;
}

static size_t choose(const struct normal_problem *problem, const double *y) {
  enum { CANDIDATES_MAX = 8 };
  const size_t rows = problem->groups.count;
  double *errors[CANDIDATES_MAX] = {NULL}, coefficients[TERMS_MAX];
  for (size_t c = 0; c < problem->candidate_count; c++) {
    const struct design_matrix *design = &problem->candidates[c].design;
    errors[c] = groups_zeros(rows);
    for (size_t i = 0; errors[c] != NULL && i < rows; i++) {
      if (least_squares_fit_roughly(design, y, i, coefficients)) {
        errors[c][i] = normal_smape(least_squares_value(design, i, coefficients), y[i]);
      } else {
        free(errors[c]);
        errors[c] = NULL;
      }
    }
  }
  size_t chosen = selection_choose(errors, problem->candidate_count, rows);
  for (size_t c = 0; c < problem->candidate_count; c++)
    free(errors[c]);
  return chosen;
}

/* g of n, h of p: all sums of g, h and g h, those of fewer terms first. */
static void add_candidates(struct normal_problem *problem, struct normal_power g,
                           struct normal_power h) {
  const struct normal_power one = {0, 1, 0};
  const bool has_g = g.above != 0 || g.logs != 0, has_h = h.above != 0 || h.logs != 0;
  const struct normal_power terms[3][2] = {{g, one}, {one, h}, {g, h}};
  static const unsigned subsets[] = {0, 1, 2, 4, 3, 5, 6, 7};
  for (size_t s = 0; s < sizeof subsets / sizeof *subsets; s++) {
    struct normal_power chosen[3][2];
    size_t count = 0;
    if ((!has_g && subsets[s] & 5) || (!has_h && subsets[s] & 6))
      continue;
    for (size_t t = 0; t < 3; t++)
      if (subsets[s] >> t & 1) {
        chosen[count][0] = terms[t][0];
        chosen[count++][1] = terms[t][1];
      }
    normal_add_candidate(problem, chosen, count);
  }
  problem->choose = choose;
}

void normal_form_fit_grid(struct normal_form *form, const double *n, const double *p,
                          const double *y, size_t count, enum normal_exponents exponents,
                          const struct fit_options *options, struct normal_prediction *predictions,
                          size_t prediction_count) {
  struct fit_options complete = fit_options_complete(options);
  struct normal_problem problem;
  struct normal_power power[2];
  if (options == NULL || options->resamples == 0)
    complete.resamples = RESAMPLES;
  normal_clear(form, predictions, prediction_count);
  form->parameters = 2;
  form->quality.level = complete.level;
  form->quality.status = normal_problem_make(&problem, n, p, y, count);
  for (int k = 0; k < 2 && form->quality.status == FIT_OK; k++) {
    form->short_of = (size_t)k;
    if (!best_power(&problem, k, k == 0 ? NORMAL_RISING : exponents, &power[k],
                    &form->quality.have))
      form->quality.status = FIT_TOO_FEW;
  }
  if (form->quality.status == FIT_OK) {
    add_candidates(&problem, power[0], power[1]);
    normal_solve(form, &problem, &complete, predictions, prediction_count);
  }
  normal_problem_free(&problem);
}
