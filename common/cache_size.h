/* The size of the caches as Linux describes them in files; it needs no library. */
#ifndef QUARTET_CACHE_SIZE_H
#define QUARTET_CACHE_SIZE_H

#include <stdint.h>

#define CACHE_SIZE_FOLDER "/sys/devices/system/cpu"

/* Bytes of all last-level data caches together: those of the highest level that any processor has,
 * each counted once however many processors share it. `folder` is CACHE_SIZE_FOLDER or one of its
 * form. Returns 0 if it describes none. */
int64_t cache_size_of_all(const char *folder);

#endif
