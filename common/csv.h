/* CSV as in RFC 4180, with lines ended by LF; the reader takes CRLF too. */
#ifndef QUARTET_CSV_H
#define QUARTET_CSV_H

#include <stddef.h>
#include <stdio.h>

#include "common/error.h"

/* Writes one record; cells with a comma, quote, CR or LF are quoted. NULL is an empty cell. Returns
 * 0, or -1 as stdio has failed (errno says why). */
int csv_write(FILE *file, const char *const *cells, size_t count);

/* A reader over a stream that the caller owns. Zero it, set file and name. */
struct csv_reader {
  FILE *file;
  const char *name; /* for messages: "results/quick/samples.csv" */
  long line;        /* of the record just read, from 1 */
  char **cells;     /* the record just read; valid until the next call */
  size_t count;
  /* private */
  char *text;
  size_t text_capacity, cells_capacity;
  long next_line;
};

/* Reads the next record; an empty line is one empty cell. Returns 1 with cells and count set, 0 at
 * the end of the file, -1 on an error: EXIT_USAGE for what is not CSV (a quote, CR or NUL out of
 * place, a last line that is not ended), EXIT_MACHINE for a read error or short memory. */
int csv_read(struct csv_reader *reader, struct error *error);

/* Frees what the reader holds; the stream stays open. */
void csv_close(struct csv_reader *reader);

#endif
