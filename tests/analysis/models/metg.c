/* METG: crossings worked out by hand, outcomes outside of the measured range. */
#include "analysis/models/metg.h"

#include <math.h>
#include <stdbool.h>

#include "tests/analysis/models/synthetic.h"
#include "tests/check.h"

enum { LENGTHS = 12, ROUNDS = 10 };

static bool near(double value, double expected, double relative) {
  return fabs(value - expected) <= relative * fabs(expected);
}

/* Tasks with an overhead of `overhead_s` each: the efficiency is 1/2 where a task takes as long as
 * the overhead, so at a granularity of two overheads. */
static size_t make(struct metg_task *tasks, double overhead_s, double longest_s, int rounds,
                   enum model_noise noise, unsigned long seed) {
  gsl_rng *random = noise_generator(seed);
  size_t count = 0;
  for (int64_t r = 1; r <= rounds; r++)
    for (int i = 0; i < LENGTHS; i++) {
      double task_s = ldexp(longest_s, -i);
      double granularity_s = (task_s + overhead_s) * noise_factor(noise, 0.02, random);
      tasks[count++] = (struct metg_task){r, granularity_s, task_s / granularity_s};
    }
  gsl_rng_free(random);
  return count;
}

static void test_by_hand(void) {
  static const struct metg_task tasks[] = {
      {1, 4e-6, 0.6}, {1, 1e-6, 0.2}, {1, 16e-6, 0.9}}; /* 0.5 is a quarter down from 0.6 to 0.2 */
  struct metg metg = metg_find(tasks, 3, 0.5, 0.95);
  CHECK(metg.outcome == METG_FOUND && metg.rounds == 1 && isnan(metg.granularity_s.low));
  CHECK(near(metg.granularity_s.median, 4e-6 * pow(0.25, 0.25), 1e-12), "%g",
        metg.granularity_s.median);
  CHECK(metg.shortest_s == 1e-6);
  /* The shortest tasks that reach it count, in spite of a dip before. */
  static const struct metg_task dip[] = {
      {1, 16e-6, 0.9}, {1, 8e-6, 0.4}, {1, 4e-6, 0.6}, {1, 2e-6, 0.4}};
  CHECK(near(metg_find(dip, 4, 0.5, 0.95).granularity_s.median, 4e-6 * pow(0.5, 0.5), 1e-12));
}

static void test_rounds(void) {
  struct metg_task tasks[LENGTHS * ROUNDS];
  size_t count = make(tasks, 1e-6, 256e-6, ROUNDS, NOISE_NORMAL, 3);
  struct metg metg = metg_find(tasks, count, 0.5, 0.95);
  CHECK(metg.outcome == METG_FOUND && metg.rounds == ROUNDS);
  CHECK(near(metg.granularity_s.median, 2e-6, 0.03) && metg.granularity_s.low <= 2e-6 &&
            metg.granularity_s.high >= 2e-6,
        "%g [%g, %g]", metg.granularity_s.median, metg.granularity_s.low, metg.granularity_s.high);
  CHECK(near(metg.granularity_s.level, 0.978515625, 1e-9));
}

static void test_outside(void) {
  struct metg_task tasks[LENGTHS * ROUNDS];
  size_t count = make(tasks, 1e-6, 1e-6, ROUNDS, NOISE_NONE, 3); /* 1/2 at most */
  for (size_t i = 0; i < count; i++)
    tasks[i].efficiency *= 0.99;
  struct metg metg = metg_find(tasks, count, 0.5, 0.95);
  CHECK(metg.outcome == METG_NONE && metg.rounds_none == ROUNDS &&
        isnan(metg.granularity_s.median));
  count = make(tasks, 1e-9, 256e-6, ROUNDS, NOISE_NONE, 3);
  metg = metg_find(tasks, count, 0.5, 0.95);
  CHECK(metg.outcome == METG_LESS && metg.rounds_less == ROUNDS && metg.shortest_s > 0);
  /* 6 of 10 rounds find it: the median does, the upper end is open. */
  for (size_t i = 0; i < count; i++)
    tasks[i].efficiency = i < 4 * LENGTHS ? 0.1 : 0.9 - 0.1 * (double)(i % LENGTHS);
  metg = metg_find(tasks, count, 0.5, 0.95);
  CHECK(metg.outcome == METG_FOUND && metg.rounds_none == 4 && isinf(metg.granularity_s.high));
  CHECK(isfinite(metg.granularity_s.median) && metg.granularity_s.low > 0);
  /* Half of the rounds: the larger of the middle two, which has no METG. */
  for (size_t i = 4 * LENGTHS; i < 5 * LENGTHS; i++)
    tasks[i].efficiency = 0.1;
  metg = metg_find(tasks, count, 0.5, 0.95);
  CHECK(metg.outcome == METG_NONE && isnan(metg.granularity_s.median));
  /* Half are below the shortest: the larger again, which one round has found. */
  for (size_t i = 0; i < 5 * LENGTHS; i++)
    tasks[i].efficiency = 0.9;
  metg = metg_find(tasks, count, 0.5, 0.95);
  CHECK(metg.outcome == METG_FOUND && metg.rounds_less == 5 && metg.granularity_s.low == 0);
  CHECK(metg.granularity_s.median > tasks[5 * LENGTHS + 4].granularity_s * 0.9, "%g",
        metg.granularity_s.median);
}

static void test_no_data(void) {
  static const struct metg_task bad[] = {{1, NAN, 0.5}, {1, 1e-6, NAN}, {1, 0, 0.9}, {1, -1, 0.1}};
  CHECK(metg_find(NULL, 0, 0.5, 0.95).outcome == METG_NO_DATA);
  struct metg metg = metg_find(bad, 4, 0.5, 0.95);
  CHECK(metg.outcome == METG_NO_DATA && isnan(metg.granularity_s.median) && metg.rounds == 0);
}

/* The best is that of the same round, on as many cores, with long tasks. */
static void test_efficiencies(void) {
  static const struct metg_rate rates[] = {{1, 2, 4096, 100}, {1, 2, 512, 120}, {1, 2, 2048, 80},
                                           {1, 1, 4096, 50},  {2, 2, 4096, 90}, {3, 2, 16, 10}};
  static const double expected[] = {1, 1.2, 0.8, 1, 1, NAN};
  double efficiencies[6];
  metg_efficiencies(rates, 6, 1024, efficiencies);
  for (int i = 0; i < 6; i++)
    CHECK(isnan(expected[i]) ? isnan(efficiencies[i]) : near(efficiencies[i], expected[i], 1e-12),
          "%d: %g", i, efficiencies[i]);
}

int main(void) {
  test_by_hand();
  test_rounds();
  test_outside();
  test_no_data();
  test_efficiencies();
  return test_result();
}
