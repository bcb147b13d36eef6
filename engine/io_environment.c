#include "engine/io_environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>
#ifdef QUARTET_HAVE_CURL
#  include "engine/curl.h"
#endif

/* A file that no other program can name. Where the system has no O_TMPFILE it has a name for a
 * moment. */
static int open_nameless(const char *folder, int flags) {
  char path[4096];
  int file = -1;
#ifdef O_TMPFILE
  file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC | flags, 0600);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
    return file;
#endif
  if (snprintf(path, sizeof path, "%s/quartet.XXXXXX", folder) >= (int)sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  file = mkostemp(path, O_CLOEXEC | flags);
  if (file >= 0)
    unlink(path);
  return file;
}

/* Whether the file lies in memory alone: nothing read from it says anything of a device. */
static bool is_in_memory(int file) {
  enum { TMPFS = 0x01021994 };
  const unsigned ramfs = 0x858458f6;
  struct statfs system;
  return fstatfs(file, &system) == 0 &&
         ((unsigned)system.f_type == TMPFS || (unsigned)system.f_type == ramfs);
}

static int open_file(struct io_environment *io, const struct needs *needs, struct error *error) {
  const char *folder = getenv("TMPDIR");
  folder = folder && *folder ? folder : "/var/tmp";
  io->file = open_nameless(folder, needs->file_direct ? O_DIRECT : 0);
  if (io->file < 0 && errno == EINVAL && needs->file_direct)
    return error_set(error, EXIT_MACHINE,
                     "%s: its file system has no direct access; set TMPDIR to a folder on another",
                     folder);
  if (io->file < 0)
    return error_set(error, EXIT_MACHINE, "%s: no scratch file (TMPDIR): %s", folder,
                     strerror(errno));
  if (needs->file_on_device && is_in_memory(io->file))
    return error_set(error, EXIT_MACHINE,
                     "%s: its file system lies in memory; set TMPDIR to a folder on a disk",
                     folder);
  int code = posix_fallocate(io->file, 0, needs->file_bytes);
  if (code)
    return error_set(error, EXIT_MACHINE, "%s: no scratch file of %lld bytes (TMPDIR): %s", folder,
                     (long long)needs->file_bytes, strerror(code));
  return 0;
}

static int check_documents(const struct needs *needs, const char *server, struct error *error) {
#ifndef QUARTET_HAVE_CURL
  (void)needs;
  (void)server;
  return error_set(error, EXIT_MACHINE, "this build cannot fetch: it was made without libcurl");
#else
  if (needs->documents.url && strlen(needs->documents.url) >= IO_ENVIRONMENT_URL)
    return error_set(error, EXIT_USAGE, "url: longer than %d characters", IO_ENVIRONMENT_URL - 1);
  if (!needs->documents.url && !server)
    return error_set(error, EXIT_MACHINE, "there is no server of documents");
  return curl_load(error);
#endif
}

int io_environment_open(struct io_environment *io, const struct needs *needs, const char *server,
                        struct error *error) {
  *io = (struct io_environment){.file = -1, .documents = needs->documents, .server = server};
  if (needs->fetches && check_documents(needs, server, error))
    return error->code;
  if (needs->file_bytes > 0 && open_file(io, needs, error))
    io_environment_close(io);
  return error->code;
}

void io_environment_close(struct io_environment *io) {
  if (io->file >= 0)
    close(io->file);
  io->file = -1;
}

void io_environment_report(struct io_environment *io, const char *format, ...) {
  va_list arguments;
  if (atomic_exchange(&io->reported, true))
    return;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program_invocation_short_name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
}

void io_environment_exhaust(struct io_environment *io, const char *format, ...) {
  va_list arguments;
  if (atomic_exchange(&io->claimed, true))
    return;
  va_start(arguments, format);
  vsnprintf(io->error.message, sizeof io->error.message, format, arguments);
  va_end(arguments);
  io->error.code = EXIT_MACHINE;
  atomic_store(&io->exhausted, true);
}

int io_environment_check(struct io_environment *io, struct error *error) {
  if (!atomic_load_explicit(&io->exhausted, memory_order_acquire))
    return 0;
  *error = io->error;
  return error->code;
}

int receive_buffer_reserve(struct receive_buffer *received, size_t bytes) {
  if (bytes <= received->capacity)
    return 0;
  size_t whole = (bytes + FILE_BLOCK - 1) / FILE_BLOCK * FILE_BLOCK;
  void *more = whole >= bytes ? aligned_alloc(FILE_BLOCK, whole) : NULL;
  if (!more)
    return -1;
  free(received->bytes);
  received->bytes = more;
  received->capacity = whole;
  received->size = 0;
  return 0;
}

int receive_buffer_grow(struct receive_buffer *received, size_t bytes) {
  struct receive_buffer larger = {0};
  if (bytes <= received->capacity)
    return 0;
  if (receive_buffer_reserve(&larger, bytes < SIZE_MAX / 2 ? 2 * bytes : bytes))
    return -1;
  if (received->size > 0)
    memcpy(larger.bytes, received->bytes, received->size);
  free(received->bytes);
  received->bytes = larger.bytes;
  received->capacity = larger.capacity;
  return 0;
}
