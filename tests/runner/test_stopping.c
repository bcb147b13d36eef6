/* What the interval of a point covers where launches stop by their width: within 1 % of the level
 * that it states. With a fixed seed, by sweep's own schedule. Of the points that stopped before the
 * largest number of launches, fewer intervals hold if few points do: those are the ones that were
 * narrow by chance. That share is printed. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/stats.h"
#include "runner/launch/schedule.h"
#include "tests/check.h"

enum { POINTS = 20000 };

static uint64_t state = 20261126;

static double uniform(void) {
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

/* G. Box, M. Muller, Ann. Math. Statist. 29, 1958. */
static double normal(void) {
  return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

/* Times whose median is 1. */
enum law { NORMAL, LOG_NORMAL };

static double wall(enum law law, double noise) {
  return law == NORMAL ? 1 + noise * normal() : exp(noise * normal());
}

struct coverage {
  double points, held, stated;
};

static void add(struct coverage *coverage, const struct interval *interval) {
  coverage->points++;
  coverage->held += interval->low <= 1 && 1 <= interval->high;
  coverage->stated += interval->level;
}

static double print_coverage(const char *what, const struct coverage *c, double noise,
                             int64_t most) {
  double held = c->held / c->points, stated = c->stated / c->points;
  printf("launches 6 to %lld, noise %g: %s: %5.0f points, held %.1f %%, stated %.1f %%\n",
         (long long)most, noise, what, c->points, 100 * held, 100 * stated);
  return held - stated;
}

static void simulate(enum law law, double noise, int64_t most) {
  struct point point = {0};
  struct plan plan = {
      .points = &point, .point_count = 1, .least = 6, .most = most, .width = 0.05, .seed = 1};
  struct coverage all = {0}, narrow = {0};
  for (int i = 0; i < POINTS; i++) {
    struct launch_schedule schedule;
    struct scheduled_launch next;
    schedule_open(&schedule, &plan);
    while (schedule_next(&schedule, &next))
      schedule_settle(&schedule, &next, true, false, wall(law, noise));
    const struct track *track = &schedule.tracks[0];
    stats_sort(track->walls_s, track->wall_count);
    struct interval interval = stats_interval(track->walls_s, track->wall_count, 0.95);
    add(&all, &interval);
    if (schedule_enough(&schedule, 0) == ENOUGH_NARROW)
      add(&narrow, &interval);
    schedule_close(&schedule);
  }
  double off = print_coverage("all", &all, noise, most);
  CHECK(fabs(off) <= 0.01, "off by %.2f %%", 100 * off);
  if (narrow.points > 0)
    print_coverage("narrow", &narrow, noise, most);
}

int main(void) {
  simulate(NORMAL, 0.03, 20);
  simulate(NORMAL, 0.05, 20);
  simulate(NORMAL, 0.05, 30);
  simulate(NORMAL, 0.05, 100);
  simulate(LOG_NORMAL, 0.1, 100);
  return test_result();
}
