/* samples.csv and run.json of a run that appear together: they are written in a folder within that
 * of the results, and then renamed. A process that is killed leaves no half of a run that another
 * one would take for a whole one, or could not replace. */
#ifndef QUARTET_RUNNER_RECORD_STAGING_H
#define QUARTET_RUNNER_RECORD_STAGING_H

#include "common/error.h"

/* Removes what a process that was killed has left in that folder of results, which need not exist;
 * a run that is whole stays. EXIT_USAGE if a process is still writing there. */
int staging_clear(const char *path, struct error *error);

/* Creates the folder within `results`, and returns it open; -1: EXIT_MACHINE in *error. */
int staging_open(int results, struct error *error);

/* Gives both files their names in `results`. EXIT_MACHINE if that fails: then neither is there. */
int staging_publish(int staging, int results, struct error *error);

/* Removes the folder with what is left in it, and closes it; -1: nothing happens. */
void staging_close(int staging, int results);

#endif
