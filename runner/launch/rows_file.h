/* The file through which a driver hands over the rows of a launch.
 *
 * Standard output is not the driver's alone: launchers put a tag before each line, libraries and
 * start-up scripts print what they like. A descriptor of our own would not reach rank 0 under
 * mpirun and srun, which may start it on another node; a file in the run's folder does, and each
 * driver knows --csv=FILE. */
#ifndef QUARTET_RUNNER_LAUNCH_ROWS_FILE_H
#define QUARTET_RUNNER_LAUNCH_ROWS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/process/foreign.h"
#include "runner/process/launch.h"

struct rows_file {
  int folder;  /* open; -1: none */
  char *path;  /* absolute; NULL: there is no such file, rows come on standard output */
  char *owned; /* a temporary folder, to be removed; NULL: none */
};

/* Creates the file, empty, in the folder, whose descriptor must stay open until rows_file_close;
 * one that an earlier launch has left there is removed. EXIT_MACHINE if it cannot be created. */
int rows_file_open(struct rows_file *file, int folder, struct error *error);

/* The same in a new folder of TMPDIR, or of /tmp. Where that fails, rows come on standard output.
 */
void rows_file_open_temporary(struct rows_file *file);

/* Takes the rows: puts what the program has written to the file into result->output in the place
 * of its standard output, `bytes_max` bytes at most. From a program
 * that has written nothing there, the rows on standard output are taken, without the lines that
 * are no rows: those are counted in *foreign. EXIT_MACHINE if the file cannot be read, or if the
 * program ended with EXIT_MACHINE and the disk is full: a driver that cannot write its rows is no
 * failed launch, but the end of the run. What the driver reports of its failure on standard output
 * goes to result->failure. */
int rows_file_take(struct rows_file *file, struct launch_result *result, size_t bytes_max,
                   struct foreign *foreign, struct error *error);

/* Removes the file. */
void rows_file_close(struct rows_file *file);

#endif
