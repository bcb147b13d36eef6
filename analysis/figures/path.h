/* Paths of SVG: gnuplot's are read, and written again with fewer bytes. */
#ifndef QUARTET_ANALYSIS_FIGURES_PATH_H
#define QUARTET_ANALYSIS_FIGURES_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct vertex {
  double x, y; /* pixels */
  bool move;   /* no line leads to it */
  bool closed; /* a line leads from it to the last vertex that was moved to */
};

/* No figure has larger coordinates. */
#define PATH_LARGEST_PX 1e6

/* Reads M, L and Z with absolute places, also without L, and the points of a polygon. Stops where
 * it meets anything else. The caller frees the vertices; NULL if there are none. */
struct vertex *path_read(const char *text, size_t bytes, size_t *count);

/* Writes them as M and l, h, v with one digit behind the point; lines of no length and moves that
 * lead nowhere are omitted. */
void path_write(FILE *file, const struct vertex *vertices, size_t count);

/* Whether path_write would write anything. */
bool path_any(const struct vertex *vertices, size_t count);

/* A pixel coordinate: at most one digit behind the point. */
void path_px(FILE *file, double value);

#endif
