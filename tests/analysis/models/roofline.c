/* The roofline: levels, limits, fractions with intervals that cover. */
#include "analysis/models/roofline.h"

#include <math.h>
#include <stdlib.h>

#include "tests/analysis/models/synthetic.h"
#include "tests/check.h"

enum { LAUNCHES = 10, LAUNCHES_MAX = 30, SETS = 4 };

struct planted_machine {
  double peak[LAUNCHES], rates[SETS][LAUNCHES];
  struct roofline_stream streams[SETS];
};

static const double sets_bytes[SETS] = {16e3, 200e3, 800e3, 100e6};
static const double bandwidths[SETS] = {200e9, 70e9, 80e9, 10e9};

static void make(struct planted_machine *machine, enum model_noise noise, gsl_rng *random) {
  for (int i = 0; i < LAUNCHES; i++) {
    machine->peak[i] = 50e9 * noise_factor(noise, 0.02, random);
    for (int s = 0; s < SETS; s++)
      machine->rates[s][i] = bandwidths[s] * noise_factor(noise, 0.02, random);
  }
  for (int s = 0; s < SETS; s++)
    machine->streams[s] = (struct roofline_stream){sets_bytes[s], {machine->rates[s], LAUNCHES}};
}

static bool near(double value, double expected, double relative) {
  return fabs(value - expected) <= relative * fabs(expected);
}

static void test_levels(void) {
  static const double caches[] = {32e3, 1e6};
  gsl_rng *random = noise_generator(1);
  struct planted_machine machine;
  struct roofline roofline;
  make(&machine, NOISE_NONE, random);
  gsl_rng_free(random);
  roofline_make(&roofline, (struct launch_values){machine.peak, LAUNCHES}, machine.streams, SETS,
                caches, 2, 0.95);
  CHECK(roofline.status == FIT_OK && roofline.level_count == 3 && roofline.peak.value == 50e9);
  /* Of the two sets in the second cache the faster. */
  CHECK(roofline.levels[1].working_set_bytes == 800e3 &&
        roofline.levels[1].bandwidth.value == 80e9);
  CHECK(near(roofline.levels[2].ridge.value, 5, 1e-12) && isinf(roofline.levels[2].capacity_bytes));
  const double rate[] = {8e9};
  const struct launch_values rates = {rate, 1};
  struct roofline_place triad = roofline_locate(&roofline, 1.0, 1e9, rates, NULL);
  CHECK(triad.status == FIT_OK && triad.level == 2 && triad.bound_by_memory);
  CHECK(near(triad.limit, 10e9, 1e-12) && near(triad.fraction.value, 0.8, 1e-12) &&
        isnan(triad.fraction.low));
  CHECK(roofline_locate(&roofline, 1.0, 20e3, rates, NULL).level == 0);
  CHECK(roofline_locate(&roofline, 1.0, 0, rates, NULL).level == 2);
  struct roofline_place dgemm = roofline_locate(&roofline, 60, 1e9, rates, NULL);
  CHECK(!dgemm.bound_by_memory && dgemm.limit == 50e9);
  CHECK(roofline_locate(&roofline, INFINITY, 1e9, rates, NULL).limit == 50e9);
  CHECK(roofline_limit(&roofline, 0, 0.1) == 0.1 * 200e9);
  roofline_free(&roofline);
  /* Caches not known: a level for each set. */
  roofline_make(&roofline, (struct launch_values){machine.peak, LAUNCHES}, machine.streams, SETS,
                NULL, 0, 0.95);
  CHECK(roofline.level_count == SETS && roofline.levels[3].bandwidth.value == 10e9);
  CHECK(roofline_locate(&roofline, 1.0, 150e3, rates, NULL).level == 1);
  roofline_free(&roofline);
}

/* A fraction of 0.7 of the memory's roof, by that number of launches of each: how often intervals
 * hold it, and how often 20 % narrower ones would. */
static void cover(enum model_noise noise, size_t launches, int replications) {
  static const double spread = 0.02, truth = 0.7;
  int held = 0, narrow = 0, held_ridge = 0;
  gsl_rng *random = noise_generator(50 * noise + launches);
  for (int r = 0; r < replications; r++) {
    double rates[LAUNCHES_MAX], peak[LAUNCHES_MAX], stream[LAUNCHES_MAX];
    struct roofline roofline;
    for (size_t i = 0; i < launches; i++) {
      rates[i] = truth * 2 * 10e9 * noise_factor(noise, spread, random);
      peak[i] = 50e9 * noise_factor(noise, spread, random);
      stream[i] = 10e9 * noise_factor(noise, spread, random);
    }
    const struct roofline_stream set = {1e9, {stream, launches}};
    roofline_make(&roofline, (struct launch_values){peak, launches}, &set, 1, NULL, 0, 0.95);
    struct estimate e =
        roofline_locate(&roofline, 2, 1e9, (struct launch_values){rates, launches}, NULL).fraction;
    held += e.low <= truth && truth <= e.high;
    narrow +=
        e.value - 0.8 * (e.value - e.low) <= truth && truth <= e.value + 0.8 * (e.high - e.value);
    held_ridge += roofline.levels[0].ridge.low <= 5 && roofline.levels[0].ridge.high >= 5;
    roofline_free(&roofline);
  }
  gsl_rng_free(random);
  const double coverage = (double)held / replications, slack = coverage_slack(0.95, replications);
  printf(
      "%-10s %2zu launches: fraction %.1f %%, 20 %% narrower %.1f %%; ridge (at least) %.1f %%\n",
      noise_names[noise], launches, 100 * coverage, 100.0 * narrow / replications,
      100.0 * held_ridge / replications);
  CHECK(fabs(coverage - 0.95) <= 0.01 + slack, "%.3f", coverage);
  CHECK(narrow < (0.94 - slack) * replications, "%d", narrow);
  CHECK(held_ridge >= 0.95 * replications, "%d", held_ridge);
}

static void test_coverage(int replications) {
  for (enum model_noise noise = NOISE_NORMAL; noise < NOISES; noise++) {
    cover(noise, 6, replications);
    cover(noise, 10, replications);
    cover(noise, 20, replications);
    cover(noise, 30, replications);
  }
}

static void check_bad(struct launch_values peak, const struct roofline_stream *streams,
                      size_t count) {
  struct roofline roofline;
  const double rate[] = {8e9};
  roofline_make(&roofline, peak, streams, count, NULL, 0, 0.95);
  CHECK(roofline.status == FIT_BAD_DATA);
  struct roofline_place place =
      roofline_locate(&roofline, 1, 1e9, (struct launch_values){rate, 1}, NULL);
  CHECK(place.status == FIT_BAD_DATA && isnan(place.limit) && isnan(place.fraction.value));
  roofline_free(&roofline);
}

static void test_bad_data(void) {
  const double good[] = {1e9, 1e9}, bad[] = {1e9, NAN}, zero[] = {0, 1e9};
  const struct roofline_stream stream = {1e6, {good, 2}}, empty = {1e6, {NULL, 0}},
                               nan = {1e6, {bad, 2}}, no_set = {NAN, {good, 2}};
  check_bad((struct launch_values){NULL, 0}, &stream, 1);
  check_bad((struct launch_values){bad, 2}, &stream, 1);
  check_bad((struct launch_values){zero, 2}, &stream, 1);
  check_bad((struct launch_values){good, 2}, &stream, 0);
  check_bad((struct launch_values){good, 2}, &empty, 1);
  check_bad((struct launch_values){good, 2}, &nan, 1);
  check_bad((struct launch_values){good, 2}, &no_set, 1);
  struct roofline roofline;
  roofline_make(&roofline, (struct launch_values){good, 2}, &stream, 1, NULL, 0, 0.95);
  CHECK(roofline.status == FIT_OK);
  CHECK(roofline_locate(&roofline, NAN, 1e9, (struct launch_values){good, 2}, NULL).status ==
        FIT_BAD_DATA);
  CHECK(roofline_locate(&roofline, 1, 1e9, (struct launch_values){zero, 2}, NULL).status ==
        FIT_BAD_DATA);
  roofline_free(&roofline);
}

int main(int argc, char **argv) {
  test_levels();
  test_coverage(argc > 1 ? atoi(argv[1]) : 1000);
  test_bad_data();
  return test_result();
}
