/* Predictions far beyond what was measured: where two laws describe the data alike, the interval
 * has to hold the truth whichever was chosen. */
#include <math.h>
#include <stdlib.h>

#include "analysis/answer/laws.h"
#include "common/grow.h"
#include "tests/check.h"

enum { CORE_COUNTS = 4, LAUNCHES = 10, SEEDS = 30 };
static const double sigma = 0.05, kappa = 0.002; /* the Universal Scalability Law's */

static double true_speedup(double p) {
  return p / (1 + sigma * (p - 1) + kappa * p * (p - 1));
}

/* A cheap, seeded, roughly normal deviate: the sum of twelve uniform ones (Irwin and Hall). */
static double deviate(uint64_t *state) {
  double sum = -6;
  for (int i = 0; i < 12; i++) {
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    sum += (double)(*state >> 11) / 9007199254740992.0;
  }
  return sum;
}

/* One work, one variant on 1, 2, 4 and 8 cores, the first being the base. */
static void run_seed(uint64_t seed, double noise, int *held, int *amdahl) {
  static double times[CORE_COUNTS][LAUNCHES];
  static int64_t rounds[LAUNCHES];
  struct data_point points[CORE_COUNTS] = {0};
  struct standing standings[CORE_COUNTS] = {0};
  struct data_work work = {.kind = BOUND_COMPUTE};
  struct data_problem problem = {.work = 0, .n = 1000};
  struct data_variant variant = {.model = MODEL_THREADS};
  struct dataset data = {.works = &work, .work_count = 1, .variant_count = 1, .variants = &variant};
  size_t entry = CORE_COUNTS - 1;
  struct contest contest = {.end = CORE_COUNTS, .n = 1000, .entries = &entry};
  struct answer answer = {.data = &data,
                          .standings = standings,
                          .standing_count = CORE_COUNTS,
                          .contests = &contest,
                          .contest_count = 1};
  uint64_t state = seed * 977 + 1;
  for (int c = 0; c < CORE_COUNTS; c++) {
    points[c] = (struct data_point){.cores = 1 << c};
    for (int k = 0; k < LAUNCHES; k++) {
      rounds[k] = k + 1;
      times[c][k] = 1 / true_speedup(1 << c) * (1 + noise * deviate(&state));
    }
    standings[c] = (struct standing){.point = &points[c],
                                     .problem = &problem,
                                     .work = &work,
                                     .variant = &variant,
                                     .times_s = times[c],
                                     .rounds = rounds,
                                     .count = LAUNCHES,
                                     .sound = true,
                                     .base = 0,
                                     .described = describe(times[c], LAUNCHES, 0.95)};
  }
  struct laws laws;
  laws_fit(&laws, &answer);
  const struct scaling_fit *best =
      laws.scaling_count == 1 ? scaling_best(&laws.scaling[0], false) : NULL;
  CHECK(best != NULL, "seed %d: no law", (int)seed);
  const struct scaling_prediction *last = &laws.scaling[0].places[LAW_PLACES - 1];
  CHECK(last->extrapolated && fabs(last->cores - 64) < 1e-6, "%g cores", last->cores);
  if (best != NULL) {
    double truth = true_speedup(64);
    *held += last->speedup.low <= truth && truth <= last->speedup.high;
    *amdahl += best->law == SCALING_AMDAHL;
  }
  laws_free(&laws);
}

int main(void) {
  static const double noises[] = {0.01, 0.03};
  int chosen = 0;
  for (int n = 0; n < 2; n++) {
    int held = 0, amdahl = 0;
    for (int seed = 0; seed < SEEDS; seed++)
      run_seed((uint64_t)seed, noises[n], &held, &amdahl);
    printf("noise %g: held %d of %d, Amdahl chosen %d times\n", noises[n], held, SEEDS, amdahl);
    CHECK(held >= SEEDS * 8 / 10, "noise %g: %d of %d", noises[n], held, SEEDS);
    chosen += amdahl;
  }
  CHECK(chosen > 0, "the case that the interval is for never came up");
  return test_result();
}
