/* Which sweep writes to a folder of results, on file systems whose locks do not reach other hosts
 * or do not exist: a file that names the process, with a heartbeat. A lock (see journal.h) is freed
 * by the kernel when its process dies; a lease is not, so that others must judge whether its holder
 * still lives. */
#ifndef QUARTET_RUNNER_RECORD_LEASE_H
#define QUARTET_RUNNER_RECORD_LEASE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/error.h"

/* The file, in the folder of the results. Its time of modification is the heartbeat. */
#define LEASE_NAME "sweep.lease"

enum {
  LEASE_BEAT_S = 15,
  LEASE_SILENT_S = 180, /* without a heartbeat, a holder on another host is assumed dead */
  LEASE_HOLDER_TEXT = 400
};

struct lease {
  int folder;      /* the caller's, open as long as the lease is */
  int file;        /* while it is held */
  bool held;       /* {0} is no lease */
  int64_t beat_ns; /* of the last heartbeat, by the monotonic clock */
};

/* Takes the lease of the folder. A lease whose process is dead is taken over: of the same boot and
 * PID namespace if that process does not exist; of an earlier start of the same Slurm job; else if
 * its heartbeat is older than LEASE_SILENT_S by the clock of the file system. EXIT_USAGE with host
 * and process if another one holds it. If the folder takes no such file, no lease is held and there
 * is no error: what must be written there fails by itself. */
int lease_take(struct lease *lease, int folder, struct error *error);

/* Gives a heartbeat if the last one is older than LEASE_BEAT_S. Called at least that often. */
void lease_beat(struct lease *lease);

/* False if the lease was held and another process has taken it over, or someone has removed it:
 * this process was silent for too long, and may write nothing more. */
bool lease_is_kept(const struct lease *lease);

/* Removes the file if it is still this process's. */
void lease_release(struct lease *lease);

/* Whether a process that may be alive holds the lease. Then `text`, unless NULL, is "process 12 on
 * host h", perhaps with more. */
bool lease_is_held(int folder, char text[LEASE_HOLDER_TEXT]);

/* The holder as the file names it, alive or not; false if there is none. */
bool lease_holder(int folder, char text[LEASE_HOLDER_TEXT]);

#endif
