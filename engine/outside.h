/* What operations go to outside this process: a scratch file, a server; and what they bring. */
#ifndef QUARTET_OUTSIDE_H
#define QUARTET_OUTSIDE_H

#include <stdatomic.h>

#include "common/error.h"
#include "kernels/kernel.h"

enum { OUTSIDE_URL = 2048 }; /* the longest URL, with its end */

/* Of one held part. */
struct outside {
  int file; /* the scratch file, which has no name; -1: none */
  struct documents documents;
  const char *server;   /* the URL of our own server; NULL: documents.url */
  atomic_bool reported; /* a failure was */
  /* A resource of this machine ran out: a system error, which outside_check reports. */
  atomic_bool claimed, exhausted; /* someone writes `error`; it is written */
  struct error error;
};

/* Opens what the kernel needs. The file lies in the folder that TMPDIR names, else in /var/tmp;
 * `server` is the URL of our own server if one runs. Fails with EXIT_MACHINE: no such folder, no
 * room, no direct access on that file system, no libcurl. */
int outside_open(struct outside *outside, const struct needs *needs, const char *server,
                 struct error *error);
void outside_close(struct outside *outside); /* safe on one that failed to open */

/* Says on standard error what went wrong, the first time that something does. */
void outside_report(struct outside *outside, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Notes that an operation failed as this machine ran out of something; the first one is kept. */
void outside_exhaust(struct outside *outside, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* EXIT_MACHINE if an operation that has been handed over failed so, else 0. */
int outside_check(struct outside *outside, struct error *error);

/* Room for what an operation brings; await.h frees it. */
struct landing {
  void *bytes; /* aligned to FILE_BLOCK */
  size_t size, capacity;
  void *handle;     /* fetch.c's own */
  int socket_error; /* likewise: errno of a socket that could not be made in this attempt, or 0 */
};

/* Makes room; what is in it is lost. -1 when memory is short. */
int landing_reserve(struct landing *landing, size_t bytes);
/* Makes room and keeps what is in it. */
int landing_grow(struct landing *landing, size_t bytes);

#endif
