/* The server of documents, which the driver starts for a kernel that needs it. */
#ifndef QUARTET_PROVIDE_H
#define QUARTET_PROVIDE_H

#include <sys/types.h>

#include "engine/comm.h"

struct provided {
  char url[128]; /* of the server, in every process; empty: none is needed */
  pid_t server;  /* in the process that started it; 0: none */
  int leash;     /* the server ends when this closes, however its driver ends; -1: none */
};

/* The requirements of a kernel. */
struct provision {
  const struct needs *needs;
  int64_t in_flight;  /* maximum number of operations in flight, in this process */
  const char *remedy; /* for the message when they are too many: "use --in-flight" */
};

/* Raises the limit of open files if each operation in flight needs one, and starts delay_server,
 * which lies beside this executable, if the kernel fetches from a server of our own: in process 0,
 * which passes its address on to the others. Collective: all get the same error. EXIT_MACHINE when
 * too few files may be open. */
int provide_open(struct provided *provided, const struct provision *provision, struct comm *comm,
                 struct error *error);

/* Ends it, and waits until it is gone. Safe after a failed open. */
void provide_close(struct provided *provided);

#endif
