/* `report compare`: its command line. */
#ifndef QUARTET_ANALYSIS_COMPARE_COMMAND_H
#define QUARTET_ANALYSIS_COMPARE_COMMAND_H

#include "analysis/document/document.h"
#include "common/error.h"

/* Writes a page, with its figures, into a folder that is made if it is not there. Returns 0 or an
 * exit status. */
typedef int compare_page(const struct document *document, const char *folder, struct error *error);

/* Runs `report compare`: argv[0] is "compare", then options and runs. Writes to standard output and
 * errors to standard error. `page` writes the page of --html; NULL: this build has no pages.
 *
 * Returns the exit status: 0; EXIT_WRONG if --fail-on says so; EXIT_USAGE, EXIT_MACHINE. */
int compare_command(int argc, char **argv, compare_page *page);

#endif
