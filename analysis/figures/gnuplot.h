/* Figures drawn by gnuplot, all of them by one process. */
#ifndef QUARTET_ANALYSIS_FIGURES_GNUPLOT_H
#define QUARTET_ANALYSIS_FIGURES_GNUPLOT_H

#include <stddef.h>

#include "analysis/figures/figure.h"
#include "common/error.h"

/* What figures_draw returns, other than 0 and the codes of common/error.h, when there is no gnuplot
 * in PATH: the scripts and data are written, nothing is drawn; the error says so. */
enum { FIGURES_NO_GNUPLOT = -1 };

/* Writes ID.dat and ID.gp for each figure into the existing folder, and draw-all.gp, which draws
 * all of them, and has one gnuplot process draw them. `gnuplot ID.gp` in the folder draws one
 * again. Ids must be unique and as figure.h says (EXIT_USAGE otherwise).
 *
 * EXIT_MACHINE: a file cannot be written; gnuplot failed, was killed, or took more than
 * FIGURES_LIMIT_S + count / 10 seconds (the message has the end of what it printed). Figures that
 * could be drawn are there and whole; of the others, no file of an earlier run is left. */
int figures_draw(struct figure *const *figures, size_t count, const char *folder, unsigned formats,
                 struct error *error);

enum { FIGURES_LIMIT_S = 30 };

/* The same with a time limit of the caller's. */
int figures_draw_within(struct figure *const *figures, size_t count, const char *folder,
                        unsigned formats, double limit_s, struct error *error);

#endif
