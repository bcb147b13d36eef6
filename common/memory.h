/* Memory whose size is checked before it is allocated. */
#ifndef QUARTET_MEMORY_H
#define QUARTET_MEMORY_H

#include <stddef.h>
#include <stdint.h>

#include "common/error.h"

/* Allocates count items of `bytes` each, aligned to a page, without touching the pages. `pointer`
 * is the address of a pointer to objects of any type, which is set: NULL for no bytes. Free with
 * free(). Fails with EXIT_MACHINE on overflow or when there is no memory, naming `what`. */
int memory_allocate(void *pointer, int64_t count, size_t bytes, const char *what,
                    struct error *error);

/* EXIT_MACHINE if `bytes` is more than this machine has left (host_memory_available), saying how
 * much is requested and how much there is; 0 otherwise. To be called before allocating what would
 * kill the machine. */
int memory_check(double bytes, const char *what, struct error *error);

#endif
