#include "engine/await.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/limits.h"
#include "engine/fetch.h"

void landing_free(struct landing *landing) {
  free(landing->bytes);
  fetch_free(landing->handle);
  *landing = (struct landing){0};
}

/* An operation on the scratch file failed: the system's doing, but for a file that was cut. */
static void file_failed(struct outside *outside, const char *what, struct operation *operation) {
  operation->failure = errno;
  if (limits_is_exhausted(operation->failure) || operation->failure == EIO)
    outside_exhaust(outside, "%s the scratch file (TMPDIR): %s", what,
                    strerror(operation->failure));
  else
    outside_report(outside, "%s the scratch file: %s", what, strerror(operation->failure));
}

/* Reads until all is there or the file ends. */
static void do_read(struct outside *outside, struct landing *landing, struct operation *operation) {
  if (landing_reserve(landing, operation->as.file.bytes)) {
    operation->failure = ENOMEM;
    outside_exhaust(outside, "no memory for %zu bytes of the scratch file",
                    operation->as.file.bytes);
    return;
  }
  while (operation->size < operation->as.file.bytes) {
    ssize_t got = pread(outside->file, (char *)landing->bytes + operation->size,
                        operation->as.file.bytes - operation->size,
                        operation->as.file.offset + (int64_t)operation->size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      file_failed(outside, "reading", operation);
    if (got == 0) {
      operation->failure = ENODATA;
      outside_report(outside, "reading the scratch file: it ends before byte %lld",
                     (long long)operation->as.file.offset + (long long)operation->as.file.bytes);
    }
    if (got <= 0)
      break;
    operation->size += (size_t)got;
  }
  operation->data = landing->bytes;
}

static void do_write(struct outside *outside, struct operation *operation) {
  while (operation->size < operation->as.file.bytes) {
    ssize_t put = pwrite(outside->file, (const char *)operation->as.file.data + operation->size,
                         operation->as.file.bytes - operation->size,
                         operation->as.file.offset + (int64_t)operation->size);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      file_failed(outside, "writing", operation);
    if (put <= 0)
      break;
    operation->size += (size_t)put;
  }
}

/* Only what is on the disk can leave the cache. */
static void do_drop(struct outside *outside, struct operation *operation) {
  if (fdatasync(outside->file) != 0)
    file_failed(outside, "writing", operation);
  else
    operation->failure = posix_fadvise(outside->file, 0, 0, POSIX_FADV_DONTNEED);
}

void outside_await(struct outside *outside, int64_t asked_ns, struct landing *landing,
                   struct operation *operation) {
  switch (operation->kind) {
  case OPERATION_DELAY:
    clock_sleep_until(asked_ns + operation->as.delay_ns);
    break;
  case OPERATION_READ:
    do_read(outside, landing, operation);
    break;
  case OPERATION_WRITE:
    do_write(outside, operation);
    break;
  case OPERATION_DROP:
    do_drop(outside, operation);
    break;
  case OPERATION_FETCH:
    fetch_await(outside, landing, operation);
    break;
  }
}
