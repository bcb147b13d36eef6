/* The I/O environment of a part: its scratch file, its server, and buffers for received data. */
#ifndef QUARTET_IO_ENVIRONMENT_H
#define QUARTET_IO_ENVIRONMENT_H

#include <stdatomic.h>

#include "common/error.h"
#include "kernels/kernel.h"

enum { IO_ENVIRONMENT_URL = 2048 }; /* the longest URL, with its end */

/* Of one held part. */
struct io_environment {
  int file; /* the scratch file, which has no name; -1: none */
  struct documents documents;
  const char *server;   /* the URL of our own server; NULL: documents.url */
  atomic_bool reported; /* a failure was */
  /* A resource of this machine ran out: a system error, which io_environment_check reports. */
  atomic_bool claimed, exhausted; /* someone writes `error`; it is written */
  struct error error;
};

/* Opens what the kernel needs. The file lies in the folder that TMPDIR names, else in /var/tmp;
 * `server` is the URL of our own server if one runs. Fails with EXIT_MACHINE: no such folder, no
 * room, no direct access on that file system, no libcurl. */
int io_environment_open(struct io_environment *io, const struct needs *needs, const char *server,
                        struct error *error);
void io_environment_close(struct io_environment *io); /* safe on one that failed to open */

/* Says on standard error what went wrong, the first time that something does. */
void io_environment_report(struct io_environment *io, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Notes that an operation failed as this machine ran out of something; the first one is kept. */
void io_environment_exhaust(struct io_environment *io, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* EXIT_MACHINE if an operation that has been handed over failed so, else 0. */
int io_environment_check(struct io_environment *io, struct error *error);

/* Room for what an operation brings; await.h frees it. */
struct receive_buffer {
  void *bytes; /* aligned to FILE_BLOCK */
  size_t size, capacity;
  void *handle;     /* fetch.c's own */
  int socket_error; /* likewise: errno of a socket that could not be made in this attempt, or 0 */
};

/* Makes room; what is in it is lost. -1 when memory is short. */
int receive_buffer_reserve(struct receive_buffer *received, size_t bytes);
/* Makes room and keeps what is in it. */
int receive_buffer_grow(struct receive_buffer *received, size_t bytes);

#endif
