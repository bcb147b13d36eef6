/* The order of launches, and when a point has enough of them. */
#ifndef QUARTET_RUNNER_LAUNCH_SCHEDULE_H
#define QUARTET_RUNNER_LAUNCH_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/launch/binding.h"
#include "runner/plan/plan.h"

enum { WORK_UNIT_TEXT = 24 };
enum { POPULATION_HOSTS = 256 }; /* as much of the column `hosts` distinguishes populations */

enum enough {
  ENOUGH_NOT,     /* more launches are to come */
  ENOUGH_NARROW,  /* the median's interval was as narrow as requested, and as many launches again
                     followed */
  ENOUGH_MOST,    /* as many launches as allowed */
  ENOUGH_HOPELESS /* another launch would fail alike */
};

/* As run.json says it: "running", "narrow", "most", "hopeless". */
const char *enough_name(enum enough enough);

/* A settled launch whose last attempt did not go well, and how often it was tried. */
struct failed_launch {
  int64_t launch, attempts;
  bool hopeless; /* another launch of the point would fail alike */
};

/* The state of a point. A launch is settled when it succeeded, or was tried as often as allowed. */
struct track {
  int64_t settled;  /* launches 1 .. settled are */
  int64_t attempts; /* at the launch after those */
  bool hopeless;
  double *walls_s; /* of the launches that went well: the median of each, of one population */
  size_t wall_count;
  size_t narrow_count; /* how many of them there were as the interval was first narrow; 0: never */
  uint64_t population; /* that walls_s are of: see schedule_population */
  struct failed_launch *failed;
  size_t failed_count;
  double operations, bytes;       /* of a repetition, as the rows say; 0: they say nothing */
  char work_unit[WORK_UNIT_TEXT]; /* what is counted as operations; "": not known */
  int64_t retried;                /* the last of them that was tried again */
  enum binding binding;           /* BINDING_OTHER if it is that of any launch */
};

struct launch_schedule {
  const struct plan *plan;
  struct track *tracks; /* for each point */
  /* private: */
  int64_t round;
  size_t place;  /* in the order */
  size_t *order; /* of the points in this round */
  size_t left;   /* launches to come, at most */
  size_t again;  /* the point whose failed launches are being tried again; point_count: none is */
};

/* The next launch. `skip`: it is not started, and its row says so. */
struct scheduled_launch {
  size_t point;
  int64_t launch, attempt;
  bool skip;
};

/* The plan must outlive it. */
void schedule_open(struct launch_schedule *schedule, const struct plan *plan);
void schedule_close(struct launch_schedule *schedule);

/* Records in the schedule how a launch ended, now or in a run before: hopeless launches settle at
 * once, others after as many attempts as the plan allows. */
void schedule_settle(struct launch_schedule *schedule, const struct scheduled_launch *next, bool ok,
                     bool hopeless, double wall_s);

/* Settles a launch that failed and was to be tried again, but was not: a later launch of the point
 * follows in the rows, because the config allowed fewer attempts then. */
void schedule_give_up(struct launch_schedule *schedule, size_t point);

/* Says where and by which build the next launch of the point that goes well was made: a key of
 * population_key. Launches of different populations are never one sample: if the key is another
 * than before, the point's earlier walls are dropped. Before schedule_settle. */
void schedule_population(struct launch_schedule *schedule, size_t point, uint64_t key);

/* The key of the launches that were made on these hosts by this build; texts as in the CSV. */
uint64_t population_key(const char *hosts, const char *build_id);

/* Launches that are settled, and those of them whose last attempt failed, of all points. */
size_t schedule_settled(const struct launch_schedule *schedule);
size_t schedule_failed(const struct launch_schedule *schedule);

/* Notes the work of a repetition, as the rows of a launch say. */
void schedule_note_work(struct launch_schedule *schedule, size_t point, double operations,
                        double bytes, const char *work_unit);

/* Records whether a successful launch obtained the binding that was requested. Returns whether it
 * is the first one of its point that did not. */
bool schedule_bound(struct launch_schedule *schedule, size_t point, enum binding binding);

/* Tries launches again that are settled and failed; before the first schedule_next. */
void schedule_retry_failed(struct launch_schedule *schedule);

/* The next launch; false after the last one. The same one again until it is settled. */
bool schedule_next(struct launch_schedule *schedule, struct scheduled_launch *next);

enum enough schedule_enough(const struct launch_schedule *schedule, size_t point);

/* How many launches are still to come, at most; of one point, without those that are tried again.
 */
size_t schedule_left(const struct launch_schedule *schedule);
size_t schedule_left_of(const struct launch_schedule *schedule, size_t point);

#endif
