#include "analysis/models/score.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/models/small_matrix.h"
#include "common/stats.h"

/* How wide a group's launches lie near its median: the shortest range that holds half of them (P.
 * Rousseeuw, J. Am. Stat. Assoc. 79, 1984), in units of scale. A slow mode of less than half of the
 * launches does not change it, on whichever side of it the median of a few launches falls. */
static double shortest_half(const struct median_fit *fit, size_t row) {
  const struct launch_group *group = &fit->groups->items[row];
  const double *values = fit->groups->values + group->first;
  const size_t half = (group->count + 1) / 2;
  double shortest = INFINITY;
  for (size_t i = 0; i + half <= group->count; i++)
    shortest = fmin(shortest, values[i + half - 1] - values[i]);
  return shortest / fit->scale[row];
}

/* The density of each group's launches at its median over that of the typical group. A spread of
 * few launches is poorly known, so each is drawn towards the typical one, as if that had been seen
 * on PRIOR launches more. */
static void set_densities(const struct median_fit *fit, double *densities) {
  enum { PRIOR = 3 };
  double *sorted = groups_zeros(fit->rows);
  for (size_t row = 0; row < fit->rows; row++)
    sorted[row] = densities[row] = shortest_half(fit, row);
  stats_sort(sorted, fit->rows);
  double typical = stats_median(sorted, fit->rows);
  for (size_t row = 0; row < fit->rows; row++) {
    double known = (double)fit->groups->items[row].count - 1, ratio = densities[row] / typical;
    densities[row] = typical > 0 ? 1 / sqrt((known * ratio * ratio + PRIOR) / (known + PRIOR)) : 1;
  }
  free(sorted);
}

bool score_make(struct score *score, struct median_fit *fit, double level) {
  double *densities = groups_zeros(fit->rows), matrix[TERMS_MAX][TERMS_MAX] = {{0}};
  *score = (struct score){.fit = fit, .normal_quantile = gsl_cdf_ugaussian_Pinv((1 + level) / 2)};
  set_densities(fit, densities);
  for (size_t row = 0; row < fit->rows; row++) {
    const double *basis = &fit->basis[row * fit->terms];
    const double by = densities[row] * (double)fit->groups->items[row].count;
    for (size_t s = 0; s < fit->terms; s++)
      for (size_t t = 0; t < fit->terms; t++)
        matrix[s][t] += by * basis[s] * basis[t];
  }
  free(densities);
  return matrix_invert(matrix, fit->terms, score->inverse);
}

static double sum_of(const double *factors, const double *coefficients, size_t terms) {
  double sum = 0;
  for (size_t t = 0; t < terms; t++)
    sum += factors[t] * coefficients[t];
  return sum;
}

static double divisor_of(const double *below, const double *coefficients, size_t terms) {
  for (size_t t = 0; t < terms; t++)
    if (below[t] != 0)
      return sum_of(below, coefficients, terms);
  return 1;
}

double score_value(score_quantity *quantity, const void *context, const double *coefficients,
                   size_t terms) {
  double above[TERMS_MAX] = {0}, below[TERMS_MAX] = {0};
  quantity(context, coefficients, above, below);
  return sum_of(above, coefficients, terms) / divisor_of(below, coefficients, terms);
}

/* The quantile of a weighted sum of fair signs: sum over launches of shares_i sign. The curve goes
 * through as many launches as it has terms; these have no sign. */
static double sign_quantile(const struct score *score, const double *direction) {
  const struct median_fit *fit = score->fit;
  double second = 0, fourth = 0, launches = 0;
  for (size_t row = 0; row < fit->rows; row++) {
    double share = sum_of(direction, &fit->basis[row * fit->terms], fit->terms);
    double square = share * share, count = (double)fit->groups->items[row].count;
    second += count * square;
    fourth += count * square * square;
    launches += count;
  }
  if (!(second > 0))
    return 0;
  const double z = score->normal_quantile, kurtosis = -2 * fourth / (second * second);
  return sqrt(second * (1 - (double)fit->terms / launches)) *
         (z + (z * z * z - 3 * z) * kurtosis / 24);
}

/* The pull along the gradient of a quantity that gives the end of its interval. */
static void set_pull(const struct score *score, const double *gradient, double *pull) {
  const size_t terms = score->fit->terms;
  double direction[TERMS_MAX], length = 0;
  for (size_t t = 0; t < terms; t++) {
    direction[t] = sum_of(score->inverse[t], gradient, terms);
    length += direction[t] * gradient[t];
  }
  double by = length > 0 ? sign_quantile(score, direction) / length : 0;
  for (size_t t = 0; t < terms; t++)
    pull[t] = by * gradient[t];
}

/* A curve whose pull is in the direction of the quantity's own gradient there, which is found step
 * by step (as W. Dinkelbach, Management Science 13, 1967, for quotients). */
double score_end(const struct score *score, score_quantity *quantity, const void *context,
                 const double *coefficients, bool upper) {
  enum { STEPS_MAX = 20 };
  const size_t terms = score->fit->terms;
  const double sign = upper ? 1 : -1;
  double at[TERMS_MAX], pull[TERMS_MAX], gradient[TERMS_MAX];
  double value = score_value(quantity, context, coefficients, terms);
  memcpy(at, coefficients, terms * sizeof *at);
  for (int step = 0; step < STEPS_MAX; step++) {
    double above[TERMS_MAX] = {0}, below[TERMS_MAX] = {0}, before = value;
    quantity(context, at, above, below);
    const double divisor = divisor_of(below, at, terms);
    if (!(divisor > 0))
      return sign * INFINITY;
    for (size_t t = 0; t < terms; t++)
      gradient[t] = sign * (above[t] - value * below[t]) / divisor / score->fit->length[t];
    set_pull(score, gradient, pull);
    if (!median_fit_pulled(score->fit, pull, at))
      return sign * INFINITY;
    value = score_value(quantity, context, at, terms);
    if (!(fabs(value - before) > 1e-9 * fabs(value)))
      break;
  }
  return isnan(value) ? sign * INFINITY : value;
}

struct estimate score_widened(double value, double low, double high, double misfit, double min,
                              double max) {
  low = value - misfit * fmax(0, value - low);
  high = value + misfit * fmax(0, high - value);
  return (struct estimate){value, fmin(fmax(low, min), max), fmin(fmax(high, min), max)};
}

struct estimate score_interval(const struct score *score, score_quantity *quantity,
                               const void *context, const double *coefficients, double misfit,
                               double min, double max) {
  return score_widened(score_value(quantity, context, coefficients, score->fit->terms),
                       score_end(score, quantity, context, coefficients, false),
                       score_end(score, quantity, context, coefficients, true), misfit, min, max);
}
