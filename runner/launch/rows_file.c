#include "runner/launch/rows_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/grow.h"
#include "common/limits.h"
#include "common/samples.h"

static const char name[] = ".rows.csv";

/* So many bytes are to be had on a disk that is not full. */
enum { ROOM_BYTES = 16384 };

/* The folder's path as it is now, also if it has been moved; NULL: unknown, or too long. */
static char *path_of(int folder) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  ssize_t length = readlink(link, path, sizeof path);
  if (length <= 0 || (size_t)length + sizeof name + 1 > sizeof path || *path != '/')
    return NULL;
  return grow_text("%.*s/%s", (int)length, path, name);
}

int rows_file_open(struct rows_file *file, int folder, struct error *error) {
  *file = (struct rows_file){.folder = folder, .path = path_of(folder)};
  if (file->path == NULL)
    return 0;
  unlinkat(folder, name, 0);
  int created = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (created >= 0 && close(created) == 0)
    return 0;
  error_set(error, EXIT_MACHINE, "%s cannot be created: %s", name, strerror(errno));
  rows_file_close(file);
  return error->code;
}

void rows_file_open_temporary(struct rows_file *file) {
  struct error error = {0};
  const char *parent = getenv("TMPDIR");
  char *path = grow_text("%s/quartet.XXXXXX", parent != NULL && *parent != '\0' ? parent : "/tmp");
  int folder = mkdtemp(path) != NULL ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (folder >= 0 && rows_file_open(file, folder, &error) == 0 && file->path != NULL) {
    file->owned = path;
    return;
  }
  if (folder >= 0) {
    rmdir(path);
    close(folder);
  }
  free(path);
  *file = (struct rows_file){.folder = -1};
}

/* Reads the whole file behind the descriptor; NULL when that fails, as errno says. */
static char *read_all(int descriptor, size_t bytes) {
  char *text = malloc(bytes + 1);
  size_t have = 0;
  while (text != NULL && have < bytes) {
    ssize_t got = read(descriptor, text + have, bytes - have);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0) {
      errno = got == 0 ? ENODATA : errno;
      free(text);
      return NULL;
    }
    have += (size_t)got;
  }
  if (text != NULL)
    text[bytes] = '\0';
  return text;
}

static bool is_row(const char *line, size_t bytes) {
  static const char start[] = SAMPLES_SCHEMA ",";
  return bytes >= sizeof start - 1 && memcmp(line, start, sizeof start - 1) == 0;
}

static void take_output(struct launch_result *result, struct foreign *foreign) {
  result->output_bytes = foreign_drop(result->output, result->output_bytes,
                                      samples_names[COLUMN_schema], is_row, foreign);
}

static int check_room(int descriptor, off_t size, struct error *error) {
  int code = posix_fallocate(descriptor, size, ROOM_BYTES);
  if (code == 0 || !limits_is_exhausted(code))
    return 0;
  return error_set(error, EXIT_MACHINE,
                   "the rows of a launch cannot be written: %s; samples.csv is whole up to the "
                   "launch before",
                   strerror(code));
}

static int take_from(int descriptor, struct launch_result *result, size_t bytes_max,
                     struct foreign *foreign, struct error *error) {
  struct stat status;
  if (fstat(descriptor, &status) != 0)
    return error_set(error, EXIT_MACHINE, "%s cannot be read: %s", name, strerror(errno));
  if (result->ending == ENDED_EXIT && result->exit_code == EXIT_MACHINE &&
      check_room(descriptor, status.st_size, error) != 0)
    return error->code;
  if (status.st_size == 0) {
    take_output(result, foreign);
    return 0;
  }
  size_t bytes = (uint64_t)status.st_size < bytes_max ? (size_t)status.st_size : bytes_max;
  char *text = read_all(descriptor, bytes);
  if (text == NULL)
    return error_set(error, EXIT_MACHINE, "%s cannot be read: %s", name, strerror(errno));
  free(result->output);
  result->output = text;
  result->output_bytes = bytes;
  result->output_cut = (uint64_t)status.st_size > bytes_max;
  return 0;
}

int rows_file_take(struct rows_file *file, struct launch_result *result, size_t bytes_max,
                   struct foreign *foreign, struct error *error) {
  failure_read(result->output, result->output_bytes, &result->failure, result->failure_hosts);
  /* opened again: over NFS that shows what another node has written and closed */
  int descriptor =
      file->path != NULL ? openat(file->folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC) : -1;
  if (file->path == NULL || (descriptor < 0 && errno == ENOENT)) {
    take_output(result, foreign); /* without a file, or the folder was removed meanwhile */
    return 0;
  }
  if (descriptor < 0)
    return error_set(error, EXIT_MACHINE, "%s cannot be read: %s", name, strerror(errno));
  take_from(descriptor, result, bytes_max, foreign, error);
  close(descriptor);
  return error->code;
}

void rows_file_close(struct rows_file *file) {
  if (file->path != NULL)
    unlinkat(file->folder, name, 0);
  if (file->owned != NULL) {
    rmdir(file->owned);
    close(file->folder);
  }
  free(file->owned);
  free(file->path);
  *file = (struct rows_file){.folder = -1};
}
