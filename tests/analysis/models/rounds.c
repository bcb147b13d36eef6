/* LogGP's parameters and METG are medians over rounds of what each round gives alone, with an
 * interval of order statistics: how often it holds the median over all rounds that there could be,
 * against the level that it states, for each noise and number of rounds. That median is taken from
 * many rounds. With the noise of two modes it is not the parameter itself (a column of its own):
 * a line through few medians of such times is off to one side, and an interval cannot know. */
#include <math.h>
#include <stdlib.h>

#include "analysis/models/loggp.h"
#include "analysis/models/metg.h"
#include "tests/analysis/models/synthetic.h"
#include "tests/check.h"

enum { SIZES = 9, LENGTHS = 12, POOL = 20000, REPLICATIONS = 2000 };
static const int rounds_of[] = {6, 10, 20, 30};
static const double spreads[NOISES] = {
    [NOISE_NORMAL] = 0.02, [NOISE_LOGNORMAL] = 0.1, [NOISE_TWO_MODES] = 0.02};

enum round_quantity { ONE_WAY, PER_BYTE, METG, QUANTITIES };
static const char *const names[QUANTITIES] = {"L + 2 o", "G", "METG"};
static const double truths[QUANTITIES] = {3e-6, 1e-9, 2e-6};

/* One-way times of 1 byte to 64 KiB: 3 us + (s - 1) ns. */
static void find_loggp(struct interval found[QUANTITIES], int rounds, enum model_noise noise,
                       gsl_rng *random) {
  struct loggp_trip *trips = calloc((size_t)rounds * SIZES, sizeof *trips);
  struct loggp_fit fit;
  struct error error = {0};
  size_t count = 0;
  for (int64_t r = 1; r <= rounds; r++)
    for (int i = 0; i < SIZES; i++) {
      int64_t size = i == 0 ? 1 : INT64_C(256) << i;
      double trip_s = 2 * (3e-6 + (double)(size - 1) * 1e-9);
      trips[count++] =
          (struct loggp_trip){r, size, 1, 0, trip_s * noise_factor(noise, spreads[noise], random)};
    }
  CHECK(loggp_fit(&fit, trips, count, LOGGP_ONE_REGIME, 0.95, &error) == 0);
  found[ONE_WAY] = fit.regimes[0].one_way_s;
  found[PER_BYTE] = fit.regimes[0].per_byte_s;
  loggp_free(&fit);
  free(trips);
}

/* Tasks with an overhead of 1 us each: 2 us are half of it. */
static void find_metg(struct interval found[QUANTITIES], int rounds, enum model_noise noise,
                      gsl_rng *random) {
  struct metg_task *tasks = calloc((size_t)rounds * LENGTHS, sizeof *tasks);
  size_t count = 0;
  for (int64_t r = 1; r <= rounds; r++)
    for (int i = 0; i < LENGTHS; i++) {
      double task_s = ldexp(256e-6, -i);
      double taken_s = (task_s + 1e-6) * noise_factor(noise, spreads[noise], random);
      tasks[count++] = (struct metg_task){r, taken_s, task_s / taken_s};
    }
  struct metg metg = metg_find(tasks, count, 0.5, 0.95);
  found[METG] = metg.granularity_s;
  if (metg.outcome != METG_FOUND) /* outside of the lengths: these sort below and above all */
    found[METG].median = metg.outcome == METG_LESS ? 0 : INFINITY;
  free(tasks);
}

static void find(struct interval found[QUANTITIES], int rounds, enum model_noise noise,
                 gsl_rng *random) {
  find_loggp(found, rounds, noise, random);
  find_metg(found, rounds, noise, random);
}

static void find_medians(double medians[QUANTITIES], enum model_noise noise, gsl_rng *random) {
  static double pool[QUANTITIES][POOL];
  struct interval found[QUANTITIES];
  for (int i = 0; i < POOL; i++) {
    find(found, 1, noise, random);
    for (int q = 0; q < QUANTITIES; q++)
      pool[q][i] = found[q].median;
  }
  for (int q = 0; q < QUANTITIES; q++) {
    stats_sort(pool[q], POOL);
    medians[q] = stats_median(pool[q], POOL);
  }
}

static bool holds(struct interval interval, double narrower, double truth) {
  double low = interval.median + narrower * (interval.low - interval.median);
  double high = interval.median + narrower * (interval.high - interval.median);
  return low <= truth && truth <= high;
}

int main(void) {
  for (int noise = NOISE_NORMAL; noise < NOISES; noise++) {
    gsl_rng *random = noise_generator(400 + (unsigned long)noise);
    double medians[QUANTITIES];
    find_medians(medians, (enum model_noise)noise, random);
    for (size_t r = 0; r < sizeof rounds_of / sizeof *rounds_of; r++) {
      int held[QUANTITIES] = {0}, narrow[QUANTITIES] = {0}, parameter[QUANTITIES] = {0};
      struct interval found[QUANTITIES];
      for (int i = 0; i < REPLICATIONS; i++) {
        find(found, rounds_of[r], (enum model_noise)noise, random);
        for (int q = 0; q < QUANTITIES; q++) {
          held[q] += holds(found[q], 1, medians[q]);
          narrow[q] += holds(found[q], 0.8, medians[q]);
          parameter[q] += holds(found[q], 1, truths[q]);
        }
      }
      for (int q = 0; q < QUANTITIES; q++) {
        double level = found[q].level, share = (double)held[q] / REPLICATIONS;
        printf("%-10s %2d rounds, %-7s: stated %.1f %%, holds %.1f %%, the parameter %.1f %%\n",
               noise_names[noise], rounds_of[r], names[q], 100 * level, 100 * share,
               100.0 * parameter[q] / REPLICATIONS);
        CHECK(fabs(share - level) <= 0.01 + coverage_slack(level, REPLICATIONS), "%s", names[q]);
        CHECK((double)narrow[q] / REPLICATIONS < level - coverage_slack(level, REPLICATIONS),
              "%s: an interval that is too narrow passes", names[q]);
      }
    }
    gsl_rng_free(random);
  }
  return test_result();
}
