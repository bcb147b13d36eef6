#include "analysis/statistics/speedup.h"

#include <math.h>

struct interval_estimate speedup_estimate(const struct comparison *comparison) {
  return (struct interval_estimate){comparison->ratio, comparison->low, comparison->high,
                                    comparison->level};
}

struct interval_estimate efficiency_estimate(struct interval_estimate speedup, double workers) {
  return (struct interval_estimate){speedup.value / workers, speedup.low / workers,
                                    speedup.high / workers, speedup.level};
}

static double karp_flatt(double speedup, double workers) {
  return (1 / speedup - 1 / workers) / (1 - 1 / workers);
}

struct interval_estimate karp_flatt_estimate(struct interval_estimate speedup, double workers) {
  if (!(workers > 1))
    return (struct interval_estimate){NAN, NAN, NAN, NAN};
  /* It falls as the speedup rises. */
  return (struct interval_estimate){karp_flatt(speedup.value, workers),
                                    karp_flatt(speedup.high, workers),
                                    karp_flatt(speedup.low, workers), speedup.level};
}
