/* The options of drivers that a config may give. The runner knows no kernel: what a kernel accepts
 * is the driver's to say. */
#ifndef QUARTET_RUNNER_CONFIG_DRIVERS_H
#define QUARTET_RUNNER_CONFIG_DRIVERS_H

#include <stddef.h>

#include "common/error.h"
#include "common/protocol.h"

/* A driver's own option: what a config calls it. The command line has its "_" as "-". */
struct driver_option {
  const char *name; /* "lock_fraction" */
  unsigned group;   /* enum option_group: which drivers have it */
  enum { VALUE_COUNT, VALUE_DURATION, VALUE_REAL, VALUE_LOCK, VALUE_BIND, VALUE_SCHEDULE } kind;
  int64_t min, max; /* of a count, a real, a duration in ns: see protocol.h */
};

/* The option that this driver has by that name, or NULL. */
const struct driver_option *driver_option_find(const struct driver_facts *driver, const char *name);

/* 0, or EXIT_USAGE with what is wrong with the text of a value. */
int driver_option_check(const struct driver_option *option, const char *text, struct error *error);

/* "--lock-fraction", in memory that the caller frees. */
char *driver_option_flag(const char *name);

/* The drivers that have an option of that name, "omp_driver and mpi_driver", in memory that the
 * caller frees; empty: none has. */
char *driver_option_owners(const char *name);

enum { DRIVER_OPTIONS_MAX = 8 };

/* The names of a driver's options into `names`; returns how many. */
size_t driver_option_names(const struct driver_facts *driver,
                           const char *names[DRIVER_OPTIONS_MAX]);

#endif
