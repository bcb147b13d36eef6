/* The positions of the columns in a samples.csv, and the numbers in a row's cells. */
#ifndef QUARTET_ANALYSIS_DATA_COLUMNS_H
#define QUARTET_ANALYSIS_DATA_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "common/csv.h"
#include "common/error.h"
#include "common/samples.h"

struct row_reader {
  struct csv_reader csv;
  const char *cells[COLUMN_COUNT]; /* of the row just read; "" where there is no such column */
  size_t place[COLUMN_COUNT];      /* of each column in this file; SIZE_MAX: not there, or unread */
  size_t width;
};

/* Reads the header of reader->csv. */
int header_read(struct row_reader *reader, struct error *error);

/* Reads the next row into `cells`. Returns 1, 0 at the end, -1 on an error. */
int row_next(struct row_reader *reader, struct error *error);

/* "FILE:LINE: COLUMN: WHAT: 'TEXT'", the text cut and without control characters. Returns
 * EXIT_USAGE. */
int row_fail(const struct row_reader *reader, struct error *error, enum samples_column column,
             const char *what);

/* A whole number, 0 .. INT64_MAX; `empty` if the cell is. Returns 0 or EXIT_USAGE. */
int row_integer(const struct row_reader *reader, enum samples_column column, int64_t empty,
                int64_t *value, struct error *error);

/* A number of 0 or more, at most `max`, never infinite; NaN if the cell is empty. */
int row_real(const struct row_reader *reader, enum samples_column column, double max, double *value,
             struct error *error);

#endif
