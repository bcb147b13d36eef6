/* What the user asks of a driver: the command line, read and checked. */
#ifndef QUARTET_SETTINGS_H
#define QUARTET_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cli.h"
#include "common/protocol.h"
#include "engine/team.h"
#include "engine/thread_binding.h"
#include "kernels/kernel.h"

enum action { ACTION_RUN, ACTION_LIST, ACTION_DESCRIBE, ACTION_WORK, ACTION_BUILD };

struct settings {
  enum cli_request request; /* if it is not CLI_RUN, only this is set */
  enum action action;
  const struct kernel *kernel; /* sumsq by default; what ACTION_DESCRIBE describes */
  struct problem problem;      /* --size, --set; defaults filled in */
  bool rounds_given;           /* of a kernel with rounds: the user has said how many */
  int64_t jobs;                /* --jobs, >= 1 */
  int64_t reps, warmup;        /* >= 1, >= 0 */
  int64_t grain;               /* 0: one range per worker */
  bool csv;                    /* rows instead of words */
  const char *csv_file;        /* where they go; NULL: standard output */
  int64_t threads;             /* >= 1; 1 where a driver has no threads; 0: not said */
  struct bind_request bind;
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
  int64_t time_limit_ns; /* see watchdog.h; 0: none */
};

/* The command line of a driver. summary, examples: see struct cli. */
struct cli settings_cli(const struct driver_facts *driver, const char *summary,
                        const char *examples);

/* Reads the command line that settings_cli() describes. Returns 0, or EXIT_USAGE with a message
 * that names the option and the wrong word. Prints nothing. */
int settings_parse(struct settings *settings, const struct cli *cli, int argc, char **argv,
                   struct error *error);

/* The kernel of that name; EXIT_USAGE with the nearest name if there is none. */
int settings_find_kernel(const char *name, const struct kernel **kernel, struct error *error);

/* "static", "dynamic,4". Returns text. */
char *schedule_format(const struct schedule *schedule, char text[48]);

#endif
