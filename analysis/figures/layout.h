/* The layout of a figure, in pixels of its SVG from the upper left corner. gnuplot is given these
 * margins and ranges, so that the position of each point is known without asking it. */
#ifndef QUARTET_ANALYSIS_FIGURES_LAYOUT_H
#define QUARTET_ANALYSIS_FIGURES_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "analysis/figures/figure.h"
#include "analysis/figures/tics.h"

/* An axis as it is drawn. In a distribution and a heat map, categories run downwards on the
 * vertical axis, so that long names are read without turning the head. */
struct drawn_axis {
  struct range range;
  struct tics tics;
  char *label;  /* with its unit in parentheses */
  bool rotated; /* the tics' texts are turned by 45 degrees */
  size_t lines; /* in the tics' texts: names may be broken into lines */
};

/* The name of a bound: beside the plot where its line reaches the right edge, along the line
 * otherwise. */
struct end_label {
  double x, y; /* of its left end; along: of its centre; pixels */
  bool along;  /* turned by angle_deg, counterclockwise */
  double angle_deg;
  int style;
  char *text;
};

/* An entry of the legend: a series, or what a mark means (series NULL). */
struct key_entry {
  const struct figure_series *series;
  enum point_mark mark;
  char *text;
};

struct layout {
  double width, height;
  double left, right, top, bottom; /* the plot's frame */
  struct drawn_axis horizontal, vertical;
  struct key_entry *key;
  size_t key_count, key_columns;
  double label_y, key_top; /* of the horizontal axis' label (its middle), of the legend */
  struct end_label *ends;
  size_t end_count;
  bool empty; /* no point can be drawn */
};

/* titled: room for the figure's title above the plot. */
struct layout *layout_new(const struct figure *figure, bool titled);
void layout_free(struct layout *layout);

/* The place of point `index` of series `series` in the coordinates of the drawn axes: the point
 * itself in an XY figure; for a distribution the launches are spread across their category's row,
 * deterministically; in a heat map the centre of the cell. */
void layout_place(const struct figure *figure, size_t series, size_t index, double *horizontal,
                  double *vertical);

/* A place on the drawn axes in pixels; NaN if the axis cannot show it. */
double layout_px_x(const struct layout *layout, double horizontal);
double layout_px_y(const struct layout *layout, double vertical);

/* The horizontal extent of a bar: bars of one x are beside each other. */
void layout_bar(const struct figure *figure, size_t series, double x, double *left, double *right);

#endif
