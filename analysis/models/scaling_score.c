/* Intervals of a scaling law's parameters and predictions from the signs of the launches. */
#include <math.h>

#include "analysis/models/scaling_basis.h"
#include "analysis/models/score.h"

/* A quantity of a law. The sums that score.h looks at are of the basis functions; where the law is
 * one of 1/T, and for a peak, they give the quantity's inverse. */
enum parameter_kind { KIND_TIME, KIND_SPEEDUP, KIND_SERIAL, KIND_COHERENCE, KIND_PEAK };
struct scored_quantity {
  enum scaling_law law;
  enum parameter_kind kind;
  double cores; /* of a time or speedup */
};

static void set_sums(const void *context, const double *coefficients, double *above,
                     double *below) {
  (void)coefficients;
  const struct scored_quantity *q = context;
  const enum scaling_law law = q->law;
  switch (q->kind) {
  case KIND_TIME:
    scaling_basis(law, q->cores, above);
    break;
  case KIND_SPEEDUP: /* T(1) / T(p), and of Gustafson's law, which is one of rates per core: */
    scaling_basis(law, law == SCALING_GUSTAFSON ? q->cores : 1, above);
    scaling_basis(law, law == SCALING_GUSTAFSON ? 1 : q->cores, below);
    break;
  case KIND_SERIAL:
    above[law == SCALING_GUSTAFSON ? 0 : 1] = 1;
    scaling_basis(law, 1, below);
    break;
  case KIND_COHERENCE:
    above[2] = 1;
    below[0] = 1;
    break;
  case KIND_PEAK: /* 1/peak^2 */
    above[2] = 1;
    below[0] = 1;
    below[1] = -1;
    break;
  }
}

struct scored {
  const struct score *score;
  const double *coefficients;
  enum scaling_law law;
  double misfit;
};

static struct estimate interval_of(const struct scored *scored, enum parameter_kind kind,
                                   double cores, double max) {
  const struct scored_quantity quantity = {scored->law, kind, cores};
  return score_interval(scored->score, set_sums, &quantity, scored->coefficients, scored->misfit, 0,
                        max);
}

static struct estimate inverse_of(struct estimate e) {
  return (struct estimate){1 / e.value, 1 / e.high, 1 / e.low};
}

static struct estimate time_of(const struct scored *scored, double cores) {
  struct estimate e = interval_of(scored, KIND_TIME, cores, INFINITY);
  return scored->law == SCALING_GUSTAFSON ? inverse_of(e) : e;
}

static struct estimate times(struct estimate e, double by) {
  return (struct estimate){e.value * by, e.low * by, e.high * by};
}

/* The values are those of the coefficients; what the sums give differs where they are at a bound.
 */
static struct estimate around(double value, struct estimate e, double min) {
  return (struct estimate){value, fmax(fmin(e.low, value), min), fmax(e.high, value)};
}

static void set_peak(struct scaling_fit *fit, const struct scored *scored, double value) {
  struct estimate e = inverse_of(interval_of(scored, KIND_PEAK, 0, INFINITY));
  fit->peak_cores = around(value, (struct estimate){sqrt(e.value), sqrt(e.low), sqrt(e.high)}, 1);
}

static double speedup_end(const struct scored *scored, double log_cores, bool upper) {
  const struct scored_quantity quantity = {scored->law, KIND_SPEEDUP, exp(log_cores)};
  return score_end(scored->score, set_sums, &quantity, scored->coefficients, upper);
}

/* The limit is the largest speedup of any number of cores. So its ends are the largest of the ends
 * of speedups, which rise and then fall with the cores: golden section, to 1 % of the cores, where
 * the speedup does not change. */
static double limit_end(const struct scored *scored, bool upper) {
  static const double cores_max = 1e9, golden = 0.618033988749895;
  double a = 0, b = log(cores_max), c = b - golden * (b - a), d = a + golden * (b - a);
  double at_c = speedup_end(scored, c, upper), at_d = speedup_end(scored, d, upper);
  while (b - a > 0.01) {
    if (at_c > at_d) {
      b = d;
      d = c;
      at_d = at_c;
      c = b - golden * (b - a);
      at_c = speedup_end(scored, c, upper);
    } else {
      a = c;
      c = d;
      at_c = at_d;
      d = a + golden * (b - a);
      at_d = speedup_end(scored, d, upper);
    }
  }
  return fmax(at_c, at_d);
}

void scaling_score_intervals(struct scaling_fit *fit, const struct score *score,
                             const double *coefficients, struct scaling_prediction *predictions,
                             size_t prediction_count) {
  const enum scaling_law law = fit->law;
  const struct scaling_parameters of = scaling_parameters_of(law, coefficients);
  const struct scored scored = {score, coefficients, law, fit->quality.misfit};
  fit->time_1 = time_of(&scored, 1);
  if (law != SCALING_LINEAR)
    fit->serial = interval_of(&scored, KIND_SERIAL, 0, law == SCALING_USL ? INFINITY : 1);
  if (law == SCALING_AMDAHL)
    fit->speedup_limit = around(of.speedup_limit, inverse_of(fit->serial), 1);
  if (law == SCALING_USL) {
    fit->coherence = interval_of(&scored, KIND_COHERENCE, 0, INFINITY);
    set_peak(fit, &scored, of.peak_cores);
    fit->speedup_limit = score_widened(of.speedup_limit, limit_end(&scored, false),
                                       limit_end(&scored, true), scored.misfit, 1, INFINITY);
  }
  for (size_t i = 0; i < prediction_count; i++) {
    struct scaling_prediction *at = &predictions[i];
    at->time = time_of(&scored, at->cores);
    at->speedup = times(interval_of(&scored, KIND_SPEEDUP, at->cores, INFINITY),
                        law == SCALING_GUSTAFSON ? at->cores : 1);
    at->efficiency = times(at->speedup, 1 / at->cores);
  }
}
