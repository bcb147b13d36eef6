/* The command line of `report`. */
#ifndef QUARTET_ANALYSIS_COMMAND_ARGUMENTS_H
#define QUARTET_ANALYSIS_COMMAND_ARGUMENTS_H

#include <stdbool.h>

#include "analysis/exports/exports.h"

struct arguments {
  const char *results;   /* a folder or a samples.csv */
  const char *baseline;  /* NULL: not given */
  export_writer *export; /* NULL: none */
  const char *folder;    /* of the page and its figures; NULL: RESULTS/report */
  double margin;         /* NaN: not given */
  unsigned format;       /* enum report_format */
  bool all_points, html, methods;
  unsigned pictures; /* of enum figure_format, beside what the page needs */
};

/* Reads the command line; prints what is wrong with it, or the help. Returns -1 to continue, or the
 * exit status. */
int arguments_read(struct arguments *arguments, int argc, char **argv);

#endif
