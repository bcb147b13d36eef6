/* CSV as in RFC 4180, with lines ended by LF; the reader takes CRLF too. */
#ifndef QUARTET_CSV_H
#define QUARTET_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/error.h"

/* Writes one record; cells with a comma, quote, CR or LF are quoted. NULL is an empty cell. Returns
 * 0, or -1 as stdio has failed (errno says why). */
int csv_write(FILE *file, const char *const *cells, size_t count);

/* The largest record that is read, in bytes. */
enum { CSV_RECORD_MAX = 64 << 20 };

/* A reader over a stream that the caller owns. Zero it, set file and name. It reads ahead: between
 * two calls the stream's position means nothing. */
struct csv_reader {
  FILE *file;
  const char *name; /* for messages: "results/quick/samples.csv" */
  long line;        /* of the record just read, from 1 */
  char **cells;     /* the record just read; valid until the next call */
  size_t count;
  size_t unended_bytes; /* after an error: bytes of the last record if the file ends within it */
  long first_line; /* the number of the stream's first line, if that is not 1: a part of a file */
  bool mark, crlf; /* found so far: a byte-order mark; a line that ends with CRLF */
  /* private */
  char *text;   /* the cells of a record with quotes, each ended by a NUL */
  char *buffer; /* the data read ahead: from `begin` to `end` */
  size_t text_capacity, cells_capacity, buffer_capacity, begin, end;
  uint64_t bytes_before, record_begin; /* places in the file: of the buffer, of the record */
  long next_line;
  int read_error; /* errno */
  bool started, at_end;
};

/* Reads the next record; an empty line is one empty cell; a byte-order mark at the beginning of the
 * file is skipped. Returns 1 with cells and count set, 0 at the end of the file, -1 on an error:
 * EXIT_USAGE for what is not CSV (UTF-16 or UTF-32, a quote, CR or NUL out of place, a last line
 * that is not ended, a record of more than CSV_RECORD_MAX bytes), EXIT_MACHINE for a read error or
 * short memory. */
int csv_read(struct csv_reader *reader, struct error *error);

/* The end of the last record that was read, in bytes from the beginning of the stream. */
uint64_t csv_position(const struct csv_reader *reader);

/* Describes changes by another program: "begins with a byte-order mark", "has lines that end with
 * CRLF" or both; NULL for neither. */
const char *csv_form(bool mark, bool crlf);

/* "semicolons" or "tabs" if a header of one cell shows that they separate the cells, else NULL. */
const char *csv_foreign_separator(char *const *cells, size_t count);

/* Frees what the reader holds; the stream stays open. */
void csv_close(struct csv_reader *reader);

#endif
