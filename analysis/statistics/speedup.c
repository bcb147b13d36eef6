#include "analysis/statistics/speedup.h"

#include <math.h>

struct estimate speedup_estimate(const struct comparison *comparison) {
  return (struct estimate){comparison->ratio, comparison->low, comparison->high, comparison->level};
}

struct estimate efficiency_estimate(struct estimate speedup, double workers) {
  return (struct estimate){speedup.value / workers, speedup.low / workers, speedup.high / workers,
                           speedup.level};
}

static double karp_flatt(double speedup, double workers) {
  return (1 / speedup - 1 / workers) / (1 - 1 / workers);
}

struct estimate karp_flatt_estimate(struct estimate speedup, double workers) {
  if (!(workers > 1))
    return (struct estimate){NAN, NAN, NAN, NAN};
  /* It falls as the speedup rises. */
  return (struct estimate){karp_flatt(speedup.value, workers), karp_flatt(speedup.high, workers),
                           karp_flatt(speedup.low, workers), speedup.level};
}
