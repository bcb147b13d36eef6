/* `sweep reference`: entries of `reference:` from a run, so that no figures are copied by hand. */
#ifndef QUARTET_RUNNER_RECORD_PROPOSE_H
#define QUARTET_RUNNER_RECORD_PROPOSE_H

#include <stdio.h>

#include "common/error.h"
#include "runner/config/config.h"

/* Writes an entry of `reference:` (YAML) for each point of the run in a folder, by its cell_id. The
 * value is the median over its launches. Each bound is the farthest launch on its side, half as far
 * again, and at least 5 %, in whole per cent rounded outwards: so the run itself is accepted, as is
 * one whose launches vary likewise. A point without a result, or whose kernel does not count what
 * the metric needs, is a comment. EXIT_USAGE: there is no such run. */
int propose_references(FILE *file, const char *folder, enum metric metric, struct error *error);

#endif
