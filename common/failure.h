/* How a driver reports an error to the program that has started it: as a header and a row of CSV on
 * standard output, so that nobody has to read standard error, where libraries and launchers print,
 * too. */
#ifndef QUARTET_FAILURE_H
#define QUARTET_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/* From now on failure_print prints such a row, unless standard output is a terminal. */
void failure_report_as_csv(void);

/* error_print(), and the row if it is wanted. Returns the code. */
int failure_print(const struct error *error, const char *program);

/* Finds the row in what a program has printed to standard output. False, with a *failure of code 0:
 * there is none, because the program did not end by itself, or is too old to print one. */
bool failure_read(const char *output, size_t bytes, struct error *failure);

#endif
