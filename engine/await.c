#include "engine/await.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/clock.h"
#include "common/limits.h"
#include "engine/fetch.h"

void receive_buffer_free(struct receive_buffer *received) {
  free(received->bytes);
  fetch_free(received->handle);
  *received = (struct receive_buffer){0};
}

/* An operation on the scratch file failed: the system's doing, but for a file that was cut. */
static void file_failed(struct io_environment *io, const char *what, struct operation *operation) {
  operation->failure = errno;
  if (limits_is_exhausted(operation->failure) || operation->failure == EIO)
    io_environment_exhaust(io, "%s the scratch file (TMPDIR): %s", what,
                           strerror(operation->failure));
  else
    io_environment_report(io, "%s the scratch file: %s", what, strerror(operation->failure));
}

/* Reads until all is there or the file ends. */
static void do_read(struct io_environment *io, struct receive_buffer *received,
                    struct operation *operation) {
  if (receive_buffer_reserve(received, operation->as.file.bytes)) {
    operation->failure = ENOMEM;
    io_environment_exhaust(io, "no memory for %zu bytes of the scratch file",
                           operation->as.file.bytes);
    return;
  }
  while (operation->size < operation->as.file.bytes) {
    ssize_t got = pread(io->file, (char *)received->bytes + operation->size,
                        operation->as.file.bytes - operation->size,
                        operation->as.file.offset + (int64_t)operation->size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      file_failed(io, "reading", operation);
    if (got == 0) {
      operation->failure = ENODATA;
      io_environment_report(io, "reading the scratch file: it ends before byte %lld",
                            (long long)operation->as.file.offset +
                                (long long)operation->as.file.bytes);
    }
    if (got <= 0)
      break;
    operation->size += (size_t)got;
  }
  operation->data = received->bytes;
}

static void do_write(struct io_environment *io, struct operation *operation) {
  while (operation->size < operation->as.file.bytes) {
    ssize_t put = pwrite(io->file, (const char *)operation->as.file.data + operation->size,
                         operation->as.file.bytes - operation->size,
                         operation->as.file.offset + (int64_t)operation->size);
    if (put < 0 && errno == EINTR)
      continue;
    if (put < 0)
      file_failed(io, "writing", operation);
    if (put <= 0)
      break;
    operation->size += (size_t)put;
  }
}

/* Adds how many bytes of [offset, offset + bytes) of the file are in the page cache to *cached.
 * Returns 0 or an errno. */
static int add_cached(int file, int64_t offset, size_t bytes, size_t *cached) {
  const size_t page = (size_t)sysconf(_SC_PAGESIZE), pages = (bytes + page - 1) / page;
  unsigned char *resident = malloc(pages);
  void *map = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file, offset);
  int code = !resident ? ENOMEM : map == MAP_FAILED || mincore(map, bytes, resident) ? errno : 0;
  for (size_t i = 0; code == 0 && i < pages; i++)
    *cached += resident[i] & 1 ? page : 0;
  if (map != MAP_FAILED)
    munmap(map, bytes);
  free(resident);
  return code;
}

/* How many bytes of the file are in the page cache, as mincore has it. Returns 0 or an errno. */
static int find_cached(int file, size_t *cached) {
  enum { PIECE = 1 << 28 }; /* mapped at a time; no page of it is touched */
  struct stat status;
  int code = fstat(file, &status) ? errno : 0;
  *cached = 0;
  for (int64_t done = 0; code == 0 && done < status.st_size; done += PIECE)
    code =
        add_cached(file, done,
                   status.st_size - done < PIECE ? (size_t)(status.st_size - done) : PIECE, cached);
  return code;
}

/* Only what is on the disk can leave the cache. A page that another thread of the kernel has in its
 * hands stays for a moment: hence several tries. */
static void do_drop(struct io_environment *io, struct operation *operation) {
  enum { TRIES = 20, PAUSE_NS = 5000000 };
  if (fdatasync(io->file) != 0) {
    file_failed(io, "writing", operation);
    return;
  }
  for (int i = 0; i < TRIES; i++) {
    operation->failure = posix_fadvise(io->file, 0, 0, POSIX_FADV_DONTNEED);
    if (operation->failure == 0)
      operation->failure = find_cached(io->file, &operation->size);
    if (operation->failure != 0 || operation->size == 0)
      break;
    clock_sleep_until(clock_now_ns() + PAUSE_NS);
  }
  if (operation->failure != 0)
    io_environment_report(io, "dropping the scratch file's cache: %s",
                          strerror(operation->failure));
}

void io_environment_await(struct io_environment *io, int64_t asked_ns,
                          struct receive_buffer *received, struct operation *operation) {
  switch (operation->kind) {
  case OPERATION_DELAY:
    clock_sleep_until(asked_ns + operation->as.delay_ns);
    break;
  case OPERATION_READ:
    do_read(io, received, operation);
    break;
  case OPERATION_WRITE:
    do_write(io, operation);
    break;
  case OPERATION_DROP:
    do_drop(io, operation);
    break;
  case OPERATION_FETCH:
    fetch_await(io, received, operation);
    break;
  }
}
