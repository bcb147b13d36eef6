/* A row of CSV for spreadsheets, cell by cell. */
#ifndef QUARTET_ANALYSIS_EXPORTS_CSV_ROW_H
#define QUARTET_ANALYSIS_EXPORTS_CSV_ROW_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Zeroed it is empty; freed by csv_row_write. */
struct csv_row {
  char **cells;
  size_t count;
};

/* A text; one that a spreadsheet would take for a formula gets an apostrophe before it. */
void csv_row_text(struct csv_row *row, const char *text);
/* 12 significant digits: more than a clock has, and few enough that the last bits, in which
 * processors and compilers differ, do not show. Empty for NaN and infinity. */
void csv_row_real(struct csv_row *row, double value);
void csv_row_integer(struct csv_row *row, int64_t value);
void csv_row_size(struct csv_row *row, size_t value);

/* Writes the row and empties it. Errors of the stream: ferror. */
void csv_row_write(FILE *file, struct csv_row *row);

#endif
