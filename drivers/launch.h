/* A driver, as the shared code sees it, and one launch of it. */
#ifndef QUARTET_DRIVERS_LAUNCH_H
#define QUARTET_DRIVERS_LAUNCH_H

#include "drivers/settings.h"
#include "engine/measure.h"

/* The start-up times, in seconds. */
struct starts {
  double comm;    /* MPI_Init and what follows it; 0 without processes */
  double workers; /* the team of threads, or the event loop; 0 without either */
  double all;     /* from main() until the workers were ready */
};

/* One launch of a driver, as the rows and the words describe it. */
struct launch {
  const struct driver *driver;
  const struct settings *settings;
  struct session session;
  struct comm comm;
  struct team team;
  struct starts starts;
  char *hosts;   /* of all processes: see placement_hosts; NULL: not known yet */
  void *context; /* the driver's own: the async driver's loop */
};

struct driver {
  const struct driver_facts *facts; /* its name, model and options */
  const char *summary;              /* one line for --help */
  const char *examples;             /* lines for --help, each with a line break */
  /* Opens launch->comm, for a team of one thread or of several; NULL: one part in this process. */
  int (*open_comm)(struct comm *comm, bool threaded, int *argc, char ***argv, struct error *error);
  /* Opens launch->team and launch->context; NULL: the serial team. close may be NULL. */
  int (*open_workers)(struct launch *launch, struct error *error);
  void (*close_workers)(struct launch *launch);
  /* Runs a pass, with launch->context; NULL: measure_plain_pass. */
  int (*pass)(void *context, struct session *session, struct error *error);
  /* The maximum number of operations in flight in this process; NULL: one for each worker. */
  int64_t (*in_flight)(const struct launch *launch);
  /* How many cooperative tasks there were; NULL: the driver has none. */
  int64_t (*tasks)(const struct launch *launch);
};

/* The CSV's word for the model of an open launch. */
const char *launch_model(const struct launch *launch);

#endif
