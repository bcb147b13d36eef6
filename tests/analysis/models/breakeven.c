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
  /* At the fraction 1/2 + e: 2 e log 2 = log 1.1 sqrt((1/2 - e)^2 + (1/2 + e)^2). */
  double square = pow(log(1.1) / log(2), 2), shift = sqrt(square / (8 - 4 * square)) * log(10);
  CHECK(near(found.n.low, sqrt(1000) * exp(-shift), 1e-9) &&
            near(found.n.high, sqrt(1000) * exp(shift), 1e-9),
        "[%g, %g]", found.n.low, found.n.high);
  found = find("FS");
  CHECK(near(found.n.value, sqrt(1000), 1e-9) && found.n.low < found.n.value &&
        found.n.high > found.n.value);
  found = find("UFF"); /* above 1 already where it is undecided */
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

enum { SIZES = 6, LAUNCHES_MAX = 30 };

/* A variant that takes as long as the base at n = 3^power, and falls behind or gets ahead of it as
 * a power of n: the ratios' intervals come from launches, as in a report. */
static struct breakeven launch(enum model_noise noise, size_t launches, double power, bool rising,
                               gsl_rng *random, double *level) {
  static const double spread = 0.02;
  struct breakeven_point points[SIZES];
  int64_t rounds[LAUNCHES_MAX];
  for (size_t i = 0; i < SIZES; i++) {
    double own[LAUNCHES_MAX], base[LAUNCHES_MAX], n = pow(3, (double)i);
    double ratio = pow(n / pow(3, power), rising ? 0.15 : -0.15);
    for (size_t k = 0; k < launches; k++) {
      rounds[k] = (int64_t)k;
      own[k] = noise_factor(noise, spread, random);
      base[k] = ratio * noise_factor(noise, spread, random);
    }
    struct population a = {own, rounds, launches}, b = {base, rounds, launches};
    struct comparison c = comparison_make(&a, &b, DESIGN_ROUNDS, 1);
    points[i] = (struct breakeven_point){n, c.ratio, c.low, c.high,
                                         c.low > 1    ? VERDICT_FASTER
                                         : c.high < 1 ? VERDICT_SLOWER
                                                      : VERDICT_CANNOT_TELL};
    *level = c.level;
  }
  return breakeven_find(points, SIZES);
}

/* Ends that are not within the measured sizes exclude nothing. `share`: of the interval, about its
 * value on a logarithmic axis. */
static bool holds(const struct estimate *n, double truth, double share) {
  double low = n->value * pow(n->low / n->value, share);
  double high = n->value * pow(n->high / n->value, share);
  return !(low > truth) && !(high < truth);
}

/* The interval covers as often as it states, within 1 %, in the middle between two sizes, near one
 * of them and at a size; 20 % narrower ones would be noticed. With 1500 replications each it is
 * at most 1.1 % above what the ratios' intervals state and never below it. */
static void test_coverage(int replications) {
  static const size_t launches_of[] = {6, 10, 20, 30};
  static const double powers[] = {2.5, 2.2, 3};
  enum { CASES = 4, POWERS = 3 };
  for (enum model_noise noise = NOISE_NORMAL; noise < NOISES; noise++)
    for (size_t l = 0; l < CASES; l++) {
      int held = 0, narrow = 0, found = 0;
      double level = NAN;
      gsl_rng *random = noise_generator(10 * noise + l);
      for (int r = 0; r < replications * POWERS; r++) {
        const double power = powers[r % POWERS], truth = pow(3, power);
        const bool rising = r / POWERS % 2 == 0;
        struct breakeven b = launch(noise, launches_of[l], power, rising, random, &level);
        if (isnan(b.n.value))
          continue;
        CHECK(b.outcome == (rising ? BREAKEVEN_FROM : BREAKEVEN_UP_TO), "%d", (int)b.outcome);
        found++;
        held += holds(&b.n, truth, 1);
        narrow += holds(&b.n, truth, 0.8);
      }
      gsl_rng_free(random);
      const double coverage = (double)held / found, slack = coverage_slack(level, found);
      printf("%-10s %2zu launches: %.1f %% for %.1f %%, 20 %% narrower %.1f %%\n",
             noise_names[noise], launches_of[l], 100 * coverage, 100 * level,
             100.0 * narrow / found);
      CHECK(found > replications * POWERS * 98 / 100, "%d", found);
      CHECK(fabs(coverage - level) <= 0.01 + slack, "%.3f", coverage);
      CHECK((double)narrow / found < level - 0.01 - slack, "%d", narrow);
    }
}

int main(int argc, char **argv) {
  test_outcomes();
  test_crossing();
  test_bad_points();
  test_coverage(argc > 1 ? atoi(argv[1]) : 300);
  return test_result();
}
