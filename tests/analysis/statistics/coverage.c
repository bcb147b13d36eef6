/* Whether intervals cover the truth as often as they state: within 1 % of their stated level, for
 * normal, log-normal and two-mode noise and 6, 10, 20 and 30 launches. Seeded; the standard error
 * of 8000 replications is 0.25 % at 95 %. */
#include <stdlib.h>

#include "analysis/statistics/comparison.h"
#include "analysis/statistics/describe.h"
#include "analysis/statistics/hodges_lehmann.h"
#include "analysis/statistics/null_distribution.h"
#include "analysis/statistics/speedup.h"
#include "common/stats.h"
#include "tests/analysis/statistics/noise.h"
#include "tests/check.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { REPLICATIONS = 8000, MOST = 30 };
static const double TOLERANCE = 0.01, SPEEDUP = 3.7, WORKERS = 4;
static const char *const noise_names[NOISES] = {"normal", "log-normal", "two modes"};
static const size_t sizes[] = {6, 10, 20, 30};

enum interval_kind {
  MEDIAN,
  ROUNDS,      /* comparison_make in rounds: whichever test it uses */
  ROUNDS_WIDE, /* its interval for equivalence */
  INDEPENDENT,
  INDEPENDENT_WIDE,
  SIGNED_RANK,      /* on the differences, also where comparison_make uses the other test */
  SIGNED_RANK_WIDE, /* at 90 % */
  EFFICIENCY,
  KARP_FLATT,
  KINDS
};
static const char *const kind_names[KINDS] = {
    "median",      "rounds",         "rounds, wide", "independent", "independent, wide",
    "signed rank", "signed rank 90", "efficiency",   "Karp-Flatt"};

/* How often intervals of one kind covered, and what they state. */
struct coverage_tally {
  size_t covered, made;
  double level;
};

static void count(struct coverage_tally *tally, double low, double high, double level,
                  double truth) {
  if (isnan(level))
    return;
  tally->covered += low <= truth && truth <= high;
  tally->made++;
  tally->level = level;
}

static void count_estimate(struct coverage_tally *tally, struct interval_estimate estimate,
                           double truth) {
  count(tally, estimate.low, estimate.high, estimate.level, truth);
}

static void count_comparison(struct coverage_tally *usual, struct coverage_tally *wide,
                             const struct comparison *c) {
  count(usual, c->low, c->high, c->level, SPEEDUP);
  count(wide, c->wide_low, c->wide_high, c->wide_level, SPEEDUP);
}

/* One replication: a is SPEEDUP times as fast as b. */
static void replicate(gsl_rng *random, enum launch_noise noise, size_t n,
                      struct coverage_tally *tallies) {
  double a[MOST], b[MOST], d[MOST];
  int64_t rounds[MOST];
  for (size_t i = 0; i < n; i++) {
    rounds[i] = (int64_t)i + 1;
    a[i] = noisy(random, noise);
    b[i] = noisy(random, noise) * SPEEDUP;
    d[i] = log(b[i]) - log(a[i]);
  }
  struct description description = describe(a, n, 0.95);
  count(&tallies[MEDIAN], description.low, description.high, description.level, true_median(noise));
  struct population first = {a, rounds, n}, second = {b, rounds, n};
  struct comparison paired = comparison_make(&first, &second, DESIGN_ROUNDS, 1);
  struct comparison independent = comparison_make(&first, &second, DESIGN_INDEPENDENT, 1);
  count_comparison(&tallies[ROUNDS], &tallies[ROUNDS_WIDE], &paired);
  count_comparison(&tallies[INDEPENDENT], &tallies[INDEPENDENT_WIDE], &independent);
  stats_sort(d, n);
  struct shift_interval shift = signed_rank_interval(d, n, 0.95);
  count(&tallies[SIGNED_RANK], shift.low, shift.high, shift.level, log(SPEEDUP));
  shift = signed_rank_interval(d, n, 0.9);
  count(&tallies[SIGNED_RANK_WIDE], shift.low, shift.high, shift.level, log(SPEEDUP));
  struct interval_estimate speedup = speedup_estimate(&independent);
  count_estimate(&tallies[EFFICIENCY], efficiency_estimate(speedup, WORKERS), SPEEDUP / WORKERS);
  count_estimate(&tallies[KARP_FLATT], karp_flatt_estimate(speedup, WORKERS),
                 (1 / SPEEDUP - 1 / WORKERS) / (1 - 1 / WORKERS));
}

static void test_coverage(gsl_rng *random) {
  for (enum launch_noise noise = 0; noise < NOISES; noise++)
    for (size_t s = 0; s < COUNT(sizes); s++) {
      struct coverage_tally tallies[KINDS] = {{0}};
      for (size_t r = 0; r < REPLICATIONS; r++)
        replicate(random, noise, sizes[s], tallies);
      for (enum interval_kind kind = 0; kind < KINDS; kind++) {
        const struct coverage_tally *t = &tallies[kind];
        double covered = (double)t->covered / (double)t->made;
        CHECK(t->made == REPLICATIONS, "%s, %zu: %zu", kind_names[kind], sizes[s], t->made);
        CHECK(t->level >= (kind == SIGNED_RANK_WIDE ? 0.9 : 0.95));
        CHECK(fabs(covered - t->level) <= TOLERANCE, "%s noise, %zu launches, %s: %.4f, not %.4f",
              noise_names[noise], sizes[s], kind_names[kind], covered, t->level);
      }
    }
}

/* The check must find an interval that is one order statistic too narrow, on either side or both,
 * and one that states 95 % where it has 97.9. */
static void test_planted_narrow(gsl_rng *random) {
  enum { N = 10 };
  size_t covered = 0, narrow = 0;
  double level = 0;
  for (size_t r = 0; r < REPLICATIONS; r++) {
    double x[N];
    for (size_t i = 0; i < N; i++)
      x[i] = noisy(random, NOISE_NORMAL);
    stats_sort(x, N);
    struct interval interval = stats_interval(x, N, 0.95);
    level = interval.level;
    covered += interval.low <= 1 && 1 <= interval.high;
    narrow += interval.low <= 1 && 1 <= x[7]; /* instead of x[8] */
  }
  CHECK(fabs((double)covered / REPLICATIONS - level) <= TOLERANCE);
  CHECK(fabs((double)covered / REPLICATIONS - 0.95) > TOLERANCE);
  CHECK(fabs((double)narrow / REPLICATIONS - level) > TOLERANCE);
}

/* The same for the rank intervals: the next Walsh average and the next difference inwards. */
static void test_planted_narrow_ranks(gsl_rng *random) {
  enum { N = 6 };
  size_t narrow = 0;
  double level = 0;
  for (size_t r = 0; r < REPLICATIONS; r++) {
    double x[N], y[N], d[N * N];
    for (size_t i = 0; i < N; i++) {
      x[i] = noisy(random, NOISE_NORMAL);
      y[i] = noisy(random, NOISE_NORMAL);
    }
    stats_sort(x, N);
    stats_sort(y, N);
    level = rank_sum_interval(x, N, y, N, 0.95).level;
    for (size_t i = 0; i < N * N; i++)
      d[i] = y[i / N] - x[i % N];
    stats_sort(d, N * N);
    double reached;
    size_t k = null_rank_sum_critical(N, N, 0.025, &reached);
    narrow += d[k] <= 0 && 0 <= d[N * N - 1 - k];
  }
  CHECK(fabs((double)narrow / REPLICATIONS - level) > TOLERANCE, "%g, %g",
        (double)narrow / REPLICATIONS, level);
}

int main(void) {
  gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
  if (random == NULL)
    return 3;
  gsl_rng_set(random, 12);
  test_coverage(random);
  test_planted_narrow(random);
  test_planted_narrow_ranks(random);
  gsl_rng_free(random);
  return test_result();
}
