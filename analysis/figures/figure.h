/* A figure as data: what is drawn, not how. gnuplot draws it, Vega-Lite and the page's tables
 * repeat its data. Texts are copied; they may hold anything that a CSV holds. */
#ifndef QUARTET_ANALYSIS_FIGURES_FIGURE_H
#define QUARTET_ANALYSIS_FIGURES_FIGURE_H

#include <stdbool.h>
#include <stddef.h>

enum axis_scale { SCALE_LINEAR, SCALE_LOG10, SCALE_LOG2 };

struct figure_axis {
  char *label; /* "time" */
  char *unit;  /* "s", "GB/s"; "" for a ratio */
  enum axis_scale scale;
  double min, max;   /* NaN: from the data */
  char **categories; /* names of x = 1, 2, ...; NULL: numbers */
  size_t category_count;
  bool si; /* tick labels with SI prefixes: 10 k, 1 M; 10 ms */
};

/* The marks of a point. */
enum point_mark {
  MARK_PLAIN,
  MARK_OVERSUBSCRIBED, /* more workers than cores: hollow */
  MARK_SUSPECT,        /* outlier, drift, verdict doubtful: hollow, crossed */
  MARK_SPECIAL         /* a break-even, a peak: large; in a heat map the best of its row: "*" */
};

struct figure_point {
  double x, y;
  double low, high; /* of y's interval; NaN none */
  enum point_mark mark;
  char *label; /* shown on hover: "threads, n = 1000: 1.37 ms [1.36, 1.38]"; NULL: made from x and y
                */
};

enum series_shape {
  SHAPE_LINE_POINTS, /* measured medians with intervals, in order of x */
  SHAPE_POINTS,      /* single launches: small, no line */
  SHAPE_LINE,        /* a model's curve within what was measured */
  SHAPE_PREDICTION,  /* the curve beyond: dashed, with low .. high as a band */
  SHAPE_BOUND,       /* ideal, Amdahl, a roof: thin, grey, dotted */
  SHAPE_BARS
};

struct figure_series {
  char *name;
  int style;   /* 0 ..: colour, symbol and dash; the same variant has the same in all figures; -1:
                  grey */
  bool in_key; /* whether the legend has it */
  enum series_shape shape;
  struct figure_point *points;
  size_t point_count;
};

enum figure_kind {
  FIGURE_XY,
  FIGURE_DISTRIBUTION, /* a strip of all launches and a box for each category of x */
  FIGURE_HEAT /* rows x columns; the series are the rows, x the column's number, y the value */
};

/* The files of a figure, as bits, and how they are drawn. */
enum figure_format {
  FIGURE_SVG = 1,   /* ID.svg, always drawn: figure_svg (svg.h) reads it */
  FIGURE_PNG = 2,   /* ID.png, at twice the size in pixels */
  FIGURE_PDF = 4,   /* ID.pdf */
  FIGURE_TITLED = 8 /* with the title above the plot; without, a page or a paper's caption has it */
};

struct figure {
  char *id; /* file name and anchor: letters, digits, '-'; unique in the report */
  char *title;
  char *description; /* a sentence or two: the alternative text */
  enum figure_kind kind;
  struct figure_axis x, y;
  struct figure_series *series;
  size_t series_count;
  char **notes; /* under the figure: failures and excluded points, each with the reason */
  size_t note_count;
};

/* A new figure, all copied; the scales are linear, min and max NaN. */
struct figure *figure_new(enum figure_kind kind, const char *id, const char *title,
                          const char *description);
void figure_free(struct figure *figure); /* NULL is fine */

void axis_set(struct figure_axis *axis, const char *label, const char *unit, enum axis_scale scale);
void axis_category(struct figure_axis *axis, const char *name);

/* A new series at the end; valid until the next one is added. */
struct figure_series *figure_series(struct figure *figure, enum series_shape shape, int style,
                                    const char *name);
/* A new point at the end of a series; valid until the next one is added. label is NULL. */
struct figure_point *series_point(struct figure_series *series, double x, double y, double low,
                                  double high);
void figure_note(struct figure *figure, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
