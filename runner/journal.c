#include "runner/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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

/* The header as it should be, in memory that the caller frees; NULL: out of memory. */
static char *header_text(size_t *bytes) {
  char *text = NULL;
  FILE *file = open_memstream(&text, bytes);
  int failed = file == NULL || csv_write(file, samples_names, COLUMN_COUNT) != 0;
  if (file != NULL)
    failed |= fclose(file) != 0;
  if (!failed)
    return text;
  free(text);
  return NULL;
}

static int append_header(struct journal *journal, struct error *error) {
  size_t bytes;
  char *text = header_text(&bytes);
  int code = text == NULL ? error_set(error, EXIT_MACHINE, "samples.csv: out of memory")
                          : journal_append(journal, text, bytes, error);
  free(text);
  return code;
}

int journal_open(struct journal *journal, int folder, struct error *error) {
  *journal =
      (struct journal){.file = openat(folder, "samples.csv",
                                      O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666),
                       .columns = COLUMN_COUNT};
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

/* ---- an earlier run's ---- */

/* How many columns the header has that `found` begins with, by the names that `wanted` holds; 0: it
 * is none. A header of an older version ends sooner. No name needs quotes. */
static size_t count_columns(const char *found, size_t bytes, const char *wanted) {
  const char *end = memchr(found, '\n', bytes);
  size_t length = end != NULL ? (size_t)(end - found) : bytes, columns = 1;
  bool ours =
      memcmp(found, wanted, length) == 0 && (wanted[length] == ',' || wanted[length] == '\n');
  for (size_t i = 0; i < length; i++)
    columns += found[i] == ',';
  return ours && columns >= COLUMN_COUNT_FIRST ? columns : 0;
}

/* The header must be there, or the beginning of it, which is then written anew if we may. */
static int check_header(struct journal *journal, bool repair, struct error *error) {
  size_t bytes;
  char *wanted = header_text(&bytes), *found = malloc(bytes + 1);
  int code = 0;
  if (wanted == NULL || found == NULL) {
    code = error_set(error, EXIT_MACHINE, "samples.csv: out of memory");
  } else {
    ssize_t got = pread(journal->file, found, bytes, 0);
    const char *end = got > 0 ? memchr(found, '\n', (size_t)got) : NULL;
    journal->columns = end != NULL ? count_columns(found, (size_t)got, wanted) : COLUMN_COUNT;
    journal->header = end != NULL ? end - found + 1 : (off_t)bytes;
    if (got < 0)
      code = error_set(error, EXIT_MACHINE, "samples.csv cannot be read: %s", strerror(errno));
    else if (journal->columns == 0 || (end == NULL && memcmp(found, wanted, (size_t)got) != 0))
      code = error_set(error, EXIT_USAGE,
                       "samples.csv: its columns are neither those of this version nor those of an "
                       "older one");
    else if (end == NULL && repair)
      code = journal_cut(journal, 0, error) ? error->code
                                            : journal_append(journal, wanted, bytes, error);
  }
  free(wanted);
  free(found);
  return code;
}

static int open_old(struct journal *journal, int folder, int flags, struct error *error) {
  struct stat facts;
  *journal = (struct journal){.file = openat(folder, "samples.csv", flags | O_CLOEXEC)};
  if (journal->file < 0 || fstat(journal->file, &facts) != 0)
    return error_set(error, errno == ENOENT ? EXIT_USAGE : EXIT_MACHINE,
                     "samples.csv cannot be opened: %s", strerror(errno));
  journal->bytes = facts.st_size;
  return 0;
}

int journal_reopen(struct journal *journal, int folder, struct error *error) {
  if (open_old(journal, folder, O_RDWR | O_APPEND, error) != 0)
    return error->code;
  if (flock(journal->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
    return error_set(error, EXIT_USAGE, "another sweep is writing there");
  return check_header(journal, true, error);
}

int journal_look(struct journal *journal, int folder, struct error *error) {
  if (open_old(journal, folder, O_RDONLY, error) != 0)
    return error->code;
  return check_header(journal, false, error);
}

int journal_cut(struct journal *journal, off_t bytes, struct error *error) {
  if (ftruncate(journal->file, bytes) != 0 || fsync(journal->file) != 0)
    return error_set(error, EXIT_MACHINE, "samples.csv cannot be cut: %s", strerror(errno));
  journal->bytes = bytes;
  return 0;
}

/* What is read of the file: a window that begins with a row. */
struct window {
  char *text;
  size_t bytes, capacity;
  off_t begin; /* of it in the file */
  bool ended;  /* there is no more */
};

/* The length of the first record of the window with its newline; 0: it is not all there. A newline
 * within quotes ends none. */
static size_t record_length(const struct window *window, bool *quoted) {
  const char *at = window->text, *end = window->text + window->bytes;
  bool open = false;
  *quoted = false;
  while (at < end) {
    const char *newline = memchr(at, '\n', (size_t)(end - at));
    const char *limit = newline != NULL ? newline : end;
    for (const char *quote = at; (quote = memchr(quote, '"', (size_t)(limit - quote))) != NULL;
         quote++) {
      open = !open;
      *quoted = true;
    }
    if (newline == NULL)
      return 0;
    if (!open)
      return (size_t)(newline - window->text) + 1;
    at = newline + 1;
  }
  return 0;
}

/* Reads more; false when there is no more, or no memory. */
static bool fill(struct journal *journal, struct window *window, struct error *error) {
  enum { STEP = 1 << 20 };
  if (window->ended)
    return false;
  if (window->capacity - window->bytes < STEP) {
    char *larger = realloc(window->text, 2 * window->capacity + STEP);
    if (larger == NULL) {
      error_set(error, EXIT_MACHINE, "samples.csv: out of memory");
      return false;
    }
    window->text = larger;
    window->capacity = 2 * window->capacity + STEP;
  }
  ssize_t got = pread(journal->file, window->text + window->bytes, STEP,
                      window->begin + (off_t)window->bytes);
  if (got < 0)
    error_set(error, EXIT_MACHINE, "samples.csv cannot be read: %s", strerror(errno));
  if (got <= 0) {
    window->ended = true;
    return false;
  }
  window->bytes += (size_t)got;
  return true;
}

/* Cuts a record without quotes into its cells; returns how many it has, of which COLUMN_COUNT at
 * most are stored. */
static size_t split(char *text, size_t length, char *cells[COLUMN_COUNT]) {
  size_t count = 0;
  char *at = text, *end = text + length - 1; /* the newline */
  *end = '\0';
  for (;;) {
    if (count < COLUMN_COUNT)
      cells[count] = at;
    count++;
    char *comma = memchr(at, ',', (size_t)(end - at));
    if (comma == NULL)
      return count;
    *comma = '\0';
    at = comma + 1;
  }
}

static int visit_record(const struct journal *journal, char *text, size_t length, bool quoted,
                        struct journal_row *row,
                        int (*visit)(void *, const struct journal_row *, struct error *),
                        void *context, struct error *error) {
  char *cells[COLUMN_COUNT], none[] = "";
  struct csv_reader reader = {.name = "samples.csv"};
  size_t count;
  int code = 0;
  if (!quoted) {
    count = split(text, length, cells);
  } else {
    reader.file = fmemopen(text, length, "r");
    if (reader.file == NULL)
      return error_set(error, EXIT_MACHINE, "samples.csv: out of memory");
    code = csv_read(&reader, error);
    count = code == 1 ? reader.count : 0;
    for (size_t i = 0; i < count && i < COLUMN_COUNT; i++)
      cells[i] = reader.cells[i];
  }
  for (size_t i = count; i < COLUMN_COUNT; i++)
    cells[i] = none; /* a column that an older version did not have */
  row->cells = cells;
  if (count != journal->columns)
    code = error_set(error, EXIT_USAGE, "samples.csv:%ld: %zu cells, not %zu", row->line, count,
                     journal->columns);
  else
    code = visit(context, row, error);
  if (quoted) {
    csv_close(&reader);
    fclose(reader.file);
  }
  return code;
}

int journal_read(struct journal *journal,
                 int (*visit)(void *context, const struct journal_row *row, struct error *error),
                 void *context, off_t *torn, struct error *error) {
  struct window window = {.begin = journal->header};
  struct journal_row row = {.line = 1, .end = journal->header};
  int code = 0;
  size_t used = 0; /* of the window */
  while (code == 0) {
    bool quoted;
    struct window rest = {.text = window.text + used, .bytes = window.bytes - used};
    size_t length = window.text != NULL ? record_length(&rest, &quoted) : 0;
    if (length == 0) {
      if (used > 0) {
        memmove(window.text, window.text + used, window.bytes - used);
        window.bytes -= used;
        window.begin += (off_t)used;
        used = 0;
      }
      if (!fill(journal, &window, error))
        break;
      continue;
    }
    row.line++;
    row.begin = row.end;
    row.end += (off_t)length;
    code = visit_record(journal, window.text + used, length, quoted, &row, visit, context, error);
    used += length;
  }
  *torn = (off_t)(window.bytes - used);
  free(window.text);
  return code != 0 ? code : error->code;
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
