/* The facts of the machine on which the kernels' default sizes depend. */
#ifndef QUARTET_MACHINE_H
#define QUARTET_MACHINE_H

#include <stdint.h>

/* Bytes of all last-level caches of this machine together, by hwloc where it was built in, else by
 * /sys, else what the C library reports of one of them; 32 MiB when none of these knows. Takes
 * milliseconds. */
int64_t machine_cache_bytes(void);

#endif
