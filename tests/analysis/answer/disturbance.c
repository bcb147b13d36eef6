/* Disturbed rounds: planted ones are found; a single noisy point is not reported as one. */
#include "analysis/answer/disturbance.h"

#include <math.h>

#include "tests/check.h"

enum { POINTS = 6, ROUNDS = 10 };

static double times[POINTS][ROUNDS];
static int64_t rounds[ROUNDS];
static struct standing standings[POINTS];

/* Times of points of their own sizes, with a little scatter that is the same in each call. */
static struct answer make(void) {
  for (int i = 0; i < POINTS; i++) {
    for (int k = 0; k < ROUNDS; k++) {
      rounds[k] = k + 1;
      times[i][k] = (i + 1) * 1e-3 * (1 + 0.01 * ((3 * i + 7 * k) % 5 - 2));
    }
    standings[i] = (struct standing){.times_s = times[i], .rounds = rounds, .count = ROUNDS};
  }
  return (struct answer){.standings = standings, .standing_count = POINTS};
}

static struct disturbance find(const struct answer *answer) {
  for (int i = 0; i < POINTS; i++)
    standings[i].described = describe(times[i], ROUNDS, 0.95);
  return disturbance_find(answer);
}

int main(void) {
  struct answer answer = make();
  struct disturbance found = find(&answer);
  CHECK(found.rounds == ROUNDS && found.disturbed == 0, "%zu of %zu", found.disturbed,
        found.rounds);
  CHECK(fabs(log(found.worst)) < 0.03, "%g", found.worst);

  for (int k = 6; k < ROUNDS; k++) /* one point alone is disturbed */
    times[2][k] *= 3;
  found = find(&answer);
  CHECK(found.disturbed == 0, "%zu", found.disturbed);

  answer = make();
  for (int i = 0; i < POINTS; i++) /* other load in the last three rounds */
    for (int k = 7; k < ROUNDS; k++)
      times[i][k] *= 3;
  found = find(&answer);
  CHECK(found.disturbed == 3, "%zu", found.disturbed);
  CHECK(found.worst > 2.8 && found.worst < 3.2, "%g", found.worst);

  answer = make();
  answer.standing_count =
      DISTURBANCE_POINTS - 1; /* too few points to distinguish a round from a point */
  found = find(&answer);
  CHECK(found.rounds == 0 && isnan(found.worst));
  return test_result();
}
