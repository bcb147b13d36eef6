/* The pages of a process's large blocks of memory: how many are huge, and on which NUMA nodes they
 * are. */
#ifndef QUARTET_PAGES_H
#define QUARTET_PAGES_H

#include <stdint.h>

#include "common/cores.h"
#include "common/memory.h"

struct pages {
  double bytes, huge_bytes;     /* of the blocks, and of these on huge pages; 0: unknown, or none */
  int64_t on_node[CORES_NODES]; /* of a sample of pages, evenly spread over the blocks; all 0:
                                   unknown */
};

/* Reads /proc/self/smaps (huge pages) and, if `nodes`, asks move_pages(2) where the pages of a
 * sample are. Takes 0.1 to 0.5 ms, and up to 60 ms for each GiB that is on small pages, as Linux
 * looks at every one of them for smaps. */
void pages_find(const struct memory_block *blocks, int count, bool nodes, struct pages *pages);

#endif
