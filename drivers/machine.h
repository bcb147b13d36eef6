/* What the kernels' default sizes depend on. */
#ifndef QUARTET_MACHINE_H
#define QUARTET_MACHINE_H

#include <stdint.h>

/* Bytes of all last-level caches of this machine together, by hwloc where it was built in, else by
 * what the C library knows of one of them; 32 MiB when neither can tell. Takes milliseconds. */
int64_t machine_cache_bytes(void);

#endif
