#include "analysis/figures/symbols.h"

#include <math.h>

#include "common/grow.h"

/* The shapes of gnuplot's svg terminal, of radius 1, as paths that a scale is applied to. */
static const struct shape {
  int type;
  int points; /* 0: a circle */
  double xy[5][2];
} shapes[] = {
    {3, 4, {{-1, -1}, {1, -1}, {1, 1}, {-1, 1}}},
    {5, 0, {{0}}},
    {7, 3, {{0, -1.33}, {-1.33, 0.67}, {1.33, 0.67}}},
    {9, 3, {{0, 1.33}, {-1.33, -0.67}, {1.33, -0.67}}},
    {11, 4, {{0, -1.414}, {1.414, 0}, {0, 1.414}, {-1.414, 0}}},
    {13, 5, {{0, 1.33}, {1.265, 0.411}, {0.782, -1.067}, {-0.782, -1.076}, {-1.265, 0.411}}},
};

size_t symbols_index(struct symbols *symbols, int type, double scale) {
  for (size_t i = 0; i < symbols->count; i++)
    if (symbols->symbols[i].type == type && fabs(symbols->symbols[i].scale - scale) < 0.01)
      return i;
  struct symbol *symbol = GROW(symbols->symbols, symbols->count);
  symbol->type = type;
  symbol->scale = scale;
  return symbols->count - 1;
}

static const char *const hollow = " stroke=\"currentColor\" stroke-width=\"1.2\" "
                                  "fill=\"var(--paper,#fff)\"";
static const char *const filled = " fill=\"currentColor\"";

/* Hollow symbols have odd numbers, the same shape filled the next one. */
static void write_shape(FILE *file, int type, double scale) {
  const struct shape *shape = NULL;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
    if (shapes[i].type == type || shapes[i].type == type - 1)
      shape = &shapes[i];
  const char *look = type % 2 != 0 ? hollow : filled;
  if (shape == NULL) { /* a cross, and what else gnuplot may draw */
    double arm = 0.9 * scale;
    fprintf(file,
            "<path d=\"M-%.3g-%.3gL%.3g %.3gM-%.3g %.3gL%.3g-%.3g\" stroke=\"currentColor\" "
            "stroke-width=\"1.2\"/>",
            arm, arm, arm, arm, arm, arm, arm, arm);
  } else if (shape->points == 0) {
    fprintf(file, "<circle r=\"%.3g\"%s/>", scale, look);
  } else {
    fputs("<path d=\"M", file);
    for (int i = 0; i < shape->points; i++)
      fprintf(file, "%s%.3g %.3g", i == 0 ? "" : " ", shape->xy[i][0] * scale,
              shape->xy[i][1] * scale);
    fprintf(file, "z\"%s/>", look);
  }
}

void symbols_write(FILE *file, const struct symbols *symbols, const char *prefix) {
  if (symbols->count == 0)
    return;
  fputs("<defs>", file);
  for (size_t i = 0; i < symbols->count; i++) {
    double reach = symbols->symbols[i].scale < 2.5 ? 3 : fmax(8, symbols->symbols[i].scale);
    fprintf(file, "<g id=\"%s%zu\"><circle r=\"%.0f\" pointer-events=\"all\"/>", prefix, i, reach);
    write_shape(file, symbols->symbols[i].type, symbols->symbols[i].scale);
    fputs("</g>", file);
  }
  fputs("</defs>\n", file);
}
