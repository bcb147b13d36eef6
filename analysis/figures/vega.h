/* A figure as Vega-Lite 5 (Satyanarayan et al., 2017): data and what is drawn of them in one JSON
 * file, for notebooks, web pages and editors. */
#ifndef QUARTET_ANALYSIS_FIGURES_VEGA_H
#define QUARTET_ANALYSIS_FIGURES_VEGA_H

#include "analysis/figures/figure.h"
#include "common/error.h"

/* Writes FOLDER/ID.vl.json. Values that are not finite are null. EXIT_MACHINE: it cannot be
 * written, or this build has no jansson. */
int figure_vega(const struct figure *figure, const char *folder, struct error *error);

#endif
