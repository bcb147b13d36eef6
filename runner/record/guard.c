#include "runner/record/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = 1 << 16 };

/* Reads that part of the journal; false if it is not all there. */
static bool read_part(const struct journal *journal, off_t begin, char *bytes, size_t count) {
  for (size_t got = 0; got < count;) {
    ssize_t more = pread(journal->file, bytes + got, count - got, begin + (off_t)got);
    if (more < 0 && errno == EINTR)
      continue;
    if (more <= 0)
      return false;
    got += (size_t)more;
  }
  return true;
}

void guard_add(struct guard *guard, const char *rows, size_t bytes) {
  size_t needed = guard->bytes + bytes;
  if (guard->full || needed > GUARD_COPY_BYTES_MAX) {
    guard->full = true;
    return;
  }
  if (needed > guard->capacity) {
    char *larger = realloc(guard->copy, 2 * needed);
    if (larger == NULL) {
      guard->full = true;
      return;
    }
    guard->copy = larger;
    guard->capacity = 2 * needed;
  }
  memcpy(guard->copy + guard->bytes, rows, bytes);
  guard->bytes = needed;
}

void guard_open(struct guard *guard, const struct journal *journal) {
  char part[STEP];
  *guard = (struct guard){.journal = journal};
  for (off_t begin = 0; begin < journal->bytes && !guard->full;) {
    off_t left = journal->bytes - begin;
    size_t count = left < STEP ? (size_t)left : STEP;
    if (!read_part(journal, begin, part, count)) {
      guard->full = true;
      return;
    }
    guard_add(guard, part, count);
    begin += (off_t)count;
  }
}

void guard_close(struct guard *guard) {
  free(guard->copy);
  *guard = (struct guard){0};
}

/* Whether the open file ends as it was written. Its last bytes show whether another program has
 * written it anew, with as many bytes. */
static bool is_as_written(const struct guard *guard) {
  char tail[4096];
  struct stat facts;
  const struct journal *journal = guard->journal;
  if (fstat(journal->file, &facts) != 0 || facts.st_size != journal->bytes)
    return false;
  size_t count = guard->bytes < sizeof tail ? guard->bytes : sizeof tail;
  off_t begin = (off_t)(guard->bytes - count);
  return read_part(journal, begin, tail, count) && memcmp(tail, guard->copy + begin, count) == 0;
}

const char *guard_look(const struct guard *guard, int folder) {
  struct stat own, named;
  if (fstatat(folder, "samples.csv", &named, 0) != 0)
    return errno == ENOENT || errno == ESTALE ? "was removed" : "can no longer be read";
  if (fstat(guard->journal->file, &own) != 0)
    return "can no longer be read";
  if (named.st_dev != own.st_dev || named.st_ino != own.st_ino)
    return "was replaced by another file";
  return is_as_written(guard) ? NULL : "was changed by another program";
}

static bool write_part(int file, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(file, bytes, count);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return false;
    bytes += written;
    count -= (size_t)written;
  }
  return true;
}

static bool copy_file(const struct journal *journal, int to) {
  char part[STEP];
  for (off_t begin = 0; begin < journal->bytes;) {
    off_t left = journal->bytes - begin;
    size_t count = left < STEP ? (size_t)left : STEP;
    if (!read_part(journal, begin, part, count) || !write_part(to, part, count))
      return false;
    begin += (off_t)count;
  }
  return true;
}

int guard_rescue(const struct guard *guard, int folder, bool *lost, struct error *error) {
  bool whole = is_as_written(guard);
  int file = openat(folder, "samples.csv", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  *lost = !whole && guard->full;
  errno = file < 0 ? errno : 0;
  bool written = file >= 0 && (whole ? copy_file(guard->journal, file)
                                     : write_part(file, guard->copy, guard->bytes));
  written = written && fsync(file) == 0;
  int why = errno;
  if (file >= 0 && close(file) != 0)
    written = false;
  return written
             ? 0
             : error_set(error, EXIT_MACHINE, "samples.csv cannot be written: %s", strerror(why));
}
