/* The rows of a samples.csv, one after the other. Its columns may stand in any order, and there may
 * be others; here they stand in the order of the schema. */
#ifndef QUARTET_ANALYSIS_SAMPLES_FILE_H
#define QUARTET_ANALYSIS_SAMPLES_FILE_H

#include <stddef.h>

#include "common/csv.h"
#include "common/error.h"
#include "common/samples.h"

struct samples_file {
  const char *row[COLUMN_COUNT]; /* the row just read; valid until the next call */
  long rows;                     /* read so far */
  /* private */
  struct csv_reader reader;
  size_t place[COLUMN_COUNT]; /* of each column in this file */
  size_t width;
};

/* Opens the file and reads its header; `path` must last. Returns 0; EXIT_USAGE for what is not a
 * samples.csv; EXIT_MACHINE. To be closed in all cases. */
int samples_open(struct samples_file *file, const char *path, struct error *error);

/* Reads the next row. Returns 1, 0 at the end of the file, -1 on an error. */
int samples_next(struct samples_file *file, struct error *error);

/* Says what is wrong with the row just read, "FILE:LINE: WHAT 'TEXT'"; returns EXIT_USAGE. */
int samples_fail(const struct samples_file *file, struct error *error, const char *what,
                 const char *text);

void samples_close(struct samples_file *file);

#endif
