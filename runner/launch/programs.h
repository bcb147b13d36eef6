/* The programs that a run starts: which files they are, how they were built, which libraries they
 * load, and whether they can be started at all. */
#ifndef QUARTET_RUNNER_LAUNCH_PROGRAMS_H
#define QUARTET_RUNNER_LAUNCH_PROGRAMS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/error.h"
#include "common/sha256.h"
#include "runner/config/config.h"
#include "runner/launch/tools.h"
#include "runner/plan/plan.h"

enum { BUILD_ID_TEXT = 13 }; /* 12 hexadecimal digits and the NUL */

/* How the drivers of a folder were built. */
struct program_build {
  const struct build *axis; /* the config's; NULL: the only one, without an axis of builds */
  const struct build
      *facts; /* where it is and how it was made; without an axis, the config's own */
};

/* A driver that the plan starts. */
struct program {
  const struct build *build; /* NULL: without an axis of builds */
  const struct driver_facts *driver;
  char *path;
  char sha256[SHA256_TEXT]; /* of the file, and so of all that is compiled into it: the sources, the
                               compiler's flags, the revision; "": it cannot be read */
  char *obstacle; /* why it cannot be started, for people; NULL: it can, as far as is known */
};

/* A shared library that a program loads. */
struct library {
  char *name; /* "libgomp.so.1" */
  char sha256[SHA256_TEXT];
};

struct programs {
  struct program_build *builds; /* one without an axis of builds, else as many as the config has */
  size_t build_count;
  struct program *items;
  size_t count;
  struct library *libraries; /* by name; empty where the loader does not list them */
  size_t library_count;
};

/* Looks at the drivers of all points of the plan: reads their files, and has the dynamic loader
 * list their libraries, for which none of them runs. launch_prepare and builds_ask have been
 * called. Config, plan and tools must outlive it; to be freed in all cases. */
void programs_find(struct programs *programs, const struct config *config, const struct plan *plan,
                   const struct tools *tools);
void programs_free(struct programs *programs);

/* EXIT_USAGE if no point of the plan can be launched, with the first reason and the way out: every
 * driver is missing or cannot be executed, or mpirun is missing for those that need it. Where only
 * some cannot, their rows will say so. */
int programs_check(const struct programs *programs, const struct plan *plan,
                   const struct tools *tools, struct error *error);

/* The identity of a point's driver, for the column build_id: the first digits of its digest.
 * Returns text, "" unknown. */
char *programs_build_id(const struct programs *programs, const struct point *point,
                        char text[BUILD_ID_TEXT]);

/* Whether the folder has any driver that can be executed. */
bool programs_in_folder(const char *folder);

#endif
