/* How a driver reports an error to the program that has started it: as a header and a row of CSV on
 * standard output. Standard error is not parsed, since libraries and launchers print there, too. */
#ifndef QUARTET_FAILURE_H
#define QUARTET_FAILURE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"

/* error.about of a driver that a launcher of another MPI library has started. */
#define FAILURE_LAUNCHER "launcher"

/* From now on failure_print prints such a row, unless standard output is a person's terminal. Under
 * a launcher (`launched`) a terminal is none: Open MPI's mpirun gives each process one, which it
 * reads itself. */
void failure_report_as_csv(bool launched);

/* The hosts on which the processes run, as in the column `hosts`, for the row. The caller keeps
 * ownership of the text. */
void failure_set_hosts(const char *hosts);

/* error_print(), and the row if it is wanted. Returns the code. */
int failure_print(const struct error *error, const char *program);

enum { FAILURE_HOSTS = 256 };

/* Finds the row in what a program has printed to standard output, whose lines may end as a terminal
 * ends them. `hosts`: "" where the row does not state them; may be NULL. False, with a *failure of
 * code 0: there is no row, because the program did not end by itself, or is too old to print
 * one. */
bool failure_read(const char *output, size_t bytes, struct error *failure,
                  char hosts[FAILURE_HOSTS]);

#endif
