#include "analysis/answer/laws.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/answer/contests.h"
#include "common/grow.h"

/* Launches as a fit takes them. */
struct samples {
  double *x, *y;
  size_t count, other;
};

static void take_launch(struct samples *samples, double x, double y) {
  *GROW(samples->x, samples->count) = x;
  *GROW(samples->y, samples->other) = y;
}

static void free_samples(struct samples *samples) {
  free(samples->x);
  free(samples->y);
}

static bool is_in(const struct standing *standing, const struct contest *contest, size_t variant) {
  return standing->problem->work == contest->work && standing->point->machine == contest->machine &&
         standing->point->variant == variant && standing->count > 0;
}

/* --- over the cores --------------------------------------------------------------------------- */

/* Strong scaling: times of the contest's size. Weak: scaled speedups, whatever the size. */
static void take_cores(struct samples *samples, const struct answer *answer,
                       const struct contest *contest, struct scaling_law_fit *fit) {
  double before = 0;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *standing = &answer->standings[i];
    if (!is_in(standing, contest, fit->variant) || standing->base == NONE ||
        (standing->point->oversubscribed && standing->work->kind != BOUND_WAIT) ||
        (!answer->weak && standing->problem->n != contest->n))
      continue;
    const struct standing *base = &answer->standings[standing->base];
    double cores = (double)standing->point->cores;
    double scale = standing_scale(answer, standing, base);
    fit->time_1_s = base->described.median;
    fit->core_counts += cores != before;
    before = cores;
    for (size_t k = 0; k < standing->count; k++)
      take_launch(samples, cores,
                  answer->weak ? fit->time_1_s / (standing->times_s[k] * scale)
                               : standing->times_s[k]);
  }
}

static void set_places(struct scaling_law_fit *fit, const struct samples *samples) {
  double most = 1;
  for (size_t i = 0; i < samples->count; i++)
    most = fmax(most, samples->x[i]);
  for (int i = 0; i < LAW_PLACES; i++)
    fit->places[i].cores = pow(most * LAW_BEYOND, (double)i / (LAW_PLACES - 1));
}

/* Another law is plausible if its leave-one-out error is at most this multiple of the chosen
 * one's. */
enum { RIVAL_FACTOR = 4 };
#define RIVAL_SLACK 0.01

static void widen(struct estimate *estimate, const struct estimate *other) {
  estimate->low = fmin(estimate->low, other->low);
  estimate->high = fmax(estimate->high, other->high);
}

/* A law that was not chosen, but describes the data nearly as well. */
static bool is_rival(const struct scaling_selection *selection, int law) {
  double chosen = selection->mean_error[selection->best];
  return law != (int)selection->best && selection->fits[law].quality.status == FIT_OK &&
         selection->mean_error[law] <= RIVAL_FACTOR * chosen + RIVAL_SLACK;
}

/* Beyond what was measured the choice of the law matters more than the scatter of launches:
 * intervals of predictions hold those of all laws that fit the data equally well. */
static void widen_predictions(struct scaling_law_fit *fit, const struct samples *samples) {
  if (!fit->selection.found)
    return;
  for (int law = SCALING_AMDAHL; law <= SCALING_USL; law++) {
    struct scaling_prediction places[LAW_PLACES];
    struct scaling_fit other;
    if (!is_rival(&fit->selection, law))
      continue;
    for (int i = 0; i < LAW_PLACES; i++)
      places[i] = (struct scaling_prediction){.cores = fit->places[i].cores};
    scaling_fit(&other, (enum scaling_law)law, SCALING_TIME, samples->x, samples->y, samples->count,
                NULL, places, LAW_PLACES);
    for (int i = 0; i < LAW_PLACES; i++) {
      if (!fit->places[i].extrapolated)
        continue;
      widen(&fit->places[i].time, &places[i].time);
      widen(&fit->places[i].speedup, &places[i].speedup);
      widen(&fit->places[i].efficiency, &places[i].efficiency);
    }
  }
}

static void fit_cores(struct laws *laws, const struct answer *answer, size_t contest,
                      size_t variant) {
  struct samples samples = {0};
  struct scaling_law_fit fit = {.contest = contest, .variant = variant};
  bool waits = answer->data->works[answer->contests[contest].work].kind == BOUND_WAIT;
  if (!waits) /* waiting is not shared among cores */
    take_cores(&samples, answer, &answer->contests[contest], &fit);
  if (fit.core_counts >= 2) {
    set_places(&fit, &samples);
    if (answer->weak)
      scaling_fit(&fit.gustafson, SCALING_GUSTAFSON, SCALING_RATE, samples.x, samples.y,
                  samples.count, NULL, fit.places, LAW_PLACES);
    else
      scaling_select(&fit.selection, SCALING_TIME, samples.x, samples.y, samples.count, NULL,
                     fit.places, LAW_PLACES);
    widen_predictions(&fit, &samples);
    *GROW(laws->scaling, laws->scaling_count) = fit;
  }
  free_samples(&samples);
}

static const double law_error_max = 0.25;

const struct scaling_fit *scaling_found(const struct scaling_law_fit *fit, bool weak) {
  if (fit->core_counts < 3)
    return NULL;
  if (weak)
    return fit->gustafson.quality.status == FIT_OK ? &fit->gustafson : NULL;
  return fit->selection.found ? &fit->selection.fits[fit->selection.best] : NULL;
}

const struct scaling_fit *scaling_best(const struct scaling_law_fit *fit, bool weak) {
  const struct scaling_fit *found = scaling_found(fit, weak);
  return found != NULL && found->quality.loo_median <= law_error_max ? found : NULL;
}

/* --- over the sizes --------------------------------------------------------------------------- */

/* SIZES_FITTED: the maximum number of sizes that are fitted, evenly spread over their order, as the
 * time of leave-one-out cross validation grows with the square of their number. */
enum { SIZES_FITTED = 12, GROWTH_RESAMPLES = 200, GRID_POINTS = 500 };

static bool is_at_size(const struct standing *standing, const struct contest *contest,
                       size_t variant, int64_t cores) {
  return is_in(standing, contest, variant) && standing->point->cores == cores &&
         standing->problem->n >= 1;
}

static size_t count_sizes(const struct answer *answer, const struct contest *contest,
                          size_t variant, int64_t cores) {
  size_t sizes = 0;
  for (size_t i = contest->begin; i < contest->end; i++)
    sizes += is_at_size(&answer->standings[i], contest, variant, cores);
  return sizes;
}

/* Whether the size at this place of `sizes` is among those that are fitted; the first and the last
 * are. */
static bool is_fitted(size_t place, size_t sizes) {
  if (sizes <= SIZES_FITTED)
    return true;
  size_t step = place * (SIZES_FITTED - 1) / (sizes - 1);
  return place == 0 || step != (place - 1) * (SIZES_FITTED - 1) / (sizes - 1);
}

static void take_sizes(struct samples *samples, const struct answer *answer,
                       const struct contest *contest, size_t variant, size_t sizes) {
  int64_t cores = answer->standings[contest->entries[variant]].point->cores;
  size_t place = 0;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *standing = &answer->standings[i];
    if (is_at_size(standing, contest, variant, cores) && is_fitted(place++, sizes))
      for (size_t k = 0; k < standing->count; k++)
        take_launch(samples, (double)standing->problem->n, standing->times_s[k]);
  }
}

static void fit_sizes(struct laws *laws, const struct answer *answer, size_t index,
                      size_t variant) {
  static const struct fit_options options = {.resamples = GROWTH_RESAMPLES};
  const struct contest *contest = &answer->contests[index];
  int64_t cores = answer->standings[contest->entries[variant]].point->cores;
  size_t sizes = count_sizes(answer, contest, variant, cores);
  if (sizes < NORMAL_POINTS)
    return;
  struct samples samples = {0};
  struct growth_fit fit = {.contest = index, .variant = variant};
  take_sizes(&samples, answer, contest, variant, sizes);
  double least = samples.x[0], most = samples.x[samples.count - 1]; /* points are sorted by size */
  for (int i = 0; i < LAW_PLACES; i++)
    fit.places[i].at[0] = least * pow(most * LAW_BEYOND / least, (double)i / (LAW_PLACES - 1));
  normal_form_fit(&fit.form, samples.x, samples.y, samples.count, NORMAL_RISING, &options,
                  fit.places, LAW_PLACES);
  *GROW(laws->growth, laws->growth_count) = fit;
  free_samples(&samples);
}

/* All of a variant's launches on cores of their own, over n and p. Data with too few n or p are
 * refused by the fit, and is then no entry. */
static void fit_grid(struct laws *laws, const struct answer *answer, size_t index, size_t variant) {
  static const struct fit_options options = {.resamples = GROWTH_RESAMPLES};
  const struct contest *contest = &answer->contests[index];
  struct samples n = {0}, p = {0};
  struct growth_fit fit = {.contest = index, .variant = variant, .over_cores = true};
  if (contest->end - contest->begin > GRID_POINTS)
    return;
  for (size_t i = contest->begin; i < contest->end; i++) {
    const struct standing *standing = &answer->standings[i];
    if (!is_in(standing, contest, variant) || standing->point->oversubscribed ||
        standing->problem->n < 1)
      continue;
    for (size_t k = 0; k < standing->count; k++) {
      take_launch(&n, (double)standing->problem->n, standing->times_s[k]);
      take_launch(&p, (double)standing->point->cores, standing->times_s[k]);
    }
  }
  if (n.count > 0)
    normal_form_fit_grid(&fit.form, n.x, p.x, n.y, n.count, NORMAL_WITH_FALLING, &options, NULL, 0);
  if (n.count > 0 && fit.form.quality.status == FIT_OK)
    *GROW(laws->growth, laws->growth_count) = fit;
  free_samples(&n);
  free_samples(&p);
}

void laws_fit(struct laws *laws, const struct answer *answer) {
  *laws = (struct laws){0};
  for (size_t c = 0; c < answer->contest_count; c++)
    for (size_t v = 0; v < answer->data->variant_count; v++) {
      if (answer->contests[c].entries[v] == NONE)
        continue;
      if (laws->scaling_count < FITS_MAX)
        fit_cores(laws, answer, c, v);
      if (laws->growth_count < FITS_MAX && !answer->weak)
        fit_sizes(laws, answer, c, v);
      if (laws->growth_count < FITS_MAX && !answer->weak)
        fit_grid(laws, answer, c, v);
    }
}

void laws_free(struct laws *laws) {
  free(laws->scaling);
  free(laws->growth);
  *laws = (struct laws){0};
}

const struct scaling_law_fit *laws_scaling(const struct laws *laws, size_t contest,
                                           size_t variant) {
  for (size_t i = 0; i < laws->scaling_count; i++)
    if (laws->scaling[i].contest == contest && laws->scaling[i].variant == variant)
      return &laws->scaling[i];
  return NULL;
}

const struct growth_fit *laws_growth(const struct laws *laws, size_t contest, size_t variant) {
  for (size_t i = 0; i < laws->growth_count; i++)
    if (!laws->growth[i].over_cores && laws->growth[i].contest == contest &&
        laws->growth[i].variant == variant)
      return &laws->growth[i];
  return NULL;
}
