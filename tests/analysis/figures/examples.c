#include "examples.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/grow.h"

/* Noise that is the same in each run: xorshift64*, and about normal by a sum of twelve. */
static double uniform(void) {
  static uint64_t state = 0x9E3779B97F4A7C15U;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return (double)((state * 0x2545F4914F6CDD1DU) >> 11) / 9007199254740992.0;
}

static double normal(void) {
  double sum = -6;
  for (int i = 0; i < 12; i++)
    sum += uniform();
  return sum;
}

static void label(struct figure_point *point, const char *name, double x, double ms) {
  point->label =
      grow_text("%s, %g: %.3g ms [%.3g, %.3g]", name, x, ms, point->low * 1e3, point->high * 1e3);
}

static struct figure *time_against_n(void) {
  struct figure *figure =
      figure_new(FIGURE_XY, "time-sums", "Sums: time against the number of elements",
                 "Time of a sum against its number of elements, both logarithmic. Threads become "
                 "faster than serial from about 40,000 elements.");
  axis_set(&figure->x, "number of elements n", "", SCALE_LOG10);
  axis_set(&figure->y, "time", "s", SCALE_LOG10);
  figure->x.si = figure->y.si = true;
  static const char *const names[] = {"serial",           "omp, 2 threads",   "omp, 4 threads",
                                      "mpi, 2 processes", "mpi, 4 processes", "async"};
  static const double start_s[] = {0, 8e-6, 12e-6, 3e-6, 6e-6, 1e-6};
  static const double workers[] = {1, 1.95, 3.6, 1.9, 3.4, 1};
  for (int m = 0; m < 6; m++) {
    struct figure_series *series = figure_series(figure, SHAPE_LINE_POINTS, m, names[m]);
    for (double n = 1000; n <= 3e7; n *= 3.1622776601683795) {
      double y = (start_s[m] + n * 0.6e-9 / workers[m]) * (1 + 0.03 * normal());
      double half = y * (0.02 + 0.1 * uniform() * (n < 1e4));
      struct figure_point *point = series_point(series, round(n), y, y - half, y + half);
      point->mark = m == 4 && n > 1e5    ? MARK_OVERSUBSCRIBED
                    : m == 1 && n < 2000 ? MARK_SUSPECT
                                         : MARK_PLAIN;
      label(point, names[m], round(n), y * 1e3);
    }
  }
  struct figure_series *even =
      figure_series(figure, SHAPE_LINE_POINTS, 2, "break-even, omp, 4 threads");
  struct figure_point *point = series_point(even, 27700, 1.66e-5, NAN, NAN);
  point->mark = MARK_SPECIAL;
  point->label = grow_text("omp, 4 threads, is faster than serial from n = 27 700");
  return figure;
}

static struct figure *speedup(void) {
  struct figure *figure = figure_new(
      FIGURE_XY, "speedup-dgemm", "dgemm: speedup against cores",
      "Speedup over serial against the number of cores, with each launch, intervals, the ideal and "
      "Amdahl's law.");
  axis_set(&figure->x, "cores", "", SCALE_LOG2);
  axis_set(&figure->y, "speedup over serial", "", SCALE_LOG2);
  static const char *const names[] = {"omp", "mpi", "async"};
  for (int m = 0; m < 3; m++) {
    double serial = m == 0 ? 0.02 : m == 1 ? 0.06 : 0.3;
    struct figure_series *launches = figure_series(figure, SHAPE_POINTS, m, names[m]);
    launches->in_key = false;
    for (double p = 1; p <= 32; p *= 2)
      for (int i = 0; i < 20; i++)
        series_point(launches, p, (1 / (serial + (1 - serial) / p)) * (1 + 0.05 * normal()), NAN,
                     NAN)
            ->mark = p > 16 ? MARK_OVERSUBSCRIBED : MARK_PLAIN;
    struct figure_series *series = figure_series(figure, SHAPE_LINE_POINTS, m, names[m]);
    for (double p = 1; p <= 32; p *= 2) {
      double y = 1 / (serial + (1 - serial) / p);
      series_point(series, p, y, y * 0.96, y * 1.05)->mark =
          p > 16 ? MARK_OVERSUBSCRIBED : MARK_PLAIN;
    }
    char *name = grow_text("Amdahl, %s", names[m]);
    struct figure_series *law = figure_series(figure, SHAPE_BOUND, m, name);
    free(name);
    for (double p = 1; p <= 32; p *= 1.4142)
      series_point(law, p, 1.02 / (serial + (1 - serial) / p), NAN, NAN);
  }
  struct figure_series *ideal = figure_series(figure, SHAPE_BOUND, -1, "ideal");
  series_point(ideal, 1, 1, NAN, NAN);
  series_point(ideal, 32, 32, NAN, NAN);
  return figure;
}

static struct figure *efficiency(void) {
  struct figure *figure = figure_new(FIGURE_XY, "efficiency-dgemm", "dgemm: parallel efficiency",
                                     "Parallel efficiency against the number of cores.");
  axis_set(&figure->x, "cores", "", SCALE_LINEAR);
  axis_set(&figure->y, "parallel efficiency", "", SCALE_LINEAR);
  for (int m = 0; m < 2; m++) {
    struct figure_series *series =
        figure_series(figure, SHAPE_LINE_POINTS, m, m == 0 ? "omp" : "mpi");
    static const double cores[] = {1, 2, 4, 6, 8, 12, 16};
    for (size_t i = 0; i < 7; i++) {
      double y = 1 / (1 + 0.02 * (1 + m) * (cores[i] - 1));
      series_point(series, cores[i], y, y - 0.02, y + 0.02);
    }
  }
  struct figure_series *ideal = figure_series(figure, SHAPE_BOUND, -1, "ideal");
  series_point(ideal, 1, 1, NAN, NAN);
  series_point(ideal, 16, 1, NAN, NAN);
  return figure;
}

static struct figure *heat(void) {
  struct figure *figure =
      figure_new(FIGURE_HEAT, "matrix", "Speedup of each model for each kind of work",
                 "Speedup over serial of six variants for eight kinds of work; above 1 is faster.");
  static const char *const works[] = {"sums (memory-bound)",
                                      "matrix product (compute-bound)",
                                      "Monte Carlo π",
                                      "stencil, 5 points",
                                      "sorting",
                                      "waiting for answers",
                                      "locking",
                                      "ping-pong"};
  static const char *const models[] = {"omp",   "omp, 64 threads", "mpi",
                                       "async", "hybrid 2 × 2",    "serial"};
  axis_set(&figure->y, "speedup over serial", "", SCALE_LOG2);
  axis_set(&figure->x, "", "", SCALE_LINEAR);
  for (int i = 0; i < 6; i++)
    axis_category(&figure->x, models[i]);
  for (int i = 0; i < 8; i++) {
    struct figure_series *series = figure_series(figure, SHAPE_POINTS, i, works[i]);
    for (int j = 0; j < 6; j++) {
      double y = j == 5 ? 1 : exp2(2.2 * normal());
      series_point(series, j + 1, i == 7 && j < 2 ? NAN : y, y * 0.95, y * 1.05)->mark =
          j == 2            ? MARK_SPECIAL
          : j == 1 && i < 3 ? MARK_SUSPECT
                            : MARK_PLAIN;
    }
  }
  return figure;
}

static struct figure *distribution(void) {
  struct figure *figure =
      figure_new(FIGURE_DISTRIBUTION, "distribution", "Sums, n = 1 000 000: all launches",
                 "All launches of each variant, their quartiles and medians with intervals.");
  axis_set(&figure->y, "time", "s", SCALE_LOG10);
  figure->y.si = true;
  static const char *const names[] = {"serial", "omp, 2 threads", "omp, 4 threads",
                                      "mpi, 2 processes", "async"};
  static const double medians[] = {6.1e-4, 3.3e-4, 1.9e-4, 3.5e-4, 6.4e-4};
  for (int m = 0; m < 5; m++) {
    axis_category(&figure->x, names[m]);
    struct figure_series *launches = figure_series(figure, SHAPE_POINTS, m, names[m]);
    for (int i = 0; i < 30; i++) {
      double y = medians[m] * exp(0.03 * normal()) * (i % 10 == 9 ? 1.3 : 1);
      series_point(launches, m + 1, y, NAN, NAN)->mark = i % 10 == 9 ? MARK_SUSPECT : MARK_PLAIN;
    }
    struct figure_series *median = figure_series(figure, SHAPE_LINE_POINTS, m, names[m]);
    series_point(median, m + 1, medians[m], medians[m] * 0.985, medians[m] * 1.02);
  }
  return figure;
}

static struct figure *roofline(void) {
  struct figure *figure = figure_new(FIGURE_XY, "roofline", "Roofline",
                                     "Each kernel below what memory and cores give.");
  axis_set(&figure->x, "arithmetic intensity", "flop/B", SCALE_LOG2);
  axis_set(&figure->y, "performance", "Gflop/s", SCALE_LOG10);
  static const char *const roofs[] = {"L1, 210 GB/s", "L2, 95 GB/s", "memory, 21 GB/s"};
  static const double bandwidths[] = {210, 95, 21};
  for (int i = 0; i < 3; i++) {
    struct figure_series *roof = figure_series(figure, SHAPE_BOUND, -1, roofs[i]);
    series_point(roof, 1.0 / 32, bandwidths[i] / 32, NAN, NAN);
    series_point(roof, 85 / bandwidths[i], 85, NAN, NAN);
  }
  struct figure_series *peak = figure_series(figure, SHAPE_BOUND, -1, "dgemm, 85 Gflop/s");
  series_point(peak, 85.0 / 210, 85, NAN, NAN);
  series_point(peak, 128, 85, NAN, NAN);
  static const char *const names[] = {"stream", "stencil", "dgemm", "fft", "spmv"};
  static const double x[] = {1.0 / 12, 0.5, 60, 1.6, 0.16}, y[] = {1.7, 7, 80, 14, 2.2};
  for (int i = 0; i < 5; i++)
    series_point(figure_series(figure, SHAPE_LINE_POINTS, i, names[i]), x[i], y[i], y[i] * 0.97,
                 y[i] * 1.03);
  return figure;
}

static struct figure *prediction(void) {
  struct figure *figure = figure_new(
      FIGURE_XY, "prediction", "Stencil: predicted speedup",
      "Measured speedup up to 16 cores and the universal scalability law beyond, with its band.");
  axis_set(&figure->x, "cores", "", SCALE_LINEAR);
  axis_set(&figure->y, "speedup over serial", "", SCALE_LINEAR);
  for (int m = 0; m < 2; m++) {
    double sigma = m == 0 ? 0.02 : 0.05, kappa = m == 0 ? 0.0004 : 0.0008;
    struct figure_series *measured =
        figure_series(figure, SHAPE_LINE_POINTS, m, m == 0 ? "omp" : "mpi");
    for (double p = 1; p <= 16; p *= 2) {
      double y = p / (1 + sigma * (p - 1) + kappa * p * (p - 1));
      series_point(measured, p, y * 1.01, y * 0.97, y * 1.05);
    }
    struct figure_series *beyond =
        figure_series(figure, SHAPE_PREDICTION, m, m == 0 ? "omp, predicted" : "mpi, predicted");
    for (double p = 16; p <= 64; p += 4) {
      double y = p / (1 + sigma * (p - 1) + kappa * p * (p - 1));
      series_point(beyond, p, y, y * (1 - 0.005 * (p - 16)), y * (1 + 0.005 * (p - 16)));
    }
  }
  struct figure_series *ideal = figure_series(figure, SHAPE_BOUND, -1, "ideal");
  series_point(ideal, 1, 1, NAN, NAN);
  series_point(ideal, 64, 64, NAN, NAN);
  return figure;
}

static struct figure *bars(void) {
  struct figure *figure = figure_new(FIGURE_XY, "metg", "Minimum effective task granularity",
                                     "The smallest task of which half the time is work.");
  axis_set(&figure->y, "METG(50 %)", "s", SCALE_LOG10);
  axis_set(&figure->x, "", "", SCALE_LINEAR);
  figure->y.si = true;
  static const char *const names[] = {"omp, static", "omp, dynamic", "omp, tasks", "mpi",
                                      "async, pool"};
  for (int i = 0; i < 5; i++)
    axis_category(&figure->x, names[i]);
  for (int m = 0; m < 2; m++) {
    struct figure_series *series =
        figure_series(figure, SHAPE_BARS, m, m == 0 ? "2 cores" : "4 cores");
    for (int i = 0; i < 5; i++) {
      double y = 1e-6 * exp(1.5 * uniform() * i) * (1 + m);
      series_point(series, i + 1, y, y * 0.9, y * 1.1);
    }
  }
  return figure;
}

static void keep(struct figure ***figures, size_t *count, struct figure *figure) {
  *GROW(*figures, *count) = figure;
}

struct figure **examples_typical(size_t *count) {
  struct figure **figures = NULL;
  *count = 0;
  keep(&figures, count, time_against_n());
  keep(&figures, count, speedup());
  keep(&figures, count, efficiency());
  keep(&figures, count, heat());
  keep(&figures, count, distribution());
  keep(&figures, count, roofline());
  keep(&figures, count, prediction());
  keep(&figures, count, bars());
  return figures;
}

/* -- Degenerate data -------------------------------------------------------------------------- */

static struct figure *few(const char *id, enum axis_scale scale, size_t points, double y) {
  struct figure *figure = figure_new(FIGURE_XY, id, id, "");
  axis_set(&figure->x, "n", "", scale);
  axis_set(&figure->y, "time", "s", scale);
  figure->y.si = true;
  struct figure_series *series = figure_series(figure, SHAPE_LINE_POINTS, 0, "one");
  for (size_t i = 0; i < points; i++)
    series_point(series, (double)i + 1, y, y, y);
  return figure;
}

static struct figure *wide(enum figure_kind kind, const char *id, size_t series_count,
                           size_t points, size_t categories) {
  struct figure *figure = figure_new(kind, id, id, "");
  axis_set(&figure->x, "x", "", SCALE_LINEAR);
  axis_set(&figure->y, "y", "s", SCALE_LOG10);
  for (size_t i = 0; i < categories; i++) {
    char *name = grow_text("category %zu with quite a long name", i + 1);
    axis_category(&figure->x, name);
    free(name);
  }
  for (size_t s = 0; s < series_count; s++) {
    char *name = grow_text("series %zu", s + 1);
    struct figure_series *series = figure_series(
        figure, kind == FIGURE_DISTRIBUTION ? SHAPE_POINTS : SHAPE_LINE_POINTS, (int)s, name);
    free(name);
    for (size_t i = 0; i < points; i++) {
      size_t x = categories == 0 ? i : i % categories;
      series_point(series, (double)x + 1, exp(normal()) * (double)(s + 1), NAN, NAN);
    }
  }
  return figure;
}

static struct figure *magnitudes(void) {
  struct figure *figure = figure_new(FIGURE_XY, "magnitudes", "1e-9 to 1e9", "");
  axis_set(&figure->x, "n", "", SCALE_LOG10);
  axis_set(&figure->y, "time", "s", SCALE_LOG10);
  figure->x.si = figure->y.si = true;
  struct figure_series *series = figure_series(figure, SHAPE_LINE_POINTS, 0, "one");
  for (double x = 1e-9; x < 2e9; x *= 10)
    series_point(series, x, 1 / x, NAN, NAN);
  series_point(series, NAN, 1, NAN, NAN);
  series_point(series, 1, NAN, NAN, NAN);
  series_point(series, 0, 1, NAN, NAN);
  series_point(series, -1, INFINITY, NAN, NAN);
  return figure;
}

static struct figure *long_names(void) {
  struct figure *figure = figure_new(FIGURE_XY, "long-names", "Long names", "");
  axis_set(&figure->x,
           "a very long label of an axis that says far more than anybody would want to read beside "
           "a figure, and more",
           "unit", SCALE_LINEAR);
  axis_set(&figure->y,
           "a very long label of an axis that says far more than anybody would want to read beside "
           "a figure, and more",
           "", SCALE_LINEAR);
  for (int i = 0; i < 3; i++) {
    char *name = grow_text("%d: a model with options that make its name longer than the figure is "
                           "wide, and a little longer still than that",
                           i);
    struct figure_series *series =
        figure_series(figure, i == 2 ? SHAPE_BOUND : SHAPE_LINE_POINTS, i, name);
    free(name);
    series_point(series, 1, 1.001 + i * 0.001, NAN, NAN);
    series_point(series, 2, 1.002, NAN, NAN);
  }
  return figure;
}

struct figure **examples_degenerate(size_t *count) {
  struct figure **figures = NULL;
  *count = 0;
  keep(&figures, count, few("none", SCALE_LOG10, 0, 1));
  keep(&figures, count, figure_new(FIGURE_XY, "empty-xy", "", ""));
  keep(&figures, count, figure_new(FIGURE_HEAT, "empty-heat", "", ""));
  keep(&figures, count, figure_new(FIGURE_DISTRIBUTION, "empty-distribution", "", ""));
  keep(&figures, count, few("one-log", SCALE_LOG10, 1, 1e-3));
  keep(&figures, count, few("one-log2", SCALE_LOG2, 1, 1));
  keep(&figures, count, few("one-linear", SCALE_LINEAR, 1, 0));
  keep(&figures, count, few("equal-log", SCALE_LOG10, 5, 1e-3));
  keep(&figures, count, few("equal-linear", SCALE_LINEAR, 5, 2.5));
  keep(&figures, count, few("only-nan", SCALE_LINEAR, 3, NAN));
  keep(&figures, count, magnitudes());
  keep(&figures, count, wide(FIGURE_XY, "points-5000", 5, 1000, 0));
  keep(&figures, count, wide(FIGURE_XY, "series-40", 40, 12, 0));
  keep(&figures, count, wide(FIGURE_XY, "categories-200", 1, 200, 200));
  keep(&figures, count, wide(FIGURE_XY, "categories-6", 2, 6, 6));
  keep(&figures, count, wide(FIGURE_DISTRIBUTION, "rows-200", 1, 2000, 200));
  keep(&figures, count, wide(FIGURE_HEAT, "heat-40", 40, 30, 30));
  keep(&figures, count, long_names());
  return figures;
}

/* -- Hostile texts ---------------------------------------------------------------------------- */

static const char *const hostile[] = {
    "'; system('touch harm') #",
    "\"; system(\"touch harm\")",
    "`touch harm`",
    "$(touch harm)",
    "@harm {/Bold=30 big} a_b^c",
    "100 % %s %n %d",
    "back\\slash at the end \\",
    "line\nbreak\n!touch harm\r\n",
    "<script>alert(1)</script>",
    "]]> --> </text></svg>",
    "&amp; &#60; <a href='http://x'>",
    "not UTF-8: \xff\xfe\xc0\x80",
    "\x01\x1b[31m\x7f",
    "",
    "' . system('touch harm') . '",
    "it''s '' doubled",
};

static struct figure *hostile_figure(enum figure_kind kind, const char *id, const char *text) {
  struct figure *figure = figure_new(kind, id, text, text);
  axis_set(&figure->x, text, kind == FIGURE_XY ? text : "", SCALE_LINEAR);
  axis_set(&figure->y, text, text, SCALE_LINEAR);
  figure->y.si = true;
  for (size_t i = 0; i < 16; i++) {
    if (kind != FIGURE_XY)
      axis_category(&figure->x, hostile[i]);
    struct figure_series *series = figure_series(figure,
                                                 kind == FIGURE_DISTRIBUTION ? SHAPE_POINTS
                                                 : i % 4 == 3                ? SHAPE_BOUND
                                                                             : SHAPE_LINE_POINTS,
                                                 (int)i, hostile[i]);
    for (size_t j = 1; j <= 16; j++)
      series_point(series, (double)j, (double)(i + j), NAN, NAN)->label =
          j % 2 == 0 ? NULL : grow_text("%s", hostile[(i + j) % 16]);
  }
  figure_note(figure, "%s", text);
  return figure;
}

struct figure **examples_hostile(size_t *count) {
  struct figure **figures = NULL;
  *count = 0;
  for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
    static const enum figure_kind kinds[] = {FIGURE_XY, FIGURE_DISTRIBUTION, FIGURE_HEAT};
    char *id = grow_text("hostile-%zu", i);
    keep(&figures, count, hostile_figure(kinds[i % 3], id, hostile[i]));
    free(id);
  }
  return figures;
}

void examples_free(struct figure **figures, size_t count) {
  for (size_t i = 0; i < count; i++)
    figure_free(figures[i]);
  free(figures);
}
