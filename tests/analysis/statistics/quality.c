/* The quality of a point's launches, against R 4.2.2 (diptest 0.76.0) and SciPy 1.10.1. Each
 * comment holds the command that printed the values; f is in values.h. */
#include "analysis/statistics/quality.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "analysis/statistics/describe.h"
#include "analysis/statistics/dip.h"
#include "analysis/statistics/serial_correlation.h"
#include "analysis/statistics/trend.h"
#include "common/stats.h"
#include "tests/analysis/statistics/values.h"
#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define CLOSE(value, expected)                                                                     \
  CHECK(near(value, expected, 1e-12), "%.15g, not %.15g", (double)(value), (double)(expected))

/* describe: quantile(x, c(.05, .25, .75, .95)) in R, by hand as x is 1 .. n. */
static void test_describe(void) {
  double x[21];
  for (size_t i = 0; i < 21; i++)
    x[i] = (double)((i * 8) % 21) + 1;
  struct description d = describe(x, 21, 0.95);
  CHECK(d.count == 21 && d.min == 1 && d.p5 == 2 && d.p25 == 6 && d.median == 11 && d.p75 == 16 &&
        d.p95 == 20 && d.max == 21);
  CHECK(d.low == 6 && d.high == 16 && d.level > 0.97 && x[1] == 9, "%g %g %g", d.low, d.high,
        d.level);
  d = describe(x, 19, 0.95);
  CHECK(isnan(d.p5) && isnan(d.p95) && !isnan(d.p25) && !isnan(d.low));
  d = describe(x, 3, 0.95);
  CHECK(isnan(d.p25) && isnan(d.low) && isnan(d.level) && d.min == 1 && d.median == 9);
  d = describe(x, 0, 0.95);
  CHECK(isnan(d.min) && isnan(d.median) && isnan(d.max));
}

/* x <- f(n, 37) + (1:n) * 2; cor.test(1:n, x, method = "kendall", exact = TRUE)$p.value; the last
 * by the same count of permutations in Python's integers, since R has 1.13505807e-08 as 1 - (1 -
 * p). */
static void test_mann_kendall(void) {
  static const size_t counts[] = {6, 10, 20, 50};
  static const double p[] = {1, 0.291248346560847, 0.0547535457472637, 1.1350602016064849e-08};
  static const double tied[] = {2, 4, 1, 3, 5, 2, 4, 6, 2, 4, 1, 3, 5, 2, 4, 6, 3, 5, 7, 4};
  double x[80];
  for (size_t k = 0; k < COUNT(counts); k++) {
    scattered(x, counts[k], 37, 0);
    for (size_t i = 0; i < counts[k]; i++)
      x[i] += (double)(i + 1) * 2;
    double ours = mann_kendall_test(x, counts[k]);
    CHECK(fabs(ours / p[k] - 1) < 1e-12, "%zu: %.15g, not %.15g", counts[k], ours, p[k]);
  }
  /* cor.test(1:80, f(80, 37) + (1:80) / 3, method = "kendall", exact = FALSE, continuity = TRUE) */
  scattered(x, 80, 37, 0);
  for (size_t i = 0; i < 80; i++)
    x[i] += (double)(i + 1) / 3;
  CLOSE(mann_kendall_test(x, 80), 0.0184881607772109);
  CLOSE(mann_kendall_test(tied, COUNT(tied)), 0.0798070188062115); /* the same for ties */
  CHECK(isnan(mann_kendall_test(x, 3)));
}

/* scipy.stats.theilslopes(f(n, 37))[0] */
static void test_theil_sen(void) {
  double x[1000];
  scattered(x, 100, 37, 0);
  CLOSE(theil_sen_slope(x, 6), 3.3343333333333334);
  CLOSE(theil_sen_slope(x, 20), 0.9295714285714287);
  CLOSE(theil_sen_slope(x, 100), 0.015084507042253592);
  for (size_t i = 0; i < 1000; i++)
    x[i] = 3 * (double)i + (i % 2 == 0 ? 1 : -1);
  CLOSE(theil_sen_slope(x, 1000), 3);
  CHECK(isnan(theil_sen_slope(x, 1)));
}

/* v <- sum(diff(rank(x))^2) / sum((rank(x) - mean(rank(x)))^2)
 * s <- 5*n*(n+1)*(n-1)^2 / (2*(n-2)*(5*n^2-2*n-9)) - .5
 * acf(x)$acf[2]; 2 * min(pbeta(v / 4, s, s), 1 - pbeta(v / 4, s, s)) */
static void test_serial_correlation(void) {
  static const size_t counts[] = {10, 20, 100};
  static const double scattered_values[][2] = {{-0.487173107015471, 0.105746377177385},
                                               {-0.407501558101104, 0.0617315392777651},
                                               {-0.404529799365487, 2.65408389699129e-05}};
  static const double sums[][2] = {{0.0222254875017396, 0.49027809113716},
                                   {0.14458351559968, 0.424668639852611},
                                   {0.543258910875916, 2.63908669481059e-09}}; /* cumsum(x - 50) */
  double x[100];
  for (size_t k = 0; k < COUNT(counts); k++) {
    scattered(x, counts[k], 37, 0);
    CLOSE(stats_lag1(x, counts[k]), scattered_values[k][0]);
    CLOSE(bartels_test(x, counts[k]), scattered_values[k][1]);
    for (size_t i = 0; i < counts[k]; i++)
      x[i] += (i > 0 ? x[i - 1] : 0) - 50;
    CLOSE(stats_lag1(x, counts[k]), sums[k][0]);
    CHECK(near(bartels_test(x, counts[k]), sums[k][1], 1e-9));
  }
  scattered(x, 20, 37, 0); /* x <- round(f(20, 37) / 20) */
  for (size_t i = 0; i < 20; i++)
    x[i] = rint(x[i] / 20);
  CLOSE(stats_lag1(x, 20), -0.323711340206186);
  CLOSE(bartels_test(x, 20), 0.0975405006138996);
  CHECK(isnan(bartels_test(x, 9)) && isnan(stats_lag1(x, 2)));
}

static double dip_of(double *x, size_t n) {
  stats_sort(x, n);
  return dip_statistic(x, n);
}

/* dip(f(20, 37)); dip(f(100, 37)); dip(c(f(10, 37), f(10, 59) + 120)); dip(round(f(50, 37) / 10));
 * the last two of these are equally spaced decimals, where rounding decides between equal distances
 * unless only vertices count. */
static void test_dip(void) {
  double x[100];
  double decimals[] = {-1.6, -1.5, -1.2, -1.0, -0.7, -0.7, -0.6, -0.5,
                       -0.4, -0.2, 0.0,  0.1,  0.2,  0.3,  0.3,  0.5};
  scattered(x, 20, 37, 0);
  CLOSE(dip_of(x, 20), 0.0411387530066755);
  scattered(x, 100, 37, 0);
  CLOSE(dip_of(x, 100), 0.005491338071944);
  scattered(x, 10, 37, 0);
  scattered(x + 10, 10, 59, 120);
  CLOSE(dip_of(x, 20), 0.0735248395011933);
  scattered(x, 50, 37, 0);
  for (size_t i = 0; i < 50; i++)
    x[i] = rint(x[i] / 10);
  CLOSE(dip_of(x, 50), 0.05);
  CHECK(near(dip_of(decimals, COUNT(decimals)), 0.0758928571428571, 1e-12)); /* dip(decimals) */
  for (size_t i = 0; i < 50; i++)
    x[i] = 7;
  CLOSE(dip_of(x, 50), 0.01);
}

/* data(qDiptab, package = "diptest"): quantiles of the dip of n uniform values, by a million
 * samples of their author, at 0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999. */
static void test_dip_p_value(void) {
  static const double tails[] = {0.5, 0.1, 0.05, 0.01, 0.001, 0.0001, 0.00001};
  static const double tolerance[] = {0.02, 0.02, 0.03, 0.05, 0.15, 0.4, 1.2};
  static const struct {
    size_t n;
    double dips[7];
  } table[] = {
      {8,
       {0.111035129847705, 0.141841067033899, 0.153978303998561, 0.172988528276759,
        0.19448404115794, 0.212556040406219, 0.225000835357532}},
      {20,
       {0.0733437740592714, 0.0972346018122903, 0.105130218270636, 0.120624043335821,
        0.138569903791767, 0.152832538183622, 0.165568255916749}},
      {50,
       {0.048851155289608, 0.0649136324046767, 0.0702737877191269, 0.0811998415355918,
        0.0940930106666244, 0.104680624334611, 0.113536607717411}},
      {100,
       {0.0354621760592113, 0.047152783315718, 0.0511279442868827, 0.059024132304226,
        0.0684479731118028, 0.0762579402903838, 0.0832963013755522}},
      {1000,
       {0.0117439009052552, 0.0156148055023058, 0.0169343970067564, 0.0196080260483234,
        0.0228689168972669, 0.0256126573433596, 0.0284430733108}},
  };
  for (size_t k = 0; k < COUNT(table); k++)
    for (size_t i = 0; i < COUNT(tails); i++) {
      double p = dip_p_value(table[k].dips[i], table[k].n);
      CHECK(fabs(log(p / tails[i])) < tolerance[i], "%zu: %g, not %g", table[k].n, p, tails[i]);
    }
  CHECK(isnan(dip_p_value(0.2, 7)) && dip_p_value(0.5 / 20, 20) == 1);
  CHECK(dip_p_value(0.25, 100) < 1e-7 && dip_p_value(0.25, 100) > 0);
  for (double dip = 0.01; dip < 0.25; dip += 0.001) /* between rows, falling in dip */
    CHECK(dip_p_value(dip + 0.001, 27) <= dip_p_value(dip, 27), "%g", dip);
}

static void test_outliers(void) {
  double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 30}; /* quartiles 3.5 and 8.5 */
  struct quality quality = quality_measure(x, COUNT(x));
  CHECK(quality.fences.inner_high == 16 && quality.fences.outer_high == 23.5);
  CHECK(quality.mild == 1 && quality.extreme == 1, "%zu %zu", quality.mild, quality.extreme);
  CHECK(outlier_kind(&quality.fences, 16) == OUTLIER_NOT);
  CHECK(outlier_kind(&quality.fences, -4.01) == OUTLIER_MILD);
  quality = quality_measure(x, 4);
  CHECK(isnan(quality.fences.inner_low) && quality.mild + quality.extreme == 0);
}

enum { POINTS = 60, LAUNCHES = 20 };

/* Points of independent launches, normal, 1 %. */
static void make_points(gsl_rng *random, double (*times)[LAUNCHES]) {
  for (size_t p = 0; p < POINTS; p++)
    for (size_t i = 0; i < LAUNCHES; i++)
      times[p][i] = 1 + gsl_ran_gaussian(random, 0.01);
}

static size_t judge(double (*times)[LAUNCHES], struct quality *points) {
  size_t noted = 0;
  for (size_t p = 0; p < POINTS; p++)
    points[p] = quality_measure(times[p], LAUNCHES);
  quality_judge(points, POINTS);
  for (size_t p = 0; p < POINTS; p++)
    noted += points[p].drifts || points[p].correlated || points[p].two_modes;
  return noted;
}

/* Of tables without a fault, one in a hundred has a note. */
static void test_nothing_to_note(gsl_rng *random) {
  static double times[POINTS][LAUNCHES];
  struct quality points[POINTS];
  size_t tables = 0;
  enum { TABLES = 400 };
  for (size_t t = 0; t < TABLES; t++) {
    make_points(random, times);
    tables += judge(times, points) > 0;
  }
  CHECK(tables <= TABLES * 2 / 100, "%zu of %d tables", tables, TABLES);
}

/* Each fault is noted on its own point and on no other. */
static void test_planted_faults(gsl_rng *random) {
  static double times[POINTS][LAUNCHES];
  struct quality points[POINTS];
  make_points(random, times);
  for (size_t i = 0; i < LAUNCHES; i++) {
    times[10][i] += 0.12 * (double)i / (LAUNCHES - 1);
    times[20][i] += 0.15 * (double)(i * 7 % 20 < 9);
    times[30][i] = 1 + 0.03 * sin((double)i * 0.45) + 0.002 * times[30][i];
  }
  CHECK(judge(times, points) == 3);
  CHECK(points[10].drifts && fabs(points[10].drift - 0.12) < 0.03, "%g, p %g", points[10].drift,
        points[10].drift_p);
  CHECK(points[10].lag1_p < 1e-6 && !points[10].correlated, "%g", points[10].lag1_p);
  CHECK(points[20].two_modes && !points[20].drifts, "p %g", points[20].two_modes_p);
  CHECK(points[30].correlated && points[30].lag1 > 0.4, "%g, p %g", points[30].lag1,
        points[30].lag1_p);
}

/* A thousand launches of a point take milliseconds; few or equal ones have no p value. */
static void test_sizes(gsl_rng *random) {
  double x[1000];
  for (size_t i = 0; i < 1000; i++)
    x[i] = 1 + gsl_ran_gaussian(random, 0.01);
  struct quality many = quality_measure(x, 1000);
  CHECK(many.drift_p > 0.05 && many.two_modes_p > 0.05 && fabs(many.drift) < 0.005);
  struct quality few[] = {quality_measure(x, 0), quality_measure(x, 1), quality_measure(x, 3)};
  quality_judge(few, COUNT(few));
  for (size_t i = 0; i < COUNT(few); i++)
    CHECK(isnan(few[i].drift_p) && isnan(few[i].lag1_p) && isnan(few[i].two_modes_p) &&
          !few[i].drifts && !few[i].correlated && !few[i].two_modes);
  for (size_t i = 0; i < 20; i++)
    x[i] = 5;
  struct quality equal = quality_measure(x, 20);
  quality_judge(&equal, 1);
  CHECK(equal.drift_p == 1 && isnan(equal.lag1_p) && !equal.two_modes && equal.drift == 0);
  quality_judge(NULL, 0);
}

int main(void) {
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  if (random == NULL)
    return 3;
  gsl_rng_set(random, 11);
  test_describe();
  test_mann_kendall();
  test_theil_sen();
  test_serial_correlation();
  test_dip();
  test_dip_p_value();
  test_outliers();
  test_nothing_to_note(random);
  test_planted_faults(random);
  test_sizes(random);
  gsl_rng_free(random);
  return test_result();
}
