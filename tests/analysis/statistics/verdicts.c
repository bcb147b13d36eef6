/* The four verdicts: decisions by hand, and simulations of whole tables with known truth. Seeded.
 */
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/statistics/comparison.h"
#include "tests/analysis/statistics/noise.h"
#include "tests/analysis/statistics/values.h"
#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { MODELS = 5, PAIRS = 10, MOST = 40 };

/* The launches of five models. */
struct simulated_table {
  double times_s[MODELS][MOST];
  int64_t rounds[MOST];
  size_t count;
};

/* How the launches of a table are ordered in time while the machine drifts. */
enum launch_order { INTERLEAVED, BATCHED };

/* Equal models but for the first, whose time is `factor` of the others'. 1 % noise; the machine
 * gets `drift` slower from the first launch of the table to the last. */
static void make_table(gsl_rng *random, struct simulated_table *table, size_t count, double factor,
                       double drift, enum launch_order order) {
  table->count = count;
  for (size_t m = 0; m < MODELS; m++)
    for (size_t i = 0; i < count; i++) {
      size_t place = order == INTERLEAVED ? i * MODELS + m : m * count + i;
      double slower = 1 + drift * (double)place / (double)(MODELS * count);
      table->rounds[i] = (int64_t)i + 1;
      table->times_s[m][i] = (m == 0 ? factor : 1) * slower * noisy(random, NOISE_NORMAL);
    }
}

/* All pairs; those of the first model come first. */
static void compare_all(const struct simulated_table *table, enum design design, double margin,
                        struct comparison *comparisons) {
  size_t made = 0;
  for (size_t a = 0; a < MODELS; a++)
    for (size_t b = a + 1; b < MODELS; b++) {
      struct population first = {table->times_s[a], table->rounds, table->count};
      struct population second = {table->times_s[b], table->rounds, table->count};
      comparisons[made++] = comparison_make(&first, &second, design, PAIRS);
    }
  comparisons_decide(comparisons, PAIRS, margin);
}

static size_t count_verdicts(const struct comparison *comparisons, size_t count,
                             enum comparison_verdict verdict) {
  size_t counted = 0;
  for (size_t i = 0; i < count; i++)
    counted += comparisons[i].verdict == verdict;
  return counted;
}

/* The part of tables of equal models in which some model is called faster than another. A margin of
 * 0, so that no difference is excused as too small. */
static double false_tables(gsl_rng *random, size_t count, double drift, enum launch_order order,
                           enum design design, size_t tables) {
  size_t wrong = 0;
  for (size_t t = 0; t < tables; t++) {
    struct simulated_table table;
    struct comparison comparisons[PAIRS];
    make_table(random, &table, count, 1, drift, order);
    compare_all(&table, design, 0, comparisons);
    wrong += count_verdicts(comparisons, PAIRS, VERDICT_FASTER) +
                 count_verdicts(comparisons, PAIRS, VERDICT_SLOWER) >
             0;
  }
  return (double)wrong / (double)tables;
}

static void test_no_difference(gsl_rng *random) {
  static const size_t sizes[] = {6, 10, 20};
  for (size_t s = 0; s < COUNT(sizes); s++)
    for (int drifts = 0; drifts < 2; drifts++) {
      double wrong =
          false_tables(random, sizes[s], drifts * 0.03, INTERLEAVED, DESIGN_ROUNDS, 1000);
      CHECK(wrong <= 0.05, "%zu launches, drift %d: %.4f", sizes[s], drifts, wrong);
    }
  /* The fault that this check must find: a batch that is treated as rounds. */
  double wrong = false_tables(random, 10, 0.03, BATCHED, DESIGN_ROUNDS, 100);
  CHECK(wrong > 0.2, "%.4f", wrong);
  CHECK(false_tables(random, 10, 0.03, BATCHED, DESIGN_BATCH, 100) == 0);
}

/* One model takes 3 % less time than four others: found against each of them. */
static void test_planted_difference(gsl_rng *random) {
  enum { TABLES = 4000 };
  size_t found = 0;
  for (size_t t = 0; t < TABLES; t++) {
    struct simulated_table table;
    struct comparison comparisons[PAIRS];
    make_table(random, &table, 10, 0.97, 0, INTERLEAVED);
    compare_all(&table, DESIGN_ROUNDS, 0.03, comparisons);
    found += count_verdicts(comparisons, MODELS - 1, VERDICT_FASTER) == MODELS - 1;
  }
  CHECK(found >= TABLES * 0.99, "%zu of %d", found, TABLES);
}

/* Without a verdict after n launches, more than n are reported as needed. */
static void test_more_are_needed(gsl_rng *random) {
  size_t undecided = 0;
  for (size_t t = 0; t < 200; t++) {
    struct simulated_table table;
    struct comparison comparisons[PAIRS];
    make_table(random, &table, 8, 0.97, 0, INTERLEAVED);
    compare_all(&table, DESIGN_ROUNDS, 0.001, comparisons);
    for (size_t i = 0; i < PAIRS; i++)
      if (comparisons[i].verdict == VERDICT_CANNOT_TELL) {
        undecided++;
        CHECK(comparisons[i].launches_needed > 8 || comparisons[i].launches_needed == 0);
        CHECK(comparisons[i].detectable > 0.005 && comparisons[i].detectable < 0.1);
      }
  }
  CHECK(undecided > 1000);
}

static void test_planted_equality(gsl_rng *random) {
  enum { TABLES = 500 };
  size_t same = 0, within = 0;
  for (size_t t = 0; t < TABLES; t++) {
    struct simulated_table table;
    struct comparison comparisons[PAIRS];
    make_table(random, &table, 30, 1, 0, INTERLEAVED);
    compare_all(&table, DESIGN_ROUNDS, 0.03, comparisons);
    same += count_verdicts(comparisons, PAIRS, VERDICT_SAME) == PAIRS;
  }
  CHECK(same >= TABLES * 0.9, "%zu of %d", same, TABLES);
  /* A true difference of the margin is hardly ever called the same: once in 300, both sides. */
  for (size_t t = 0; t < TABLES; t++) {
    struct simulated_table table;
    struct comparison comparisons[PAIRS];
    make_table(random, &table, 30, 1 / 1.03, 0, INTERLEAVED);
    compare_all(&table, DESIGN_ROUNDS, 0.03, comparisons);
    within += count_verdicts(comparisons, MODELS - 1, VERDICT_SAME);
  }
  CHECK(within <= TABLES * (MODELS - 1) * 0.005, "%zu", within);
}

/* A population of the first `count` of a sequence, with rounds from 1 on. */
static struct population few(double *times_s, int64_t *rounds, size_t count, size_t k,
                             double shift) {
  scattered(times_s, count, k, 0);
  for (size_t i = 0; i < count; i++) {
    times_s[i] = 1 + times_s[i] / 10000 + shift;
    rounds[i] = (int64_t)i + 1;
  }
  return (struct population){times_s, rounds, count};
}

static void test_why_undecided(void) {
  double x[MOST], y[MOST];
  int64_t rounds[MOST];
  struct population a = few(x, rounds, 4, 37, 0), b = few(y, rounds, 4, 59, 0.5), none = {0};
  struct comparison c[] = {
      comparison_make(&a, &b, DESIGN_ROUNDS, 4), comparison_make(&a, &b, DESIGN_BATCH, 4),
      comparison_make(&a, &b, DESIGN_DIFFERENT, 4), comparison_make(&a, &none, DESIGN_ROUNDS, 4),
      comparison_make(&none, &none, DESIGN_BATCH, 4)};
  comparisons_decide(c, COUNT(c), 0.03);
  /* p = 2/70 is the smallest of 4 and 4; in a family of one that decides. */
  CHECK(c[0].verdict == VERDICT_FASTER && c[0].undecided == UNDECIDED_NOT && c[0].ratio > 1.4);
  CHECK(near(c[0].p, 2.0 / 70, 1e-12) && c[0].p_adjusted == c[0].p && c[0].cliffs_delta == 1);
  for (size_t i = 1; i < COUNT(c); i++)
    CHECK(c[i].verdict == VERDICT_CANNOT_TELL && isnan(c[i].p) && isnan(c[i].p_adjusted) &&
              isnan(c[i].low) && isnan(c[i].level) && c[i].launches_needed == 0,
          "%zu", i);
  CHECK(c[1].undecided == UNDECIDED_BATCH && c[1].ratio == c[0].ratio);
  CHECK(c[2].undecided == UNDECIDED_DIFFERENT && c[2].cliffs_delta == 1);
  CHECK(c[3].undecided == UNDECIDED_NO_DATA && isnan(c[3].ratio));
  CHECK(c[4].undecided == UNDECIDED_NO_DATA);
  for (size_t i = 0; i < COUNT(c); i++) /* in a family of five it does not */
    c[i] = comparison_make(&a, &b, DESIGN_ROUNDS, COUNT(c));
  comparisons_decide(c, COUNT(c), 0.03);
  CHECK(c[0].verdict == VERDICT_CANNOT_TELL && c[0].undecided == UNDECIDED_FEW_LAUNCHES);
  CHECK(c[0].launches_needed == 5 && isnan(c[0].detectable), "%zu", c[0].launches_needed);
  x[0] = 0; /* a clock too coarse has no logarithm */
  struct comparison zero = comparison_make(&a, &b, DESIGN_ROUNDS, 1);
  comparisons_decide(&zero, 1, 0.03);
  CHECK(zero.undecided == UNDECIDED_NO_DATA && zero.verdict == VERDICT_CANNOT_TELL);
  comparisons_decide(NULL, 0, 0.03);
}

static void test_one_launch_each(void) {
  double x[] = {1}, y[] = {2};
  struct population a = {x, NULL, 1}, b = {y, NULL, 1};
  struct comparison c = comparison_make(&a, &b, DESIGN_ROUNDS, 1);
  comparisons_decide(&c, 1, 0.03);
  CHECK(c.undecided == UNDECIDED_FEW_LAUNCHES && near(c.ratio, 2, 1e-12) && c.p == 1);
  CHECK(c.launches_needed == 4 && c.pairs == 0, "%zu", c.launches_needed); /* 2/70 <= 0.05 */
}

/* Significant, but too small to matter; and with a smaller margin it does. */
static void test_small_difference(void) {
  double x[MOST], y[MOST];
  int64_t rounds[MOST];
  struct population a = few(x, rounds, 30, 37, 0), b = few(y, rounds, 30, 37, 0.005);
  for (size_t i = 0; i < 30; i++)
    y[i] += (double)i * 1e-6;
  struct comparison c = comparison_make(&b, &a, DESIGN_ROUNDS, 1);
  CHECK(c.test == TEST_SIGNED_RANK && c.pairs == 30);
  comparisons_decide(&c, 1, 0.03);
  CHECK(c.verdict == VERDICT_SAME && c.p_adjusted < 1e-6, "%g", c.p_adjusted);
  comparisons_decide(&c, 1, 0.001);
  CHECK(c.verdict == VERDICT_SLOWER && c.undecided == UNDECIDED_NOT);
  struct comparison reversed = comparison_reversed(&c);
  struct comparison other = comparison_make(&a, &b, DESIGN_ROUNDS, 1);
  comparisons_decide(&other, 1, 0.001);
  CHECK(reversed.verdict == VERDICT_FASTER && other.verdict == VERDICT_FASTER);
  CHECK(near(reversed.ratio, other.ratio, 1e-12) && near(reversed.low, other.low, 1e-12) &&
        near(reversed.high, other.high, 1e-12) && near(reversed.p, other.p, 1e-12) &&
        near(reversed.wide_low, other.wide_low, 1e-12) &&
        reversed.cliffs_delta == other.cliffs_delta);
}

/* A clock so coarse that most times are equal: the ratio is 1, the test finds a difference. */
static void test_coarse_clock(void) {
  double x[MOST], y[MOST];
  for (size_t i = 0; i < 30; i++) {
    x[i] = i < 22 ? 1 : 0.9;
    y[i] = i < 22 ? 1 : 1.1;
  }
  struct population a = {x, NULL, 30}, b = {y, NULL, 30};
  struct comparison c[] = {comparison_make(&a, &b, DESIGN_INDEPENDENT, 2),
                           comparison_make(&b, &a, DESIGN_INDEPENDENT, 2)};
  comparisons_decide(c, 2, 0.03);
  CHECK(c[0].ratio == 1 && c[0].p_adjusted < 0.05 && c[0].cliffs_delta > 0);
  CHECK(c[0].verdict == VERDICT_FASTER && c[1].verdict == VERDICT_SLOWER);
  for (size_t i = 0; i < 30; i++)
    x[i] = y[i] = 1;
  struct comparison equal = comparison_make(&a, &b, DESIGN_INDEPENDENT, 0);
  comparisons_decide(&equal, 1, 0.03);
  CHECK(equal.verdict == VERDICT_SAME && equal.p == 1 && equal.low == 1 && equal.high == 1);
}

/* Rounds are paired by number; rounds that only one point has form no pair. The test depends on how
 * many there are and on the family, not on times. */
static void test_rounds(void) {
  double x[MOST], y[MOST];
  int64_t rounds[MOST], later[MOST];
  struct population a = few(x, rounds, 14, 37, 0), b = few(y, later, 14, 59, 0);
  for (size_t i = 0; i < 14; i++)
    later[i] = (int64_t)i + 3;
  CHECK(comparison_make(&a, &b, DESIGN_ROUNDS, 1).pairs == 12);
  CHECK(comparison_make(&a, &b, DESIGN_ROUNDS, 1).test == TEST_SIGNED_RANK);
  CHECK(comparison_make(&a, &b, DESIGN_ROUNDS, 10).test == TEST_MANN_WHITNEY);
  CHECK(comparison_make(&a, &b, DESIGN_INDEPENDENT, 1).test == TEST_MANN_WHITNEY);
  for (size_t i = 0; i < 14; i++)
    later[i] = (int64_t)i + 1;
  CHECK(comparison_make(&a, &b, DESIGN_ROUNDS, 10).test == TEST_SIGNED_RANK);
  CHECK(comparison_make(&a, &b, DESIGN_ROUNDS, 100).test == TEST_MANN_WHITNEY);
  b.rounds = NULL;
  CHECK(comparison_make(&a, &b, DESIGN_ROUNDS, 10).test == TEST_MANN_WHITNEY);
}

int main(void) {
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  if (random == NULL)
    return 3;
  gsl_rng_set(random, 13);
  test_why_undecided();
  test_one_launch_each();
  test_small_difference();
  test_coarse_clock();
  test_rounds();
  test_no_difference(random);
  test_planted_difference(random);
  test_more_are_needed(random);
  test_planted_equality(random);
  gsl_rng_free(random);
  return test_result();
}
