/* A run's samples for other programs. */
#ifndef QUARTET_ANALYSIS_EXPORT_H
#define QUARTET_ANALYSIS_EXPORT_H

#include <stdio.h>

#include "common/error.h"

/* What `--export` takes, and what is then written. */
struct export_format {
  const char *name;
  int (*write)(FILE *file, const char *samples, struct error *error);
};

/* The format of that name. NULL, and why in *error: EXIT_USAGE with the nearest name, or
 * EXIT_MACHINE where this build has no exports. */
const struct export_format *export_find(const char *name, struct error *error);

/* Writes the verified, timed repetitions of a samples.csv. Returns 0; EXIT_USAGE for what is no
 * samples.csv; EXIT_MACHINE. */

/* As one JSON document in the format of Google Benchmark, its context from the run.json beside
 * `samples` where there is one. */
int export_google_benchmark(FILE *file, const char *samples, struct error *error);

/* As JSON lines for Extra-P, one for each repetition. */
int export_extra_p(FILE *file, const char *samples, struct error *error);

#endif
