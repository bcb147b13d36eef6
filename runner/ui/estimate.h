/* How far a sweep is and how long it will take still, kept up launch by launch: a sweep may have
 * 100,000 points, too many to walk through at each. */
#ifndef QUARTET_RUNNER_UI_ESTIMATE_H
#define QUARTET_RUNNER_UI_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/launch/schedule.h"

struct run_estimate {
  const struct launch_schedule *schedule;
  size_t points_done; /* that have enough */
  /* private: */
  struct guess *guesses;   /* for each point */
  double known_s;          /* the last launches of all points that have one, summed */
  size_t known;            /* how many points those are */
  double left_s;           /* of the launches that those points still have before them */
  size_t unknown_launches; /* before the other points */
  size_t left_launches;    /* before all, without those that are tried again */
};

/* Begins with what the schedule says of sessions before, which must outlive it. */
void estimate_open(struct run_estimate *estimate, const struct launch_schedule *schedule);
void estimate_close(struct run_estimate *estimate);

/* A launch of that point has been settled and took so long; NaN: nothing was started. Returns
 * whether the point has enough only now. */
bool estimate_note(struct run_estimate *estimate, size_t point, double seconds);

/* The time that is left, at most: each launch to come takes as long as the last of its point, or as
 * the mean point if it had no launch. NaN before the first launch. */
double estimate_left(const struct run_estimate *estimate);

#endif
