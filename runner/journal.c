#include "runner/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "common/csv.h"
#include "common/samples.h"

static int write_all(int file, const char *text, size_t bytes) {
  while (bytes > 0) {
    ssize_t written = write(file, text, bytes);
    if (written < 0 && errno == EINTR)
      continue;
    if (written < 0)
      return -1;
    text += written;
    bytes -= (size_t)written;
  }
  return 0;
}

static int append_header(struct journal *journal, struct error *error) {
  char *text = NULL;
  size_t bytes = 0;
  FILE *file = open_memstream(&text, &bytes);
  int failed = file == NULL || csv_write(file, samples_names, COLUMN_COUNT) != 0;
  if (file != NULL)
    failed |= fclose(file) != 0;
  int code = failed ? error_set(error, EXIT_MACHINE, "samples.csv: out of memory")
                    : journal_append(journal, text, bytes, error);
  free(text);
  return code;
}

int journal_open(struct journal *journal, int folder, struct error *error) {
  *journal =
      (struct journal){.file = openat(folder, "samples.csv",
                                      O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666)};
  if (journal->file < 0)
    return error_set(error, errno == EEXIST ? EXIT_USAGE : EXIT_MACHINE,
                     "samples.csv cannot be created: %s", strerror(errno));
  flock(journal->file, LOCK_EX | LOCK_NB); /* advice for others; some file systems have no locks */
  int code = append_header(journal, error);
  if (code == 0)
    fsync(folder); /* the name, too */
  else
    journal_close(journal);
  return code;
}

int journal_append(struct journal *journal, const char *rows, size_t bytes, struct error *error) {
  if (write_all(journal->file, rows, bytes) == 0 && fsync(journal->file) == 0) {
    journal->bytes += (off_t)bytes;
    return 0;
  }
  int why = errno;
  const char *left = ftruncate(journal->file, journal->bytes) == 0
                         ? "its rows up to the launch before are whole"
                         : "its last row may be torn";
  return error_set(error, EXIT_MACHINE, "samples.csv cannot be written: %s; %s", strerror(why),
                   left);
}

void journal_close(struct journal *journal) {
  if (journal->file >= 0)
    close(journal->file);
  journal->file = -1;
}

int journal_is_held(int folder) {
  int file = openat(folder, "samples.csv", O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return 0;
  int held = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  return held;
}
