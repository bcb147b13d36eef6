#include "engine/outside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

static int open_file(struct outside *outside, const struct needs *needs, struct error *error) {
  const char *folder = getenv("TMPDIR");
  folder = folder && *folder ? folder : "/var/tmp";
  outside->file = open_nameless(folder, needs->file_direct ? O_DIRECT : 0);
  if (outside->file < 0 && errno == EINVAL && needs->file_direct)
    return error_set(error, EXIT_MACHINE,
                     "%s: its file system has no direct access; set TMPDIR to a folder on another",
                     folder);
  if (outside->file < 0)
    return error_set(error, EXIT_MACHINE, "%s: no scratch file (TMPDIR): %s", folder,
                     strerror(errno));
  int code = posix_fallocate(outside->file, 0, needs->file_bytes);
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
  if (needs->documents.url && strlen(needs->documents.url) >= OUTSIDE_URL)
    return error_set(error, EXIT_USAGE, "url: longer than %d characters", OUTSIDE_URL - 1);
  if (!needs->documents.url && !server)
    return error_set(error, EXIT_MACHINE, "there is no server of documents");
  return curl_load(error);
#endif
}

int outside_open(struct outside *outside, const struct needs *needs, const char *server,
                 struct error *error) {
  *outside = (struct outside){.file = -1, .documents = needs->documents, .server = server};
  if (needs->fetches && check_documents(needs, server, error))
    return error->code;
  if (needs->file_bytes > 0 && open_file(outside, needs, error))
    outside_close(outside);
  return error->code;
}

void outside_close(struct outside *outside) {
  if (outside->file >= 0)
    close(outside->file);
  outside->file = -1;
}

void outside_report(struct outside *outside, const char *format, ...) {
  va_list arguments;
  if (atomic_exchange(&outside->reported, true))
    return;
  va_start(arguments, format);
  fprintf(stderr, "%s: ", program_invocation_short_name);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
}

void outside_exhaust(struct outside *outside, const char *format, ...) {
  va_list arguments;
  if (atomic_exchange(&outside->claimed, true))
    return;
  va_start(arguments, format);
  vsnprintf(outside->error.message, sizeof outside->error.message, format, arguments);
  va_end(arguments);
  outside->error.code = EXIT_MACHINE;
  atomic_store(&outside->exhausted, true);
}

int outside_check(struct outside *outside, struct error *error) {
  if (!atomic_load_explicit(&outside->exhausted, memory_order_acquire))
    return 0;
  *error = outside->error;
  return error->code;
}

int landing_reserve(struct landing *landing, size_t bytes) {
  if (bytes <= landing->capacity)
    return 0;
  size_t whole = (bytes + FILE_BLOCK - 1) / FILE_BLOCK * FILE_BLOCK;
  void *more = whole >= bytes ? aligned_alloc(FILE_BLOCK, whole) : NULL;
  if (!more)
    return -1;
  free(landing->bytes);
  landing->bytes = more;
  landing->capacity = whole;
  landing->size = 0;
  return 0;
}

int landing_grow(struct landing *landing, size_t bytes) {
  struct landing larger = {0};
  if (bytes <= landing->capacity)
    return 0;
  if (landing_reserve(&larger, bytes < SIZE_MAX / 2 ? 2 * bytes : bytes))
    return -1;
  if (landing->size > 0)
    memcpy(larger.bytes, landing->bytes, landing->size);
  free(landing->bytes);
  landing->bytes = larger.bytes;
  landing->capacity = larger.capacity;
  return 0;
}
