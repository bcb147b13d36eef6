/* The roofline: levels, limits, fractions with intervals that cover. */
#include "analysis/models/roofline.h"

#include <math.h>
#include <stdlib.h>

#include "tests/analysis/models/synthetic.h"
#include "tests/check.h"

enum { LAUNCHES = 10, SETS = 4 };

struct machine {
  double peak[LAUNCHES], rates[SETS][LAUNCHES];
  struct roofline_stream streams[SETS];
};

static const double sets_bytes[SETS] = {16e3, 200e3, 800e3, 100e6};
static const double bandwidths[SETS] = {200e9, 70e9, 80e9, 10e9};

static void make(struct machine *machine, enum noise noise, gsl_rng *random) {
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
  struct machine machine;
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

/* A fraction of 0.7 of the memory's roof, 300 times. */
static void test_coverage(void) {
  enum { REPLICATIONS = 300 };
  int held = 0, held_ridge = 0;
  gsl_rng *random = noise_generator(5);
  for (int r = 0; r < REPLICATIONS; r++) {
    struct machine machine;
    struct roofline roofline;
    double rates[LAUNCHES];
    make(&machine, NOISE_NORMAL, random);
    for (int i = 0; i < LAUNCHES; i++)
      rates[i] = 0.7 * 2 * 10e9 * noise_factor(NOISE_NORMAL, 0.02, random);
    roofline_make(&roofline, (struct launch_values){machine.peak, LAUNCHES}, machine.streams, SETS,
                  NULL, 0, 0.95);
    struct roofline_place place =
        roofline_locate(&roofline, 2, 1e9, (struct launch_values){rates, LAUNCHES},
                        &(struct fit_options){.resamples = 500, .seed = (unsigned long)r + 1});
    held += place.fraction.low <= 0.7 && place.fraction.high >= 0.7;
    held_ridge += roofline.levels[3].ridge.low <= 5 && roofline.levels[3].ridge.high >= 5;
    roofline_free(&roofline);
  }
  gsl_rng_free(random);
  printf("coverage, 95 %% stated: fraction %.1f %%, ridge (at least) %.1f %%\n",
         100.0 * held / REPLICATIONS, 100.0 * held_ridge / REPLICATIONS);
  CHECK(held >= (0.95 - coverage_slack(0.95, REPLICATIONS)) * REPLICATIONS, "%d", held);
  CHECK(held_ridge >= 0.95 * REPLICATIONS, "%d", held_ridge);
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

int main(void) {
  test_levels();
  test_coverage();
  test_bad_data();
  return test_result();
}
