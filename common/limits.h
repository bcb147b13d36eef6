/* Limits that the system sets to a process. */
#ifndef QUARTET_LIMITS_H
#define QUARTET_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

/* Raises the soft limit of open files (ulimit -n) to `wanted`, as far as the hard limit allows, and
 * never lowers it. Children inherit it. Returns the soft limit that holds then; INT64_MAX: none. */
int64_t limits_allow_files(int64_t wanted);

/* Whether this errno says that a resource has run out (descriptors, memory, processes, ports,
 * disk): a system error, whatever the operation was part of. */
bool limits_is_exhausted(int number);

/* Creates `count` threads that all live at the same time, and ends them. Returns 0, or the errno of
 * the one that could not be created. For libraries that abort when they cannot create theirs. */
int limits_try_threads(int count);

#endif
