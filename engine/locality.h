/* The cores and the memory that a launch got: types of cores, NUMA nodes, huge pages. */
#ifndef QUARTET_LOCALITY_H
#define QUARTET_LOCALITY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cores.h"
#include "engine/comm.h"
#include "engine/team.h"

enum { LOCALITY_TYPES = 8, LOCALITY_TEXT = LOCALITY_TYPES * CORES_TYPE_TEXT };

/* Of the workers of all processes, and of their large blocks of memory (memory.h). */
struct locality {
  char core_types[LOCALITY_TEXT]; /* those that workers run on, "atom+core"; "": all cores alike */
  bool core_types_differ;         /* between workers */
  /* NUMA nodes of the workers and of a sample of their pages, "0+1"; "": one node, or unknown. */
  char thread_nodes[LOCALITY_TEXT], page_nodes[LOCALITY_TEXT];
  /* The share of pages, 0..1, that cannot be on their worker's node, if each worker of a process
   * uses an equal share of its pages: a lower bound of what is remote. NaN: one node, or
   * unknown. */
  double remote_pages;
  double huge_pages; /* the share of bytes on huge pages; NaN: no large block, or unknown */
};

/* Asks the system, for each worker where it runs now. Collective, outside what is timed; after
 * SETUP, which places the pages. All processes get the same. */
int locality_find(struct locality *locality, struct comm *comm, struct team *team,
                  struct error *error);

/* What a single process reports. */
struct own_locality {
  char types[LOCALITY_TYPES][CORES_TYPE_TEXT]; /* sorted, each once, then empty ones */
  uint64_t thread_nodes, page_nodes;           /* bit n: node n */
  double bytes, huge_bytes, placed_bytes, remote_bytes;
};

/* The two steps of locality_find, for it and for tests. cpus: of each worker the hardware thread
 * that it runs on. EXIT_MACHINE without memory. */
int locality_of_process(struct own_locality *own, const int *cpus, int workers,
                        struct error *error);
void locality_combine(struct locality *locality, const struct own_locality *all, int count);

#endif
