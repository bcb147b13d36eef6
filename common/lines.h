/* Text for people in lines that fit the terminal. */
#ifndef QUARTET_LINES_H
#define QUARTET_LINES_H

#include <stddef.h>
#include <stdio.h>

enum { LINES_COLUMNS = 80 };

/* How many columns a line on this stream may have: as many as the terminal has that it is,
 * LINES_COLUMNS if it is not a terminal. */
size_t lines_columns(FILE *stream);

/* How many columns a text of UTF-8 takes, at one for each character. */
size_t lines_width(const char *text);

/* Bytes of the text's first line if a line has `columns` columns: up to the last word that fits, or
 * to the first newline. A first word that is longer stays whole. */
size_t lines_fit(const char *text, size_t columns);

/* The beginning of the next line after a first one of `bytes` bytes: behind blanks and one
 * newline. */
const char *lines_next(const char *text, size_t bytes);

/* Prints text in lines of at most lines_columns(stream) columns, broken at spaces, but not
 * between a number and its unit; a newline in the text stays one, as do spaces within a line, and a
 * longer word stays whole. Lines after the first begin with `indent` spaces. The first begins at
 * column `used`, counted from 0: where what was printed before has ended; the last one ends with a
 * newline. */
void lines_print(FILE *stream, size_t used, size_t indent, const char *text);

/* The same of a printf format, after a prefix that is printed as it is. */
__attribute__((format(printf, 4, 5))) void lines_printf(FILE *stream, const char *prefix,
                                                        size_t indent, const char *format, ...);

/* The same after "PROGRAM: " (program.h), as errors and warnings begin; lines after the first begin
 * with two blanks. */
__attribute__((format(printf, 3, 4))) void lines_message(FILE *stream, const char *program,
                                                         const char *format, ...);

#endif
