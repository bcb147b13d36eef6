/* What the user asks of a driver: the command line, read and checked. */
#ifndef QUARTET_SETTINGS_H
#define QUARTET_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/protocol.h"
#include "engine/team.h"
#include "kernels/kernel.h"

enum action {
  ACTION_RUN,
  ACTION_LIST,
  ACTION_DESCRIBE,
  ACTION_WORK,
  ACTION_BUILD,
  ACTION_VERSION,
  ACTION_HELP
};

struct settings {
  enum action action;
  const struct kernel *kernel; /* sumsq by default; what ACTION_DESCRIBE describes */
  struct problem problem;      /* --size, --set; defaults filled in */
  int64_t jobs;                /* --jobs, >= 1 */
  int64_t reps, warmup;        /* >= 1, >= 0 */
  int64_t grain;               /* 0: one range per worker */
  bool csv;                    /* rows instead of words */
  const char *csv_file;        /* where they go; NULL: standard output */
  int threads;                 /* >= 1; 1 where a driver has no threads; 0: not said */
  struct schedule schedule;
  bool lock;
  double lock_fraction; /* 0..1 */
  int64_t switch_ns;    /* of the lock: see struct lock */
  const char *work;     /* ACTION_WORK: the problems; NULL: the one of --size and --jobs */
  enum work_measure work_by;
  int64_t work_multiple; /* sizes that are looked for are multiples of this, >= 1 */
  int64_t tasks;         /* 0: as many as fit the kernel */
  int64_t in_flight;     /* most waits at once; 0: no limit */
  bool overlap;
};

/* Reads the command line of a driver that has these option groups. Returns 0, or EXIT_USAGE with a
 * message that names the option and the wrong word. Prints nothing. */
int settings_parse(struct settings *settings, unsigned groups, int argc, char **argv,
                   struct error *error);

/* The kernel of that name; EXIT_USAGE with the nearest name if there is none. */
int settings_find_kernel(const char *name, const struct kernel **kernel, struct error *error);

/* Prints the options of a driver with these groups, one or two lines each. */
void settings_print_options(unsigned groups);

/* "static", "dynamic,4". Returns text. */
char *schedule_format(const struct schedule *schedule, char text[48]);

#endif
