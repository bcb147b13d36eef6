/* Prints analysis/statistics/dip_table.inc: quantiles of sqrt(n) * dip of n uniform values, by a
 * million samples for each n (seeded). Takes about 20 minutes:
 *   cmake --build build --target dip_table && build/dip_table >analysis/statistics/dip_table.inc */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "analysis/statistics/dip.h"
#include "common/stats.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { SAMPLES = 1000000 };
static const double tails[] = {0.5,   0.2,    0.1,    0.05,   0.02,    0.01,    0.005,  0.002,
                               0.001, 0.0005, 0.0002, 0.0001, 0.00005, 0.00002, 0.00001};
static const size_t counts[] = {8,  9,  10, 11,  12,  13,  15,  17,  20,   25,   30,
                                40, 50, 70, 100, 150, 200, 300, 500, 1000, 2000, 5000};

/* Order statistics of uniform values, but for their scale, which the dip does not depend on: sums
 * of exponential ones. */
static double scaled_dip(gsl_rng *random, double *values, size_t n) {
  double sum = 0;
  for (size_t i = 0; i < n; i++)
    values[i] = sum += gsl_ran_exponential(random, 1);
  return sqrt((double)n) * dip_statistic(values, n);
}

static void print_row(gsl_rng *random, double *dips, double *values, size_t n) {
  for (size_t i = 0; i < SAMPLES; i++)
    dips[i] = scaled_dip(random, values, n);
  stats_sort(dips, SAMPLES);
  printf("    {");
  for (size_t i = 0; i < COUNT(tails); i++)
    printf("%s%.4f",
           i == 0       ? ""
           : i % 8 == 0 ? ",\n     "
                        : ", ",
           stats_quantile(dips, SAMPLES, 1 - tails[i]));
  printf("}, /* %zu */\n", n);
  fflush(stdout);
}

int main(void) {
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  double *dips = malloc(SAMPLES * sizeof *dips), *values = malloc(5000 * sizeof *values);
  if (random == NULL || dips == NULL || values == NULL)
    return 3;
  gsl_rng_set(random, 1985);
  printf("/* Made by tests/analysis/statistics/dip_table.c; the standard error of a quantile is\n"
         " * about 0.0003 at p = 0.01 and 0.006 at p = 0.00001. */\n");
  printf("static const double dip_tails[] = {");
  for (size_t i = 0; i < COUNT(tails); i++)
    printf("%s%g", i == 0 ? "" : ", ", tails[i]);
  printf("};\nstatic const double dip_counts[] = {");
  for (size_t i = 0; i < COUNT(counts); i++)
    printf("%s%zu", i == 0 ? "" : ", ", counts[i]);
  printf("};\nstatic const double dip_quantiles[COUNT(dip_counts)][COUNT(dip_tails)] = {\n");
  for (size_t i = 0; i < COUNT(counts); i++)
    print_row(random, dips, values, counts[i]);
  printf("};\n");
  gsl_rng_free(random);
  free(dips);
  free(values);
  return 0;
}
