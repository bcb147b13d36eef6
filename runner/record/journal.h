/* samples.csv while it is written: append-only, whole launches, on the disk before the next one. */
#ifndef QUARTET_RUNNER_RECORD_JOURNAL_H
#define QUARTET_RUNNER_RECORD_JOURNAL_H

#include <stddef.h>
#include <sys/types.h>

#include "common/error.h"
#include "common/samples.h"
#include "runner/record/lease.h"

struct journal {
  int file;
  off_t bytes;        /* that hold whole launches */
  off_t header;       /* that hold the header */
  size_t columns;     /* of each row: fewer than COLUMN_COUNT if an older version began the file */
  struct lease lease; /* while it is written */
  const char *form;   /* what another program has made of the file, as csv_form() has it, or NULL */
};

/* A row of a samples.csv that is there. */
struct journal_row {
  char **cells; /* COLUMN_COUNT of them, "" where the file has no such column; the reader's */
  long line;    /* from 1 */
  off_t begin, end;
};

/* Opens the samples.csv of an earlier run to append to it, locks it, and takes the folder's lease,
 * where locks do not reach every host. `folder` stays open until journal_close. EXIT_USAGE if
 * another sweep holds it, if it is missing, or if its columns are neither those of this version nor
 * those of an older one. A truncated header is written again. */
int journal_reopen(struct journal *journal, int folder, struct error *error);

/* Opens it to read only, also while another sweep holds it. */
int journal_look(struct journal *journal, int folder, struct error *error);

/* Calls visit(context, row, error) with every whole row, in order, until one returns other than 0.
 * Leaves the bytes behind the last whole row in *incomplete_bytes. */
int journal_read(struct journal *journal,
                 int (*visit)(void *context, const struct journal_row *row, struct error *error),
                 void *context, off_t *incomplete_bytes, struct error *error);

/* Cuts everything behind that byte. */
int journal_cut(struct journal *journal, off_t bytes, struct error *error);

/* Creates samples.csv in the folder, which must not have one, and writes the header; locked as by
 * journal_reopen. EXIT_USAGE if there is one already,
 * EXIT_MACHINE for all else. */
int journal_open(struct journal *journal, int folder, struct error *error);

/* Appends the rows of one launch and waits until they are on the disk. When that fails the file is
 * cut back to the launches before: no truncated row stays. EXIT_USAGE, and nothing is written, if
 * another sweep has taken the lease. */
int journal_append(struct journal *journal, const char *rows, size_t bytes, struct error *error);

void journal_close(struct journal *journal);

/* While the journal is open to be written: called at least every LEASE_BEAT_S. */
void journal_beat(struct journal *journal);

/* Whether a running sweep holds the samples.csv of that folder. Then `holder`, unless NULL, names
 * it: "process 12 on host h". */
bool journal_is_held(int folder, char holder[LEASE_HOLDER_TEXT]);

#endif
