#include "analysis/figures/style.h"

#include <math.h>
#include <stddef.h>

int style_colour_index(int style) {
  return style < 0 ? -1 : style % STYLE_COLOURS;
}

const char *style_colour(int colour_index) {
  static const char *const colours[STYLE_COLOURS] = {
      "#0072B2", /* blue */
      "#D55E00", /* vermilion */
      "#009E73", /* bluish green */
      "#CC79A7", /* reddish purple */
      "#56B4E9", /* sky blue */
      "#E69F00", /* orange */
      "#000000"  /* black */
  };
  return colour_index < 0 ? "#666666" : colours[colour_index];
}

/* After all colours are used once, the next round pairs them with other symbols and dashes. */
static int shifted(int style, int count) {
  return style < 0 ? 0 : (style + style / STYLE_COLOURS * 2) % count;
}

int style_symbol(int style, int hollow) {
  /* circle, square, triangle, diamond, triangle downward, pentagon */
  static const int filled[STYLE_SYMBOLS] = {7, 5, 9, 13, 11, 15};
  return filled[shifted(style, STYLE_SYMBOLS)] - (hollow ? 1 : 0);
}

const char *style_dash(int style) {
  static const char *const dashes[STYLE_DASHES] = {"solid", "(12,4)", "(4,4)", "(12,4,3,4)",
                                                   "(18,5)"};
  return dashes[shifted(style, STYLE_DASHES)];
}

const char *style_heat_colour(int level) {
  static const char *const colours[2 * STYLE_HEAT_STEPS + 1] = {
      "#7F3B08", "#B35806", "#E08214", "#FDB863", "#FEE0B6", "#F7F7F7",
      "#D8DAEB", "#B2ABD2", "#8073AC", "#542788", "#2D004B"};
  return colours[level + STYLE_HEAT_STEPS];
}

const char *style_heat_text(int level) {
  return level <= -4 || level >= 3 ? "#FFFFFF" : "#000000";
}

int style_heat_ratio_level(double ratio) {
  static const double from[STYLE_HEAT_STEPS] = {1.05, 1.4, 2.5, 5, 12};
  if (isnan(ratio))
    return 0;
  double factor = ratio < 1 ? 1 / ratio : ratio; /* of 0 and below: infinite, negative */
  int level = 0;
  while (level < STYLE_HEAT_STEPS && (factor >= from[level] || factor < 0))
    level++;
  return ratio < 1 ? -level : level;
}
