#include "runner/record/journal.h"

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
#include "common/encoding.h"
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
  *journal = (struct journal){.file = -1, .columns = COLUMN_COUNT};
  if (lease_take(&journal->lease, folder, error) != 0)
    return error->code;
  journal->file =
      openat(folder, "samples.csv", O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (journal->file < 0) {
    int why = errno;
    lease_release(&journal->lease);
    return error_set(error, why == EEXIST ? EXIT_USAGE : EXIT_MACHINE,
                     "samples.csv cannot be created: %s", strerror(why));
  }
  flock(journal->file, LOCK_EX | LOCK_NB); /* advice for others; some file systems have no locks */
  int code = append_header(journal, error);
  journal->header = journal->bytes;
  if (code == 0)
    fsync(folder); /* the name, too */
  else
    journal_close(journal);
  return code;
}

int journal_append(struct journal *journal, const char *rows, size_t bytes, struct error *error) {
  if (!lease_is_kept(&journal->lease))
    return error_set(error, EXIT_USAGE,
                     "another sweep has taken over " LEASE_NAME
                     ": this one gave no heartbeat for too long");
  if (write_all(journal->file, rows, bytes) == 0 && fsync(journal->file) == 0) {
    journal->bytes += (off_t)bytes;
    return 0;
  }
  int why = errno;
  const char *left = ftruncate(journal->file, journal->bytes) == 0
                         ? "its rows up to the launch before are whole"
                         : "its last row may be truncated";
  return error_set(error, EXIT_MACHINE, "samples.csv cannot be written: %s; %s", strerror(why),
                   left);
}

/* ---- an earlier run's ---- */

/* No header is longer, even if another program has quoted its names. */
enum { HEADER_BYTES_MAX = 8192 };

/* Reads the first record of `text`, which must be a header of this version or an older one. */
static int read_header(struct journal *journal, char *text, size_t bytes, struct error *error) {
  struct csv_reader reader = {.file = fmemopen(text, bytes, "r"), .name = "samples.csv"};
  if (reader.file == NULL)
    return error_set(error, EXIT_MACHINE, "samples.csv: out of memory");
  int read = csv_read(&reader, error);
  const char *separator = read > 0 ? csv_foreign_separator(reader.cells, reader.count) : NULL;
  if (separator != NULL)
    error_set(error, EXIT_USAGE, "samples.csv: its cells are separated by %s instead of commas",
              separator);
  else if (read == 0 || (read > 0 && !samples_is_header(reader.cells, reader.count)))
    error_set(error, EXIT_USAGE,
              "samples.csv: its columns are neither those of this version nor those of an older "
              "one");
  journal->columns = reader.count;
  journal->header = (off_t)csv_position(&reader);
  journal->form = csv_form(reader.mark, reader.crlf);
  csv_close(&reader);
  fclose(reader.file);
  return error->code;
}

/* Whether the file ends within its header; it is then written again if permitted. */
static bool is_cut_header(struct journal *journal, const char *found, size_t bytes, bool repair,
                          struct error *error) {
  size_t wanted_bytes = 0;
  char *wanted = header_text(&wanted_bytes);
  bool cut = wanted != NULL && bytes < wanted_bytes && memcmp(found, wanted, bytes) == 0;
  if (wanted == NULL)
    error_set(error, EXIT_MACHINE, "samples.csv: out of memory");
  if (cut) {
    journal->columns = COLUMN_COUNT;
    journal->header = (off_t)wanted_bytes;
  }
  if (cut && repair && journal_cut(journal, 0, error) == 0)
    journal_append(journal, wanted, wanted_bytes, error);
  free(wanted);
  return cut;
}

/* The header must be there, or the beginning of it. */
static int check_header(struct journal *journal, bool repair, struct error *error) {
  char found[HEADER_BYTES_MAX];
  ssize_t got = pread(journal->file, found, sizeof found, 0);
  if (got < 0)
    return error_set(error, EXIT_MACHINE, "samples.csv cannot be read: %s", strerror(errno));
  const char *encoding = encoding_foreign(found, (size_t)got);
  if (encoding != NULL)
    return error_set(error, EXIT_USAGE, "samples.csv: is encoded as %s; it must be UTF-8",
                     encoding);
  if (is_cut_header(journal, found, (size_t)got, repair, error) || error->code != 0)
    return error->code;
  return read_header(journal, found, (size_t)got, error);
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
  char holder[LEASE_HOLDER_TEXT] = "";
  if (flock(journal->file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    bool named = lease_holder(folder, holder);
    return error_set(error, EXIT_USAGE, "another sweep is writing there%s%s", named ? ": " : "",
                     holder);
  }
  if (lease_take(&journal->lease, folder, error) != 0)
    return error->code;
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
  if (end > text && end[-1] == '\r')
    end--;
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

/* Whether the record can be cut at its commas: without quotes, and without what is no CSV. */
static bool is_plain(const char *text, size_t length, bool quoted) {
  if (quoted || memchr(text, '\0', length) != NULL)
    return false;
  const char *cr = memchr(text, '\r', length);
  return cr == NULL || cr + 2 == text + length; /* of a CRLF at its end */
}

/* Reads any other record, with `reader`, which the caller closes. */
static size_t read_record(struct csv_reader *reader, char *text, size_t length,
                          char *cells[COLUMN_COUNT], struct error *error) {
  reader->file = fmemopen(text, length, "r");
  if (reader->file == NULL)
    error_set(error, EXIT_MACHINE, "samples.csv: out of memory");
  else if (csv_read(reader, error) == 1)
    for (size_t i = 0; i < reader->count && i < COLUMN_COUNT; i++)
      cells[i] = reader->cells[i];
  return reader->count;
}

static int visit_record(const struct journal *journal, char *text, size_t length, bool quoted,
                        struct journal_row *row,
                        int (*visit)(void *, const struct journal_row *, struct error *),
                        void *context, struct error *error) {
  char *cells[COLUMN_COUNT], none[] = "";
  struct csv_reader reader = {.name = "samples.csv", .first_line = row->line};
  size_t count = is_plain(text, length, quoted) ? split(text, length, cells)
                                                : read_record(&reader, text, length, cells, error);
  for (size_t i = count; i < COLUMN_COUNT; i++)
    cells[i] = none; /* a column that an older version did not have */
  row->cells = cells;
  if (error->code == 0 && count != journal->columns)
    error_set(error, EXIT_USAGE, "samples.csv:%ld: %zu cells, not %zu", row->line, count,
              journal->columns);
  int code = error->code == 0 ? visit(context, row, error) : error->code;
  csv_close(&reader);
  if (reader.file != NULL)
    fclose(reader.file);
  return code;
}

int journal_read(struct journal *journal,
                 int (*visit)(void *context, const struct journal_row *row, struct error *error),
                 void *context, off_t *incomplete_bytes, struct error *error) {
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
  *incomplete_bytes = (off_t)(window.bytes - used);
  free(window.text);
  return code != 0 ? code : error->code;
}

void journal_close(struct journal *journal) {
  lease_release(&journal->lease);
  if (journal->file >= 0)
    close(journal->file);
  journal->file = -1;
}

void journal_beat(struct journal *journal) {
  lease_beat(&journal->lease);
}

bool journal_is_held(int folder, char holder[LEASE_HOLDER_TEXT]) {
  int file = openat(folder, "samples.csv", O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return false;
  bool locked = flock(file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  close(file);
  if (!locked)
    return lease_is_held(folder, holder);
  if (holder != NULL && !lease_holder(folder, holder))
    snprintf(holder, LEASE_HOLDER_TEXT, "a process that holds the lock of samples.csv");
  return true;
}
