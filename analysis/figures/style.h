/* Colours, symbols and dashes of the figures. A style index gives all three, so that series can be
 * distinguished without colour, too.
 *
 * The colours of series are those of Okabe and Ito, "Color Universal Design" (2008), without yellow
 * and black. */
#ifndef QUARTET_ANALYSIS_FIGURES_STYLE_H
#define QUARTET_ANALYSIS_FIGURES_STYLE_H

enum { STYLE_COLOURS = 7, STYLE_SYMBOLS = 6, STYLE_DASHES = 5 };

/* Sizes of points, in gnuplot's unit (a radius of about 4.5 pixels). */
#define STYLE_SIZE_NORMAL 0.75
#define STYLE_RADIUS_PX 3.0 /* covered by every symbol of this size */
#define STYLE_SIZE_LAUNCH 0.4
#define STYLE_SIZE_CROSS 0.6
#define STYLE_SIZE_SPECIAL 1.5

/* 0 .. STYLE_COLOURS - 1; a negative style is grey: -1. */
int style_colour_index(int style);
/* "#0072B2"; of -1: grey. */
const char *style_colour(int colour_index);

/* gnuplot's point type of a style: filled, or hollow. */
int style_symbol(int style, int hollow);

/* gnuplot's dash pattern of a style: "solid" or "(8,3)". */
const char *style_dash(int style);

/* Heat maps: a diverging scale of 2 * STYLE_HEAT_STEPS + 1 levels (ColorBrewer's PuOr, readable by
 * the colour-blind: Brewer, Harrower, 2013), orange below, purple above the middle. A sequential
 * scale takes its upper half. Levels run from -STYLE_HEAT_STEPS to STYLE_HEAT_STEPS. */
enum { STYLE_HEAT_STEPS = 5 };
const char *style_heat_colour(int level);
/* The text colour with enough contrast on it. */
const char *style_heat_text(int level);
/* The level of a ratio: 0 within 5 % of 1, then from a factor of 1.05, 1.4, 2.5, 5 and 12 on, so
 * that most ratios between models get different levels; NaN gives 0. */
int style_heat_ratio_level(double ratio);

#endif
