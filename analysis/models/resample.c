#include "analysis/models/resample.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "common/stats.h"

/* LAUNCHES_MIN: launches of each x from which on their signs are used (score.h). FREEDOM_MIN: how
 * many more groups than parameters residuals need. */
enum { LAUNCHES_MIN = 3, FREEDOM_MIN = 2 };

enum fit_interval interval_kind(const struct groups *groups, size_t parameters) {
  if (groups->launches >= LAUNCHES_MIN)
    return INTERVAL_LAUNCHES;
  return groups->count >= parameters + FREEDOM_MIN ? INTERVAL_RESIDUALS : INTERVAL_NONE;
}

static void set_residuals(struct resampler *r) {
  double squares = 0;
  for (size_t i = 0; i < r->groups->count; i++) {
    const struct launch_group *group = &r->groups->items[i];
    r->residuals[i] = group->median / r->fitted[i] - 1;
    squares += group->weight * r->residuals[i] * r->residuals[i];
  }
  r->spread = r->freedom > 0 ? sqrt(squares / r->freedom) : NAN;
}

void resampler_make(struct resampler *resampler, const struct groups *groups,
                    const struct design_matrix *design, const double *coefficients,
                    unsigned long seed) {
  *resampler = (struct resampler){
      .random = gsl_rng_alloc(gsl_rng_mt19937),
      .groups = groups,
      .fitted = groups_zeros(groups->count),
      .residuals = groups_zeros(groups->count),
      .log_square = groups_zeros(groups->count),
      .freedom = (double)groups->count - (double)design->terms,
      .kind = interval_kind(groups, design->terms),
  };
  gsl_rng_set(resampler->random, seed);
  for (size_t i = 0; i < groups->count; i++)
    resampler->fitted[i] = least_squares_value(design, i, coefficients);
  set_residuals(resampler);
}

void resampler_free(struct resampler *resampler) {
  if (resampler->random != NULL)
    gsl_rng_free(resampler->random);
  free(resampler->fitted);
  free(resampler->residuals);
  free(resampler->log_square);
}

static size_t index_at(double uniform, size_t count) {
  size_t index = (size_t)(uniform * (double)count);
  return index < count ? index : count - 1;
}

/* Uniform number k of `count`
 * sorted ones has the distribution Beta(k, count + 1 - k); the next one above it is the smallest of
 * the count - k others, uniform above it. */
double resampled_median(const double *values, size_t count, gsl_rng *random) {
  const double half = (double)(count / 2);
  if (count % 2 == 1)
    return values[index_at(gsl_ran_beta(random, half + 1, half + 1), count)];
  double low = gsl_ran_beta(random, half, half + 1);
  double high = low + (1 - low) * (1 - pow(gsl_rng_uniform_pos(random), 1 / half));
  return 0.5 * values[index_at(low, count)] + 0.5 * values[index_at(high, count)];
}

void resampler_draw(struct resampler *r, double *medians) {
  double spread = r->spread;
  if (r->kind == INTERVAL_RESIDUALS)
    spread *= sqrt(r->freedom / gsl_ran_chisq(r->random, r->freedom));
  for (size_t i = 0; i < r->groups->count; i++) {
    const struct launch_group *group = &r->groups->items[i];
    if (r->kind == INTERVAL_LAUNCHES) {
      medians[i] = resampled_median(r->groups->values + group->first, group->count, r->random);
      double distance = log(medians[i] / group->median);
      r->log_square[i] += distance * distance;
    } else {
      double error = spread / sqrt(group->weight) * gsl_ran_ugaussian(r->random);
      medians[i] = r->fitted[i] * exp(error);
    }
  }
  r->draws++;
}

void resampler_draw_all(struct resampler *resampler, size_t draws) {
  double *medians = groups_zeros(resampler->groups->count);
  for (size_t i = 0; i < draws; i++)
    resampler_draw(resampler, medians);
  free(medians);
}

/* How much further the medians are from the curve than they scatter, in units of their weights:
 * pooled over the groups, as the scatter of one is too poorly known to divide by. */
static double misfit_of(const struct resampler *r) {
  double residual = 0, scatter = 0;
  for (size_t i = 0; i < r->groups->count; i++) {
    const double weight = r->groups->items[i].weight;
    residual += weight * r->residuals[i] * r->residuals[i] / r->freedom;
    scatter += weight * r->log_square[i] / (double)r->draws / (double)r->groups->count;
  }
  return scatter > 0 ? sqrt(residual / scatter) : 1; /* without scatter nothing is too far away */
}

void resampler_judge(const struct resampler *r, double imbalance, struct fit_quality *quality) {
  quality->interval = r->kind;
  quality->misfit = 1;
  quality->misfit_p = NAN;
  if (r->kind != INTERVAL_LAUNCHES || !(r->freedom > 0) || r->draws == 0)
    return;
  quality->misfit_p = gsl_cdf_chisq_Q(imbalance, r->freedom);
  if (quality->misfit_p < 0.05)
    quality->misfit = fmax(1, misfit_of(r));
}

/* Of sorted values; infinite ones are not interpolated with, which would give NaN. */
static double quantile(const double *sorted, size_t count, double q) {
  double value = stats_quantile(sorted, count, q);
  return isnan(value) ? sorted[(size_t)(q * (double)(count - 1) + 0.5)] : value;
}

struct estimate resampled_interval(double value, double *draws, size_t count,
                                   const struct fit_quality *quality, double min, double max) {
  struct estimate estimate = {value, NAN, NAN};
  if (quality->interval == INTERVAL_NONE || count == 0)
    return estimate;
  size_t valid = 0;
  for (size_t i = 0; i < count; i++)
    if (!isnan(draws[i]))
      draws[valid++] = draws[i];
  double tail = (1 - quality->level) / 2, lost = (double)(count - valid) / (double)count;
  stats_sort(draws, valid);
  if (valid == 0 || lost >= tail) { /* too many fits failed: the interval is unbounded */
    estimate.low = min;
    estimate.high = max;
    return estimate;
  }
  double low = quantile(draws, valid, tail), high = quantile(draws, valid, 1 - tail);
  if (quality->misfit > 1 && isfinite(value)) {
    low = isfinite(low) ? value - quality->misfit * fmax(0, value - low) : low;
    high = isfinite(high) ? value + quality->misfit * fmax(0, high - value) : high;
  }
  estimate.low = fmin(fmax(low, min), max);
  estimate.high = fmin(fmax(high, min), max);
  return estimate;
}
