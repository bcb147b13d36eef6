/* Figures of a report as HTML: the picture beside its data. */
#ifndef QUARTET_ANALYSIS_PAGE_FIGURE_HTML_H
#define QUARTET_ANALYSIS_PAGE_FIGURE_HTML_H

#include <stdio.h>

#include "analysis/document/document.h"

/* Writes a figure with its title, description, notes and, in a <details>, its data as a table.
 * svg is an <svg> element that is written as it is, or NULL: then the table stands for it. */
void html_figure(FILE *file, const struct figure *figure, const char *svg);

/* Curves with more points are computed and no data; single launches are in samples.csv. */
enum { FIGURE_CURVE_POINTS = 12, FIGURE_LAUNCH_POINTS = 1000 };

/* Appends a figure's data as a table with the columns series, x, y, low, high, mark and note; those
 * that would be empty are missing. Estimates come first, then curves, then single launches. Curves
 * are omitted above FIGURE_CURVE_POINTS, single launches when the figure has more than
 * FIGURE_LAUNCH_POINTS; notes state both. */
void figure_data(struct document *document, const struct figure *figure);

#endif
