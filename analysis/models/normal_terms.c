#include "analysis/models/normal_fit.h"

#include <math.h>

/* Of Extra-P, in quarters and thirds. */
static const struct {
  int above, below, logs_max;
} exponents_of[] = {{0, 1, 2},
                    {1, 4, 2},
                    {1, 3, 2},
                    {1, 2, 2},
                    {2, 3, 2},
                    {3, 4, 2},
                    {1, 1, 2},
                    {5, 4, 2},
                    {4, 3, 2},
                    {3, 2, 2},
                    {5, 3, 2},
                    {7, 4, 2},
                    {2, 1, 2},
                    {9, 4, 2},
                    {7, 3, 2},
                    {5, 2, 2},
                    {8, 3, 2},
                    {11, 4, 2},
                    {3, 1, 2},
                    /* falling */
                    {-1, 1, 1},
                    {-3, 4, 1},
                    {-2, 3, 1},
                    {-1, 2, 1},
                    {-1, 3, 1},
                    {-1, 4, 1}};

size_t normal_powers(enum normal_exponents exponents, struct normal_power *powers) {
  size_t count = 0;
  for (size_t e = 0; e < sizeof exponents_of / sizeof *exponents_of; e++)
    for (int logs = 0; logs <= exponents_of[e].logs_max; logs++)
      if ((exponents_of[e].above != 0 || logs > 0) &&
          (exponents == NORMAL_WITH_FALLING || exponents_of[e].above >= 0))
        powers[count++] = (struct normal_power){exponents_of[e].above, exponents_of[e].below, logs};
  return count;
}

double normal_power_value(const struct normal_power *power, double x) {
  double value = power->above == 0 ? 1 : pow(x, (double)power->above / power->below);
  for (int i = 0; i < power->logs; i++)
    value *= log2(x);
  return value;
}

double normal_smape(double predicted, double measured) {
  return 200 * fabs(predicted - measured) / (fabs(predicted) + fabs(measured));
}

/* c0 and c1 of c0 + c1 g, neither negative, relative to y, without row `left_out`. This is what
 * least_squares.h does in its first pass for two terms; all choices of terms and all resamples come
 * through here. */
static bool fit_pair(const double *g, const double *y, const double *weights, size_t rows,
                     size_t left_out, double *c0, double *c1) {
  double s11 = 0, s1g = 0, sgg = 0, s1 = 0, sg = 0;
  for (size_t i = 0; i < rows; i++) {
    if (i == left_out)
      continue;
    double one = 1 / y[i], term = g == NULL ? 0 : g[i] / y[i], w = weights[i];
    s11 += w * one * one;
    s1g += w * one * term;
    sgg += w * term * term;
    s1 += w * one;
    sg += w * term;
  }
  *c0 = s1 / s11;
  *c1 = 0;
  if (g == NULL)
    return true;
  double determinant = s11 * sgg - s1g * s1g;
  if (!(determinant > 1e-11 * s11 * sgg) || !isfinite(sgg))
    return false;
  double both0 = (sgg * s1 - s1g * sg) / determinant, both1 = (s11 * sg - s1g * s1) / determinant;
  if (both0 >= 0 && both1 >= 0) {
    *c0 = both0;
    *c1 = both1;
  } else if (sg * sg / sgg > s1 * s1 / s11) { /* the share that each explains alone */
    *c0 = 0;
    *c1 = sg / sgg;
  }
  return true;
}

bool normal_errors(const double *g, const double *y, const double *weights, size_t rows,
                   double *errors) {
  for (size_t i = 0; i < rows; i++) {
    double c0, c1;
    if (!fit_pair(g, y, weights, rows, i, &c0, &c1))
      return false;
    errors[i] = normal_smape(c0 + (g == NULL ? 0 : c1 * g[i]), y[i]);
  }
  return true;
}

void normal_clear(struct normal_form *form, struct normal_prediction *predictions,
                  size_t prediction_count) {
  *form = (struct normal_form){.smape = NAN, .agreement = NAN};
  form->quality.loo_median = form->quality.loo_largest = form->quality.loo_worst_x = NAN;
  form->quality.misfit = 1;
  form->quality.misfit_p = NAN;
  form->quality.needed = NORMAL_POINTS;
  for (size_t t = 0; t < NORMAL_TERMS; t++)
    form->terms[t] = (struct normal_term){estimate_none(), {{0, 1, 0}, {0, 1, 0}}};
  for (size_t i = 0; i < prediction_count; i++) {
    predictions[i].extrapolated = false;
    predictions[i].y = estimate_none();
  }
}
