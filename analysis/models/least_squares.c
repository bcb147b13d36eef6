#include "analysis/models/least_squares.h"

#include <math.h>

/* The normal equations of some terms, columns scaled to length 1. */
struct equations {
  double matrix[TERMS_MAX][TERMS_MAX], right[TERMS_MAX], length[TERMS_MAX];
};

/* A column that is nearly a combination of the others does not determine its coefficient. */
static const double pivot_min = 1e-11;

double least_squares_value(const struct design_matrix *design, size_t row,
                           const double *coefficients) {
  double value = 0;
  for (size_t t = 0; t < design->terms; t++)
    value += coefficients[t] * design->basis[row * design->terms + t];
  return value;
}

/* The scale of the relative error of row i: the fit of an earlier pass, if there was one and it is
 * near. Relative to what was measured, rows below the curve would weigh more than those above. */
static double scale_of(const struct design_matrix *design, size_t i, double y,
                       const double *earlier) {
  double fit = earlier == NULL ? y : least_squares_value(design, i, earlier);
  return fit > y / 2 && fit < 2 * y ? fit : y;
}

static bool set_up(const struct design_matrix *design, const double *y, const double *earlier,
                   size_t left_out, struct equations *equations) {
  const size_t terms = design->terms;
  *equations = (struct equations){0};
  for (size_t i = 0; i < design->rows; i++) {
    if (i == left_out)
      continue;
    const double *row = &design->basis[i * terms], scale = scale_of(design, i, y[i], earlier);
    const double by = design->weights[i] / (scale * scale);
    for (size_t s = 0; s < terms; s++) {
      for (size_t t = 0; t <= s; t++)
        equations->matrix[s][t] += by * row[s] * row[t];
      equations->right[s] += by * row[s] * y[i];
    }
  }
  for (size_t s = 0; s < terms; s++) {
    equations->length[s] = sqrt(equations->matrix[s][s]);
    if (!(equations->length[s] > 0 && isfinite(equations->length[s])))
      return false;
  }
  for (size_t s = 0; s < terms; s++) {
    for (size_t t = 0; t <= s; t++)
      equations->matrix[s][t] /= equations->length[s] * equations->length[t];
    equations->right[s] /= equations->length[s];
  }
  return true;
}

/* Solves for the terms in `chosen` by Cholesky's decomposition. */
static bool solve(const struct equations *equations, const size_t *chosen, size_t count,
                  double *solution) {
  double lower[TERMS_MAX][TERMS_MAX];
  for (size_t i = 0; i < count; i++) {
    double rest = equations->right[chosen[i]];
    for (size_t j = 0; j <= i; j++) {
      double sum = equations->matrix[chosen[i]][chosen[j]];
      for (size_t k = 0; k < j; k++)
        sum -= lower[i][k] * lower[j][k];
      if (i == j && !(sum > pivot_min))
        return false;
      lower[i][j] = i == j ? sqrt(sum) : sum / lower[j][j];
    }
    for (size_t k = 0; k < i; k++)
      rest -= lower[i][k] * solution[k];
    solution[i] = rest / lower[i][i];
  }
  for (size_t i = count; i-- > 0;) {
    for (size_t k = i + 1; k < count; k++)
      solution[i] -= lower[k][i] * solution[k];
    solution[i] /= lower[i][i];
  }
  return true;
}

/* Solves for one subset of the terms. How much of the sum of squares it explains; below 0 if a
 * coefficient is negative or not determined. */
static double try_subset(const struct equations *equations, unsigned subset, size_t terms,
                         double *coefficients, bool *determined) {
  size_t chosen[TERMS_MAX] = {0}, count = 0;
  double solution[TERMS_MAX], explained = 0;
  for (size_t t = 0; t < terms; t++)
    if (subset >> t & 1)
      chosen[count++] = t;
  *determined = solve(equations, chosen, count, solution);
  if (!*determined)
    return -1;
  for (size_t i = 0; i < count; i++) {
    if (solution[i] < 0)
      return -1;
    explained += solution[i] * equations->right[chosen[i]];
  }
  for (size_t t = 0; t < terms; t++)
    coefficients[t] = 0;
  for (size_t i = 0; i < count; i++)
    coefficients[chosen[i]] = solution[i] / equations->length[chosen[i]];
  return explained;
}

static bool fit_once(const struct design_matrix *design, const double *y, const double *earlier,
                     size_t left_out, double *coefficients) {
  struct equations equations;
  double candidate[TERMS_MAX], best = -1;
  bool determined;
  if (!set_up(design, y, earlier, left_out, &equations))
    return false;
  const unsigned all = (1U << design->terms) - 1;
  if (try_subset(&equations, all, design->terms, coefficients, &determined) >= 0)
    return true;
  if (!determined)
    return false;
  for (unsigned subset = 1; subset < all; subset++) {
    double explained = try_subset(&equations, subset, design->terms, candidate, &determined);
    if (explained > best) {
      best = explained;
      for (size_t t = 0; t < design->terms; t++)
        coefficients[t] = candidate[t];
    }
  }
  return best >= 0;
}

bool least_squares_fit(const struct design_matrix *design, const double *y, size_t left_out,
                       double coefficients[TERMS_MAX]) {
  double earlier[TERMS_MAX];
  return fit_once(design, y, NULL, left_out, earlier) &&
         fit_once(design, y, earlier, left_out, coefficients);
}

bool least_squares_fit_roughly(const struct design_matrix *design, const double *y, size_t left_out,
                               double coefficients[TERMS_MAX]) {
  return fit_once(design, y, NULL, left_out, coefficients);
}

bool least_squares_leave_one_out(const struct design_matrix *design, const double *y,
                                 double *errors) {
  double coefficients[TERMS_MAX];
  for (size_t i = 0; i < design->rows; i++) {
    if (!least_squares_fit(design, y, i, coefficients))
      return false;
    errors[i] = fabs(least_squares_value(design, i, coefficients) - y[i]) / y[i];
  }
  return true;
}
