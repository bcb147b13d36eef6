/* What the runner knows of the drivers: their names, how they use cores, and their own options. It
 * knows no kernel: what a kernel accepts is the driver's to say. */
#ifndef QUARTET_RUNNER_CONFIG_DRIVERS_H
#define QUARTET_RUNNER_CONFIG_DRIVERS_H

#include <stddef.h>

#include "common/error.h"

enum cores_use {
  CORES_ONE,     /* one worker: runs where cores is 1 */
  CORES_THREADS, /* a thread for each core */
  CORES_RANKS    /* started by mpirun: cores = ranks x threads */
};

struct driver {
  const char *name; /* the executable's */
  enum cores_use use;
};

extern const struct driver driver_list[];
extern const char *const driver_names[]; /* the same, for suggest() */
extern const size_t driver_count;

/* The driver of that name, or NULL. */
const struct driver *driver_find(const char *name);

/* A driver's own option: what a config calls it and what the command line calls it. */
struct driver_option {
  const char *name;           /* "lock_fraction" */
  const char *flag;           /* "--lock-fraction" */
  const char *const *drivers; /* who has it; ended by NULL */
  /* 0, or EXIT_USAGE with what is wrong with the text. */
  int (*check)(const char *text, struct error *error);
};

/* The option that this driver has by that name, or NULL. */
const struct driver_option *driver_option_find(const struct driver *driver, const char *name);

/* The drivers that have an option of that name, "omp_driver and mpi_driver"; empty: none has.
 * Returns text. */
enum { DRIVER_OWNERS_TEXT = 80 };
char *driver_option_owners(const char *name, char text[DRIVER_OWNERS_TEXT]);

enum { DRIVER_OPTIONS_MAX = 8 };

/* The names of a driver's options into `names`; returns how many. */
size_t driver_option_names(const struct driver *driver, const char *names[DRIVER_OPTIONS_MAX]);

#endif
