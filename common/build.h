/* How this build was made: what has to be known of a program to compare its times with those of
 * another build. */
#ifndef QUARTET_BUILD_H
#define QUARTET_BUILD_H

#include <stddef.h>

/* Texts without line breaks. `git_dirty` is "true", "false" or "unknown": whether the sources had
 * changes beside `git_revision`. */
struct build_fact {
  const char *name; /* as in run.json: "version", "compiler", "kernel_flags", ... */
  const char *value;
};

extern const struct build_fact build_facts[];
extern const size_t build_fact_count;

/* Why the times of this build's kernels say little: "unoptimized; assertions". Empty for a
 * release build. Also the fact "build_warning" and the column of that name. */
extern const char *const build_warning;

#endif
