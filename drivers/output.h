/* The output of a driver: text for people, or CSV rows for programs. */
#ifndef QUARTET_OUTPUT_H
#define QUARTET_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include "drivers/launch.h"
#include "engine/placement.h"
#include "engine/thread_binding.h"

/* The facts of a launch that are known before it is measured. */
struct facts {
  const struct launch *launch;
  const struct placement *placement;
  const struct thread_binding *binding;
  struct starts starts;
  enum start_kind start;
  double timer_overhead_s; /* of one reading of the clock */
  double clock_step_s;
  const struct locality *locality; /* known from the first row on */
};

/* The destination of rows. */
struct rows {
  FILE *file;     /* NULL: no rows, text is printed */
  size_t columns; /* of each row: fewer than COLUMN_COUNT in a file that an older version began */
  off_t bytes;    /* of a regular file, after the last row */
  bool truncated; /* it had fewer at some time since */
};

/* Rows: opens the file that --csv names (NULL: standard output) for appending and writes the header
 * if it is new. A file that is there must have our header, or that of an older version, and end
 * with a whole line. */
int rows_open(struct rows *rows, const char *name, struct error *error);
/* For rows on standard output: keeps it for them alone. What libraries print there from now on goes
 * to standard error. To be called in every process before there are threads, and before rows_open.
 */
int rows_claim_stdout(struct error *error);
/* One row for each repetition. */
int rows_write(struct rows *rows, const struct facts *facts, int64_t sequence,
               const struct repetition *repetition, struct error *error);

/* Closes what rows_open has opened, of that name, if anything. EXIT_MACHINE if rows could not be
 * written, or if the file was removed, replaced or truncated meanwhile: they are lost then. */
int rows_close(struct rows *rows, const char *name, struct error *error);

/* Words: what is run, then, at the end, the result, the times and what they were spent on. */
void words_begin(const struct facts *facts);
/* The timed repetitions, in order; all right. */
void words_end(const struct facts *facts, const struct repetition *repetitions, int64_t count);
/* A repetition whose result is wrong; no rate is reported then. */
void words_wrong(const struct facts *facts, const struct repetition *repetition);

/* --work: a row for each problem that is asked about, after a header. */
int print_work(const struct settings *settings, struct error *error);

/* --build, --list, --describe. */
void print_build(void);
void print_list(void);
void print_description(const struct kernel *kernel);

#endif
