/* gnuplot's point symbols as SVG, each defined once for a figure and used by its points. */
#ifndef QUARTET_ANALYSIS_FIGURES_SYMBOLS_H
#define QUARTET_ANALYSIS_FIGURES_SYMBOLS_H

#include <stddef.h>
#include <stdio.h>

struct symbols {
  struct symbol {
    int type;     /* the N of gnuplot's gpPtN: its point type less 1 */
    double scale; /* the radius, pixels */
  } * symbols;
  size_t count;
};

/* The number of the symbol in the list; it is added when it is new. */
size_t symbols_index(struct symbols *symbols, int type, double scale);

/* Writes <defs>: an element of the id PREFIX followed by the number for each symbol. They are drawn
 * in currentColor; each has an invisible disc around it that makes it easier to point at. */
void symbols_write(FILE *file, const struct symbols *symbols, const char *prefix);

#endif
