/* The folder of a page: index.html, and its figures with their scripts and data. */
#ifndef QUARTET_ANALYSIS_COMMAND_PAGE_FOLDER_H
#define QUARTET_ANALYSIS_COMMAND_PAGE_FOLDER_H

#include "analysis/document/document.h"
#include "common/error.h"

/* Makes the folder and writes FOLDER/index.html and FOLDER/figures/: SVG, gnuplot's scripts and
 * data, Vega-Lite, and what `pictures` (of enum figure_format) adds. `subtitle`: a line under the
 * title, or NULL. Without gnuplot, or when it fails, the page has the figures' data only, and a
 * line on stderr says so. EXIT_MACHINE: something cannot be written. */
int page_folder_write(const char *folder, const struct document *document, const char *subtitle,
                      unsigned pictures, struct error *error);

/* mkdir, unless it is there. */
int page_folder_make(const char *folder, struct error *error);

#endif
