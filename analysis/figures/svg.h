/* A figure for an HTML page, made of the SVG that gnuplot drew. */
#ifndef QUARTET_ANALYSIS_FIGURES_SVG_H
#define QUARTET_ANALYSIS_FIGURES_SVG_H

#include "analysis/figures/figure.h"
#include "common/error.h"

/* Launches of a figure (SHAPE_POINTS) up to this many have each their value on hover; more are
 * drawn as one path. Medians always have theirs. */
enum { FIGURE_SVG_LAUNCHES = 400 };

/* The <svg> element of the figure to be put into a page, from FOLDER/ID.svg; the caller frees it.
 * NULL on failure: EXIT_MACHINE, the file cannot be read or is not what gnuplot writes.
 *
 * The element is written from the shapes, numbers and texts of gnuplot's file and nothing else
 * of it is copied: it has no script, no style, no reference but to its own symbols (ids begin with
 * a prefix made of the figure's id). Title and description are those of the figure; each measured
 * point has a <title> with its label; it has role="img".
 *
 * Colours are custom properties with those of the light theme as fallback, so that a page can
 * change them (figures.css has values for a dark theme): --s0 .. --s6 for series, --s-grey for
 * bounds,
 * --fig-grid, --paper behind hollow symbols, --h0 .. --h10 for the levels of heat maps, --ht0 ..
 * --ht10 for the texts on them. All other text and the axes are currentColor. */
char *figure_svg(const struct figure *figure, const char *folder, struct error *error);

/* The <title> of a point: its label, or one made of the series' name, x, y and interval. The caller
 * frees it. */
char *figure_point_text(const struct figure *figure, const struct figure_series *series,
                        const struct figure_point *point);

#endif
