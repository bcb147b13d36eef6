#include "analysis/answer/disturbance.h"

#include <math.h>
#include <stdlib.h>

#include "common/grow.h"
#include "common/stats.h"

/* A launch's time over its point's median, as a logarithm. */
struct effect {
  int64_t round;
  double log_ratio;
};

static int by_round(const void *left, const void *right) {
  const struct effect *a = left, *b = right;
  if (a->round != b->round)
    return a->round < b->round ? -1 : 1;
  return (a->log_ratio > b->log_ratio) - (a->log_ratio < b->log_ratio);
}

static void judge_round(struct disturbance *found, const struct effect *effects, size_t count) {
  double *sorted = NULL;
  size_t taken = 0;
  if (count < DISTURBANCE_POINTS)
    return;
  while (taken < count) {
    double value = effects[taken].log_ratio;
    *GROW(sorted, taken) = value;
  }
  double effect = stats_median(sorted, count);
  free(sorted);
  found->rounds++;
  found->disturbed += fabs(effect) > log(DISTURBANCE_RATIO);
  if (isnan(found->worst) || fabs(effect) > fabs(log(found->worst)))
    found->worst = exp(effect);
}

struct disturbance disturbance_find(const struct answer *answer) {
  struct disturbance found = {.worst = NAN};
  struct effect *effects = NULL;
  size_t count = 0;
  for (size_t i = 0; i < answer->standing_count; i++) {
    const struct standing *standing = &answer->standings[i];
    for (size_t k = 0; k < standing->count; k++) {
      struct effect effect = {standing->rounds[k],
                              log(standing->times_s[k] / standing->described.median)};
      *GROW(effects, count) = effect;
    }
  }
  if (count > 0)
    qsort(effects, count, sizeof *effects, by_round);
  for (size_t begin = 0, end; begin < count; begin = end) {
    for (end = begin; end < count && effects[end].round == effects[begin].round; end++)
      ;
    judge_round(&found, effects + begin, end - begin);
  }
  free(effects);
  return found;
}
