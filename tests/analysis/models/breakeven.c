/* Break-even sizes: every outcome by hand, and that the interval covers. */
#include "analysis/models/breakeven.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "common/stats.h"
#include "tests/analysis/models/synthetic.h"
#include "tests/check.h"

enum { POINTS_MAX = 12 };

static bool near(double value, double expected, double relative) {
  return fabs(value - expected) <= relative * fabs(expected);
}

/* A letter for each size 10, 100, 1000 ...: faster, slower, equal, unknown. */
static struct breakeven find(const char *verdicts) {
  struct breakeven_point points[POINTS_MAX];
  size_t count = strlen(verdicts);
  for (size_t i = 0; i < count; i++) {
    double ratio = verdicts[i] == 'F' ? 2 : verdicts[i] == 'S' ? 0.5 : 1.01;
    points[count - 1 - i] = /* the order does not matter */
        (struct breakeven_point){pow(10, (double)i + 1), ratio, ratio / 1.1, ratio * 1.1,
                                 verdicts[i] == 'F'   ? VERDICT_FASTER
                                 : verdicts[i] == 'S' ? VERDICT_SLOWER
                                 : verdicts[i] == 'E' ? VERDICT_SAME
                                                      : VERDICT_CANNOT_TELL};
  }
  return breakeven_find(points, count);
}

static void check(const char *verdicts, enum breakeven_outcome outcome, double low, double high) {
  struct breakeven found = find(verdicts);
  CHECK(found.outcome == outcome, "%s: %d", verdicts, (int)found.outcome);
  CHECK(isnan(low) ? isnan(found.n_low) : near(found.n_low, low, 1e-9), "%s: low %g", verdicts,
        found.n_low);
  CHECK(isnan(high) ? isnan(found.n_high) : near(found.n_high, high, 1e-9), "%s: high %g", verdicts,
        found.n_high);
}

static void test_outcomes(void) {
  check("FFFF", BREAKEVEN_ALWAYS, NAN, NAN);
  check("FEUF", BREAKEVEN_ALWAYS, NAN, NAN);
  check("SSSS", BREAKEVEN_NEVER, NAN, NAN);
  check("SSUU", BREAKEVEN_NEVER, NAN, NAN);
  check("EEEE", BREAKEVEN_NEVER, NAN, NAN);
  check("SSFF", BREAKEVEN_FROM, 100, 1000);
  check("SUEF", BREAKEVEN_FROM, 10, 10000);
  check("UUFF", BREAKEVEN_FROM, NAN, 1000);
  check("FFSS", BREAKEVEN_UP_TO, 100, 1000);
  check("FFUU", BREAKEVEN_UP_TO, 100, NAN);
  check("SFFS", BREAKEVEN_SEVERAL, NAN, NAN);
  check("FSUF", BREAKEVEN_SEVERAL, NAN, NAN);
  check("UFFU", BREAKEVEN_SEVERAL, NAN, NAN);
  check("UEUU", BREAKEVEN_CANNOT_TELL, NAN, NAN);
  check("", BREAKEVEN_CANNOT_TELL, NAN, NAN);
  check("F", BREAKEVEN_ALWAYS, NAN, NAN);
  CHECK(find("SSUFF").decided == 4);
}

static void test_crossing(void) {
  struct breakeven found = find("SF"); /* from 1/2 at 10 to 2 at 100: 1 in the middle */
  CHECK(near(found.n.value, sqrt(1000), 1e-9), "%g", found.n.value);
  double shift = log(1.1) / log(4) * log(10);
  CHECK(near(found.n.low, sqrt(1000) * exp(-shift), 1e-9) &&
            near(found.n.high, sqrt(1000) * exp(shift), 1e-9),
        "[%g, %g]", found.n.low, found.n.high);
  found = find("FS");
  CHECK(near(found.n.value, sqrt(1000), 1e-9) && found.n.low < found.n.value &&
        found.n.high > found.n.value);
  found = find("UFF"); /* above 1 already where it cannot be told */
  CHECK(isnan(found.n.value) && found.outcome == BREAKEVEN_FROM);
}

static void test_bad_points(void) {
  const struct breakeven_point points[] = {{NAN, 2, 1, 3, VERDICT_FASTER},
                                           {0, 2, 1, 3, VERDICT_FASTER},
                                           {10, NAN, 1, 3, VERDICT_FASTER},
                                           {20, INFINITY, 1, 3, VERDICT_SLOWER}};
  CHECK(breakeven_find(points, 4).outcome == BREAKEVEN_CANNOT_TELL);
  const struct breakeven_point open[] = {{10, 0.5, NAN, NAN, VERDICT_SLOWER},
                                         {100, 2, NAN, NAN, VERDICT_FASTER}};
  struct breakeven found = breakeven_find(open, 2);
  CHECK(near(found.n.value, sqrt(1000), 1e-9) && isnan(found.n.low) && isnan(found.n.high));
}

/* The base takes 1e-8 n, the variant 1e-5 + 2.5e-9 n: equal at 1333. The interval covers at least
 * as often as the ratios' intervals, here 95 % each. */
static void test_coverage(void) {
  enum { REPLICATIONS = 400, SIZES = 9 };
  const double truth = 1e-5 / 7.5e-9, error = 0.02;
  int held = 0, found = 0;
  gsl_rng *random = noise_generator(3);
  for (int r = 0; r < REPLICATIONS; r++) {
    struct breakeven_point points[SIZES];
    for (int i = 0; i < SIZES; i++) {
      double n = 100 * pow(2, i);
      double ratio = 1e-8 * n / (1e-5 + 2.5e-9 * n) * noise_factor(NOISE_LOGNORMAL, error, random);
      double low = ratio * exp(-1.96 * error), high = ratio * exp(1.96 * error);
      points[i] = (struct breakeven_point){n, ratio, low, high,
                                           low > 1    ? VERDICT_FASTER
                                           : high < 1 ? VERDICT_SLOWER
                                                      : VERDICT_CANNOT_TELL};
    }
    struct breakeven b = breakeven_find(points, SIZES);
    found += b.outcome == BREAKEVEN_FROM;
    held += b.n.low <= truth && truth <= b.n.high;
    CHECK(b.n_low < b.n.value && b.n.value <= b.n_high, "%g %g %g", b.n_low, b.n.value, b.n_high);
  }
  gsl_rng_free(random);
  printf("coverage, 95 %% stated: %.1f %%\n", 100.0 * held / REPLICATIONS);
  CHECK(found == REPLICATIONS, "%d", found);
  CHECK(held >= (0.95 - coverage_slack(0.95, REPLICATIONS)) * REPLICATIONS, "%d", held);
}

int main(void) {
  test_outcomes();
  test_crossing();
  test_bad_points();
  test_coverage();
  return test_result();
}
