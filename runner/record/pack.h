/* `sweep pack`: a run as one zip file, with a description that archives read. */
#ifndef QUARTET_RUNNER_RECORD_PACK_H
#define QUARTET_RUNNER_RECORD_PACK_H

#include "common/error.h"

/* Writes samples.csv and run.json of a folder, its config and what that includes as they were when
 * it ran, the folder `report` if there is one, and ro-crate-metadata.json (see crate.h) to a new
 * zip file; `path` NULL: the folder's name with ".zip". *written becomes its name, for the caller
 * to free. EXIT_USAGE: there is no run, it is being written, the file exists, or this build has no
 * libzip; EXIT_MACHINE. */
int pack_run(const char *folder, const char *path, char **written, struct error *error);

#endif
