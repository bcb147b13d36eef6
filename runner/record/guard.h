/* Watches over samples.csv while a run writes it: another program may replace it (an editor that
 * saves), remove it or change it. What was measured is kept: the rows are in the file that is still
 * open, and, in case that was changed, in a copy in memory. */
#ifndef QUARTET_RUNNER_RECORD_GUARD_H
#define QUARTET_RUNNER_RECORD_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "runner/record/journal.h"

/* The copy holds the beginning of the file, up to this: some 130,000 rows. */
enum { GUARD_COPY_BYTES_MAX = 64 << 20 };

struct guard {
  const struct journal *journal;
  char *copy;
  size_t bytes, capacity;
  bool full; /* rows are missing at the end of the copy */
};

/* Begins with what the journal holds; it must be open for reading, and outlive the guard. */
void guard_open(struct guard *guard, const struct journal *journal);
void guard_close(struct guard *guard);

/* Takes over rows that have been appended to the journal. */
void guard_add(struct guard *guard, const char *rows, size_t bytes);

/* Whether samples.csv in that folder is still the journal as it was written: NULL, or what has
 * become of it ("was removed"). */
const char *guard_look(const struct guard *guard, int folder);

/* Writes all rows that are known to samples.csv in another folder, which must not have one. *lost
 * becomes whether rows are missing at its end. EXIT_MACHINE if it cannot be written. */
int guard_rescue(const struct guard *guard, int folder, bool *lost, struct error *error);

#endif
