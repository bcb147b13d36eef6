#include "analysis/models/scaling.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/models/resample.h"
#include "analysis/models/scaling_basis.h"
#include "common/stats.h"

const char *const scaling_law_names[SCALING_LAWS] = {"linear", "Amdahl", "USL", "Gustafson"};

enum { TIME_1, SERIAL, COHERENCE, LIMIT, PEAK, PARAMETERS };

/* The results of fits of medians drawn about the curve: `count` values for each parameter, then for
 * the time and the speedup of each prediction. */
struct law_draws {
  double *values;
  size_t count;
};

static double *draws_of(const struct law_draws *draws, size_t which) {
  return draws->values + which * draws->count;
}

static double speedup_at(enum scaling_law law, const struct scaling_parameters *parameters,
                         double cores) {
  double speedup = parameters->time_1 / scaling_law_time(law, parameters, cores);
  return law == SCALING_GUSTAFSON ? speedup * cores : speedup;
}

static void keep_draw(const struct law_draws *draws, size_t at, enum scaling_law law,
                      const struct scaling_parameters *of,
                      const struct scaling_prediction *predictions, size_t prediction_count) {
  const double parameters[PARAMETERS] = {of->time_1, of->serial, of->coherence, of->speedup_limit,
                                         of->peak_cores};
  for (size_t i = 0; i < PARAMETERS; i++)
    draws_of(draws, i)[at] = parameters[i];
  for (size_t i = 0; i < prediction_count; i++) {
    draws_of(draws, PARAMETERS + 2 * i)[at] = scaling_law_time(law, of, predictions[i].cores);
    draws_of(draws, PARAMETERS + 2 * i + 1)[at] = speedup_at(law, of, predictions[i].cores);
  }
}

static void draw_all(struct resampler *resampler, const struct scaling_data *data,
                     enum scaling_law law, const struct law_draws *draws,
                     const struct scaling_prediction *predictions, size_t prediction_count) {
  double *medians = groups_zeros(data->groups.count), coefficients[TERMS_MAX];
  static const struct scaling_parameters unknown = {NAN, NAN, NAN, NAN, NAN};
  for (size_t i = 0; i < draws->count; i++) {
    resampler_draw(resampler, medians);
    bool fits = least_squares_fit(&data->design, medians, LEAVE_NONE, coefficients);
    struct scaling_parameters of = fits ? scaling_parameters_of(law, coefficients) : unknown;
    keep_draw(draws, i, law, &of, predictions, prediction_count);
  }
  free(medians);
}

static void set_parameters(struct scaling_fit *fit, const struct scaling_parameters *of,
                           const struct law_draws *draws) {
  const struct fit_quality *quality = &fit->quality;
  const size_t count = draws->count;
  const enum scaling_law law = fit->law;
  fit->time_1 =
      resampled_interval(of->time_1, draws_of(draws, TIME_1), count, quality, 0, INFINITY);
  if (law != SCALING_LINEAR)
    fit->serial = resampled_interval(of->serial, draws_of(draws, SERIAL), count, quality, 0,
                                     law == SCALING_USL ? INFINITY : 1);
  if (law == SCALING_AMDAHL || law == SCALING_USL)
    fit->speedup_limit =
        resampled_interval(of->speedup_limit, draws_of(draws, LIMIT), count, quality, 1, INFINITY);
  if (law == SCALING_USL) {
    fit->coherence =
        resampled_interval(of->coherence, draws_of(draws, COHERENCE), count, quality, 0, INFINITY);
    fit->peak_cores =
        resampled_interval(of->peak_cores, draws_of(draws, PEAK), count, quality, 1, INFINITY);
  }
}

static struct estimate divided(struct estimate e, double by) {
  return (struct estimate){e.value / by, e.low / by, e.high / by};
}

static void set_predictions(const struct scaling_fit *fit, const struct scaling_parameters *of,
                            const struct law_draws *draws, struct scaling_prediction *predictions,
                            size_t prediction_count) {
  for (size_t i = 0; i < prediction_count; i++) {
    struct scaling_prediction *at = &predictions[i];
    at->time = resampled_interval(scaling_law_time(fit->law, of, at->cores),
                                  draws_of(draws, PARAMETERS + 2 * i), draws->count, &fit->quality,
                                  0, INFINITY);
    at->speedup = resampled_interval(speedup_at(fit->law, of, at->cores),
                                     draws_of(draws, PARAMETERS + 2 * i + 1), draws->count,
                                     &fit->quality, 0, INFINITY);
    at->efficiency = divided(at->speedup, at->cores);
  }
}

static void clear(struct scaling_fit *fit, enum scaling_law law,
                  struct scaling_prediction *predictions, size_t prediction_count) {
  const struct estimate none = estimate_none();
  *fit = (struct scaling_fit){law, {0}, none, none, none, none, none, NAN, NAN};
  fit->quality.loo_median = fit->quality.loo_largest = fit->quality.loo_worst_x = NAN;
  fit->quality.misfit = 1;
  fit->quality.misfit_p = NAN;
  for (size_t i = 0; i < prediction_count; i++)
    predictions[i] = (struct scaling_prediction){predictions[i].cores, false, none, none, none};
}

static enum fit_status set_errors(struct fit_quality *quality, const struct scaling_data *data) {
  const size_t rows = data->groups.count;
  double *errors = groups_zeros(rows);
  bool determined = least_squares_leave_one_out(&data->design, data->medians, errors);
  for (size_t i = 0; determined && i < rows; i++)
    if (i == 0 || errors[i] > quality->loo_largest) {
      quality->loo_largest = errors[i];
      quality->loo_worst_x = data->groups.items[i].x;
    }
  stats_sort(errors, rows);
  quality->loo_median = determined ? stats_median(errors, rows) : NAN;
  free(errors);
  return determined ? FIT_OK : FIT_UNDETERMINED;
}

/* The value of the fit, and its quality but for the intervals. */
static enum fit_status fit_values(struct scaling_fit *fit, const struct scaling_data *data,
                                  double *coefficients) {
  struct fit_quality *quality = &fit->quality;
  quality->have = data->groups.count;
  quality->launches = data->groups.launches;
  fit->cores_min = data->groups.items[0].x;
  fit->cores_max = data->groups.items[quality->have - 1].x;
  if (quality->have < quality->needed)
    return FIT_TOO_FEW;
  if (!least_squares_fit(&data->design, data->medians, LEAVE_NONE, coefficients))
    return FIT_UNDETERMINED;
  /* Without a part that computes in parallel USL's alpha and beta have no unit to be stated in. */
  if (fit->law == SCALING_USL && !(coefficients[0] > 0))
    return FIT_UNDETERMINED;
  return set_errors(quality, data);
}

/* By fits of medians that are drawn about the curve; without an interval there are no draws. */
static void resample_intervals(struct scaling_fit *fit, const struct scaling_data *data,
                               const double *coefficients, const struct fit_options *options,
                               struct scaling_prediction *predictions, size_t prediction_count) {
  const struct scaling_parameters of = scaling_parameters_of(fit->law, coefficients);
  struct resampler resampler;
  resampler_make(&resampler, &data->groups, &data->design, coefficients, options->seed);
  struct law_draws draws = {NULL, resampler.kind == INTERVAL_NONE ? 0 : options->resamples};
  draws.values = groups_zeros(draws.count * (PARAMETERS + 2 * prediction_count));
  draw_all(&resampler, data, fit->law, &draws, predictions, prediction_count);
  resampler_judge(&resampler, NAN, &fit->quality);
  set_parameters(fit, &of, &draws);
  set_predictions(fit, &of, &draws, predictions, prediction_count);
  free(draws.values);
  resampler_free(&resampler);
}

/* By the signs of all launches about the curve through them, whose coefficients these become. False
 * if the launches do not determine them. */
static bool score_intervals(struct scaling_fit *fit, const struct scaling_data *data,
                            double *coefficients, const struct fit_options *options,
                            struct scaling_prediction *predictions, size_t prediction_count) {
  struct median_fit median;
  struct score score;
  struct resampler resampler;
  bool fits = median_fit_make(&median, &data->groups, &data->design, coefficients) &&
              score_make(&score, &median, options->level) &&
              !(fit->law == SCALING_USL && !(coefficients[0] > 0));
  if (fits) {
    resampler_make(&resampler, &data->groups, &data->design, coefficients, options->seed);
    resampler_draw_all(&resampler, options->resamples);
    resampler_judge(&resampler, median_fit_imbalance(&median), &fit->quality);
    scaling_score_intervals(fit, &score, coefficients, predictions, prediction_count);
    resampler_free(&resampler);
  }
  median_fit_free(&median);
  return fits;
}

/* `coefficients`: of the curve through the medians. */
static void fit_intervals(struct scaling_fit *fit, const struct scaling_data *data,
                          double *coefficients, const struct fit_options *options,
                          struct scaling_prediction *predictions, size_t prediction_count) {
  for (size_t i = 0; i < prediction_count; i++)
    predictions[i].extrapolated =
        predictions[i].cores < fit->cores_min || predictions[i].cores > fit->cores_max;
  if (interval_kind(&data->groups, data->design.terms) != INTERVAL_LAUNCHES)
    resample_intervals(fit, data, coefficients, options, predictions, prediction_count);
  else if (!score_intervals(fit, data, coefficients, options, predictions, prediction_count))
    fit->quality.status = FIT_UNDETERMINED;
}

void scaling_fit(struct scaling_fit *fit, enum scaling_law law, enum scaling_quantity quantity,
                 const double *cores, const double *values, size_t count,
                 const struct fit_options *options, struct scaling_prediction *predictions,
                 size_t prediction_count) {
  const struct fit_options complete = fit_options_complete(options);
  struct scaling_data data;
  double coefficients[TERMS_MAX];
  clear(fit, law, predictions, prediction_count);
  fit->quality.level = complete.level;
  fit->quality.needed = scaling_terms[law] + 1;
  fit->quality.status = scaling_data_make(&data, law, quantity, cores, values, count);
  if (fit->quality.status == FIT_OK)
    fit->quality.status = fit_values(fit, &data, coefficients);
  if (fit->quality.status == FIT_OK)
    fit_intervals(fit, &data, coefficients, &complete, predictions, prediction_count);
  scaling_data_free(&data);
}

double scaling_time(const struct scaling_fit *fit, double cores) {
  const struct scaling_parameters of = {fit->time_1.value, fit->serial.value, fit->coherence.value,
                                        0, 0};
  return scaling_law_time(fit->law, &of, cores);
}

char *scaling_text(const struct scaling_fit *fit, char text[SCALING_TEXT]) {
  const double t1 = fit->time_1.value, serial = fit->serial.value;
  text[0] = '\0';
  if (fit->quality.status != FIT_OK)
    return text;
  if (fit->law == SCALING_LINEAR)
    snprintf(text, SCALING_TEXT, "T(p) = %.3g s / p", t1);
  else if (fit->law == SCALING_AMDAHL)
    snprintf(text, SCALING_TEXT, "T(p) = %.3g s (%.3g + %.3g/p)", t1, serial, 1 - serial);
  else if (fit->law == SCALING_USL)
    snprintf(text, SCALING_TEXT, "S(p) = p / (1 + %.3g (p - 1) + %.3g p (p - 1))", serial,
             fit->coherence.value);
  else
    snprintf(text, SCALING_TEXT, "S(p) = p - %.3g (p - 1)", serial);
  return text;
}
