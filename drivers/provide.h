/* What a kernel needs that the driver starts for it: a server of documents. */
#ifndef QUARTET_PROVIDE_H
#define QUARTET_PROVIDE_H

#include <sys/types.h>

#include "engine/comm.h"

struct provided {
  char url[128]; /* of the server, in every process; empty: none was asked for */
  pid_t server;  /* in the process that started it; 0: none */
  int leash;     /* the server ends when this closes, however its driver ends; -1: none */
};

/* What a kernel needs. */
struct provision {
  const struct needs *needs;
  int64_t at_once;    /* most operations under way at the same time, in this process */
  const char *remedy; /* for the message when they are too many: "use --in-flight" */
};

/* Raises the limit of open files if each operation under way needs one, and starts delay_server,
 * which lies beside this executable, if the kernel fetches from a server of our own: in process 0,
 * which passes its address on to the others. Collective: all get the same error. EXIT_MACHINE when
 * too few files may be open. */
int provide_open(struct provided *provided, const struct provision *provision, struct comm *comm,
                 struct error *error);

/* Ends it, and waits until it is gone. Safe after a failed open. */
void provide_close(struct provided *provided);

#endif
