#include "analysis/statistics/power.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "analysis/statistics/null_distribution.h"

double power_reachable_level(const struct rank_design *design, double alpha) {
  double tail;
  if (design->paired)
    null_signed_rank_critical(design->count_a, alpha / 2, &tail);
  else
    null_rank_sum_critical(design->count_a, design->count_b, alpha / 2, &tail);
  return 2 * tail;
}

double power_degrees_of_freedom(const struct rank_design *design) {
  if (design->paired)
    return (double)design->count_a - 1;
  return (double)design->count_a + (double)design->count_b - 2;
}

double power_standard_error(const struct rank_design *design, double low, double high,
                            double level) {
  double freedom = power_degrees_of_freedom(design);
  if (!(freedom > 0) || isnan(low) || isnan(high))
    return NAN;
  return (high - low) / 2 / gsl_cdf_tdist_Qinv((1 - level) / 2, freedom);
}

double power_smallest_shift(const struct rank_design *design, double standard_error, double alpha,
                            double power) {
  double freedom = power_degrees_of_freedom(design);
  double reached = power_reachable_level(design, alpha);
  if (!(freedom > 0) || !(reached > 0))
    return NAN;
  return (gsl_cdf_tdist_Qinv(reached / 2, freedom) + gsl_cdf_tdist_Pinv(power, freedom)) *
         standard_error;
}

double power_of_difference(const struct rank_design *design, double standard_error, double shift,
                           double alpha) {
  double freedom = power_degrees_of_freedom(design);
  double reached = power_reachable_level(design, alpha);
  if (!(freedom > 0) || !(reached > 0))
    return 0;
  return gsl_cdf_tdist_P(fabs(shift) / standard_error - gsl_cdf_tdist_Qinv(reached / 2, freedom),
                         freedom);
}

double power_of_equivalence(const struct rank_design *design, double standard_error, double shift,
                            double margin, double level) {
  double freedom = power_degrees_of_freedom(design);
  double reached = power_reachable_level(design, 1 - level);
  if (!(freedom > 0) || !(reached > 0))
    return 0;
  double half = gsl_cdf_tdist_Qinv(reached / 2, freedom);
  double power = gsl_cdf_tdist_P((margin - shift) / standard_error - half, freedom) +
                 gsl_cdf_tdist_P((margin + shift) / standard_error - half, freedom) - 1;
  return fmax(0, power);
}
