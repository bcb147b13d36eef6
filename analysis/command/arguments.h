/* The command line of `report`. */
#ifndef QUARTET_ANALYSIS_COMMAND_ARGUMENTS_H
#define QUARTET_ANALYSIS_COMMAND_ARGUMENTS_H

#include <stdbool.h>

#include "common/error.h"

enum report_format {
  FORMAT_TEXT,
  FORMAT_MARKDOWN,
  FORMAT_JSON,
  FORMAT_CSV,
  FORMAT_JUNIT,
  REPORT_FORMATS
};
extern const char *const report_format_names[REPORT_FORMATS];

struct arguments {
  const char *results;  /* a folder or a samples.csv */
  const char *baseline; /* NULL: not given */
  const char *export;   /* NULL: none */
  const char *folder;   /* of the page and its figures; NULL: RESULTS/report */
  double margin;        /* NaN: not given */
  enum report_format format;
  bool all_points, html, methods;
  unsigned pictures; /* of enum figure_format, beside what the page needs */
};

/* Reads the command line. Returns -1 to go on; otherwise the exit status, with *error set or after
 * --help and --version have been printed. */
int arguments_read(struct arguments *arguments, int argc, char **argv, struct error *error);

#endif
