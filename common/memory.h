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

/* The last large blocks that were allocated, from 4 MiB on: for questions to the system about their
 * pages alone, as some may have been freed meanwhile. Allocations run one at a time. Returns how
 * many there are. */
struct memory_block {
  char *at;
  size_t bytes;
};
enum { MEMORY_BLOCKS = 256 };
int memory_large_blocks(struct memory_block blocks[MEMORY_BLOCKS]);

/* EXIT_MACHINE if `bytes` is more than this machine has left (host_memory_available), saying how
 * much is requested and how much there is; 0 otherwise. To be called before allocating what would
 * kill the machine. */
int memory_check(double bytes, const char *what, struct error *error);

#endif
