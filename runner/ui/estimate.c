#include "runner/ui/estimate.h"

#include <math.h>
#include <stdlib.h>

#include "common/grow.h"

/* What is known of a point, as it has been added to the sums. */
struct guess {
  double seconds;          /* that its last launch took; NaN: no launch in this session */
  size_t launches;         /* that it has before it */
  size_t working_launches; /* those of them that are more than a row that says "skipped" */
  bool done;
};

static void look(const struct run_estimate *estimate, size_t point, struct guess *guess) {
  const struct launch_schedule *schedule = estimate->schedule;
  guess->launches = schedule_left_of(schedule, point);
  guess->working_launches = schedule->tracks[point].hopeless ? 0 : guess->launches;
  guess->done = schedule_enough(schedule, point) != ENOUGH_NOT;
}

/* Adds a guess to the sums. */
static void add(struct run_estimate *estimate, const struct guess *guess) {
  estimate->points_done += guess->done;
  estimate->left_launches += guess->launches;
  if (isnan(guess->seconds)) {
    estimate->unknown_launches += guess->working_launches;
    return;
  }
  estimate->known++;
  estimate->known_s += guess->seconds;
  estimate->left_s += (double)guess->working_launches * guess->seconds;
}

static void take_away(struct run_estimate *estimate, const struct guess *guess) {
  estimate->points_done -= guess->done;
  estimate->left_launches -= guess->launches;
  if (isnan(guess->seconds)) {
    estimate->unknown_launches -= guess->working_launches;
    return;
  }
  estimate->known--;
  estimate->known_s -= guess->seconds;
  estimate->left_s -= (double)guess->working_launches * guess->seconds;
}

void estimate_open(struct run_estimate *estimate, const struct launch_schedule *schedule) {
  *estimate = (struct run_estimate){.schedule = schedule};
  for (size_t i = 0, count = 0; i < schedule->plan->point_count; i++) {
    struct guess *guess = GROW(estimate->guesses, count);
    guess->seconds = NAN;
    look(estimate, i, guess);
    add(estimate, guess);
  }
}

void estimate_close(struct run_estimate *estimate) {
  free(estimate->guesses);
  *estimate = (struct run_estimate){0};
}

bool estimate_note(struct run_estimate *estimate, size_t point, double seconds) {
  struct guess *guess = &estimate->guesses[point];
  bool was_done = guess->done;
  take_away(estimate, guess);
  if (!isnan(seconds))
    guess->seconds = seconds;
  look(estimate, point, guess);
  add(estimate, guess);
  return guess->done && !was_done;
}

double estimate_left(const struct run_estimate *estimate) {
  if (estimate->known == 0)
    return NAN;
  if (schedule_left(estimate->schedule) == 0)
    return 0;
  double mean = estimate->known_s / (double)estimate->known;
  size_t again = schedule_left(estimate->schedule) - estimate->left_launches;
  /* Adding and taking away leaves errors of rounding. */
  return fmax(0, estimate->left_s + mean * (double)(estimate->unknown_launches + again));
}
