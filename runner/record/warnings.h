/* Warnings of a run: times may be disturbed, or mean something else than they seem to. */
#ifndef QUARTET_RUNNER_RECORD_WARNINGS_H
#define QUARTET_RUNNER_RECORD_WARNINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "runner/plan/plan.h"

struct warning {
  /* "busy", "governor", "turbo", "quota", "oversubscribed", "binding", "foreign_output",
   * "suspended", "build" */
  const char *kind;
  char *text;                 /* one sentence, without a full stop */
  char cell_id[CELL_ID_TEXT]; /* of the point that it is about; "": of the whole run */
};

/* Zeroed it is empty; free it with warnings_free. */
struct warnings {
  struct warning *items;
  size_t count;
};

/* Adds a warning, about a point unless that is NULL. Returns its text. */
__attribute__((format(printf, 4, 5))) const char *warnings_add(struct warnings *warnings,
                                                               const char *kind,
                                                               const struct point *point,
                                                               const char *format, ...);

/* Looks at the machine (other load, frequencies, quotas) and the plan (more workers than cores, but
 * for kernels that mostly wait, which a driver in the folder `drivers` is asked), and adds what may
 * disturb the times; builds whose
 * drivers say that they are no release build. The load takes 0.2 s to see; `load` false: it is not
 * looked at. */
void warnings_look(struct warnings *warnings, const struct config *config, const struct plan *plan,
                   const char *drivers, bool load);

/* Prints each, "sweep: warning: " before it, in lines that fit the stream. */
void warnings_print(const struct warnings *warnings, FILE *stream);

void warnings_free(struct warnings *warnings);

#endif
