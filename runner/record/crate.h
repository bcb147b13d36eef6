/* The description of a run as a Process Run Crate: what was run, by what, when, and which files
 * came of it, for archives and for readers that know nothing of Quartet.
 *
 * RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) with the profile Process Run Crate 0.5
 * (https://w3id.org/ro/wfrun/process/0.5): the root data set names its files; one CreateAction has
 * the sweep as its instrument, the config as its object and the samples as its result. */
#ifndef QUARTET_RUNNER_RECORD_CRATE_H
#define QUARTET_RUNNER_RECORD_CRATE_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum crate_role {
  CRATE_OBJECT, /* what the run has read */
  CRATE_RESULT, /* what it has written */
  CRATE_OTHER   /* what was made of that later */
};

/* A file in the crate. */
struct crate_file {
  char *path;           /* in the crate: relative, '/' between folders, any bytes but NUL */
  char *original;       /* what it was called, where that is other than the last part of the path */
  const char *describe; /* a sentence; NULL: none */
  enum crate_role role;
  int64_t bytes;
};

/* ro-crate-metadata.json of a run, from its run.json and the crate's files, without that of the
 * description itself. The caller's to release. */
json_t *crate_metadata(const json_t *run, const struct crate_file *files, size_t count);

#endif
