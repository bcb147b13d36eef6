/* A figure as a gnuplot script and its data, to be read and changed by people: ID.gp, ID.dat. */
#ifndef QUARTET_ANALYSIS_FIGURES_SCRIPT_H
#define QUARTET_ANALYSIS_FIGURES_SCRIPT_H

#include <stddef.h>

#include "analysis/figures/figure.h"
#include "analysis/figures/layout.h"
#include "common/error.h"

/* The kinds of elements of the script's plot command, in the order in which they are drawn. */
enum plot_role {
  PLOT_CELLS,  /* a heat map's cells, all series */
  PLOT_VALUES, /* their values as text */
  PLOT_BOUND,
  PLOT_BAND,     /* around a prediction */
  PLOT_BOXES,    /* quartiles of a distribution, all series */
  PLOT_LAUNCHES, /* single launches */
  PLOT_LOW_WHISKERS,
  PLOT_HIGH_WHISKERS,
  PLOT_MEDIANS, /* the line across each box */
  PLOT_BARS,
  PLOT_LINE,
  PLOT_INTERVALS,
  PLOT_POINTS,
  PLOT_CROSSES, /* over suspect points */
  PLOT_ROLES
};

struct plot_element {
  enum plot_role role;
  size_t series; /* of the roles for single series */
};

/* The elements of a figure's plot command; gnuplot numbers them from 1 in its SVG (gnuplot_plot_1).
 * The caller frees them. */
struct plot_element *script_elements(const struct figure *figure, size_t *count);

/* gnuplot's symbol (point type) and size of a point. */
void script_symbol(const struct figure_series *series, const struct figure_point *point,
                   int *symbol, double *size);

/* Writes ID.gp and ID.dat into the folder. formats: of enum figure_format. */
int script_write(const struct figure *figure, const struct layout *layout, int folder,
                 unsigned formats, struct error *error);

#endif
