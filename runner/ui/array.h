/* sweep status of a job array: how far its shards are, which have a folder each. */
#ifndef QUARTET_RUNNER_UI_ARRAY_H
#define QUARTET_RUNNER_UI_ARRAY_H

#include "common/error.h"
#include "runner/ui/queue.h"

/* Prints how many shards are done, running, waiting in the queue, or stopped, and how to join them;
 * `folder` is that from which the array was submitted. EXIT_USAGE or EXIT_MACHINE if a shard's
 * results cannot be read. */
int array_print(const char *folder, const struct queued_job *job, struct error *error);

#endif
