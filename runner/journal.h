/* samples.csv while it is written: append-only, whole launches, on the disk before the next one. */
#ifndef QUARTET_RUNNER_JOURNAL_H
#define QUARTET_RUNNER_JOURNAL_H

#include <stddef.h>
#include <sys/types.h>

#include "common/error.h"

struct journal {
  int file;
  off_t bytes; /* that hold whole launches */
};

/* Creates samples.csv in the folder, which must not have one, and writes the header. The file is
 * locked until journal_close, so that another sweep can tell. EXIT_USAGE if there is one already,
 * EXIT_MACHINE for all else. */
int journal_open(struct journal *journal, int folder, struct error *error);

/* Appends the rows of one launch and waits until they are on the disk. When that fails the file is
 * cut back to the launches before: no torn row stays. */
int journal_append(struct journal *journal, const char *rows, size_t bytes, struct error *error);

void journal_close(struct journal *journal);

/* Whether a running sweep holds the samples.csv of that folder. */
int journal_is_held(int folder);

#endif
