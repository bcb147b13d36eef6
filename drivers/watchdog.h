/* Ends a process that its launcher can no longer end: a rank on another host when the network has
 * gone, or one whose daemon was killed, would spin until somebody finds it. And removes the shared
 * memory that MPI libraries forget when a process is ended from outside. */
#ifndef QUARTET_WATCHDOG_H
#define QUARTET_WATCHDOG_H

#include <stdint.h>

/* From here on the process ends, and the files in /dev/shm that it has mapped are removed, when
 * limit_ns have passed (the exit status is EXIT_MACHINE, and a daemon of Open MPI or MPICH that
 * started it on another host ends with it), when the process that started it has
 * ended (the same), or when it gets SIGTERM. A time in which the whole process was stopped does not
 * count. A thread waits for all of that and uses no processor time; without one (no memory) there
 * is no watchdog. To be called once, before MPI is initialized. */
void watchdog_start(const char *program, int64_t limit_ns);

#endif
