/* The obtained binding of the workers of all processes, as the operating system reports it. */
#ifndef QUARTET_PLACEMENT_H
#define QUARTET_PLACEMENT_H

#include <stdbool.h>

#include "common/protocol.h"
#include "engine/comm.h"
#include "engine/team.h"

struct placement {
  bool oversubscribed; /* on some machine more workers than cores that they may use */
  enum bound_to bound_to;
  char *binding; /* "0|1": cores of each process, "0/1" of its workers if they differ */
};

/* The hosts of all processes: "n1+n2", each once, in the order of the processes. Collective. The
 * caller frees the text. NULL and an error, which the other processes do not know of: no memory. */
char *placement_hosts(struct comm *comm, struct error *error);

/* Asks every worker of every process. `whole_cores`: workers that share a core by its hardware
 * threads without a request for that are oversubscribed. Collective; all get the same. Free with
 * placement_close. */
int placement_find(struct placement *placement, bool whole_cores, struct comm *comm,
                   struct team *team, struct error *error);
void placement_close(struct placement *placement);

#endif
