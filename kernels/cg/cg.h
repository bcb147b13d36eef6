/* cg: what the kernel shares with its tuned implementation and its oracle. */
#ifndef QUARTET_CG_H
#define QUARTET_CG_H

#include "kernels/kernel.h"

enum { CG_DIMENSIONS, CG_ITERATIONS, CG_PATH }; /* options */

/* What CHECK finds: the sum of the squares of b - A x, the largest distance from the residual that
 * the iterations carried along, and over how many points. */
struct cg_checked {
  double square, largest;
  int64_t points;
};

struct cg_path;

/* All vectors hold the own units; x and p one more on both sides, for the neighbors', or zeros
 * where the grid ends. A unit is a row of n points, or a plane of n x n. */
struct cg_state {
  int64_t n, begin, end; /* this part owns units [begin, end) of n */
  int64_t lines;         /* of n points, in a unit */
  int dimensions;
  int64_t iterations, iteration;
  const struct cg_path *path;
  double *b, *x, *r, *p;  /* x and p: from the unit before the first own one */
  double *zeros;          /* a line beyond the grid */
  double *sines;          /* CG_MODES x n: each mode's wave along a line */
  double alpha, beta, rr; /* of the iteration under way; rr: the square of the residual's norm */
  double bb;              /* the square of the norm of b */
  double first_alpha;     /* of the first iteration */
  int64_t pass;           /* the one that b is of, from 0 */
  struct cg_checked checked;
};

/* An implementation of the two steps that apply A, for the units [begin, end). */
struct cg_path {
  double (*apply)(const struct cg_state *s, int64_t begin, int64_t end);  /* the sum of p A p */
  double (*update)(const struct cg_state *s, int64_t begin, int64_t end); /* r -= alpha A p; the
                                                                  sum of the squares of the new r */
};

extern const struct cg_path cg_tuned;

/* -- Lines ------------------------------------------------------------------------------------ */

/* Line `line` of a unit, which is a global number, in b or r. */
static inline double *cg_line(const struct cg_state *s, double *vector, int64_t unit,
                              int64_t line) {
  return vector + ((unit - s->begin) * s->lines + line) * s->n;
}

/* The same in x or p. */
static inline double *cg_wide_line(const struct cg_state *s, double *vector, int64_t unit,
                                   int64_t line) {
  return cg_line(s, vector, unit + 1, line);
}

/* A line of x or p and the lines beside it, zeros beyond the grid. */
struct cg_lines {
  const double *v, *up, *down, *front, *back; /* in two dimensions front and back are zeros */
};

static inline struct cg_lines cg_lines_at(const struct cg_state *s, double *vector, int64_t unit,
                                          int64_t line) {
  return (struct cg_lines){
      .v = cg_wide_line(s, vector, unit, line),
      .up = cg_wide_line(s, vector, unit - 1, line),
      .down = cg_wide_line(s, vector, unit + 1, line),
      .front = line > 0 ? cg_wide_line(s, vector, unit, line - 1) : s->zeros,
      .back = line + 1 < s->lines ? cg_wide_line(s, vector, unit, line + 1) : s->zeros,
  };
}

/* (A v) at point i of a line: 2 d v less all neighbors, which are 0 beyond the grid. */
static inline double cg_laplacian(const struct cg_state *s, const struct cg_lines *l, int64_t i) {
  const double left = i > 0 ? l->v[i - 1] : 0, right = i + 1 < s->n ? l->v[i + 1] : 0;
  return 2 * s->dimensions * l->v[i] -
         (left + right + l->up[i] + l->down[i] + (l->front[i] + l->back[i]));
}

/* The units beside the own ones of x or p. */
void cg_request_halo(const struct cg_state *s, double *vector, struct request *request);

/* -- Set-up ----------------------------------------------------------------------------------- */

/* b is a sum of at most this number of eigenvectors of A (modes). More than the iterations that are
 * made by default, or the residual would vanish. */
enum { CG_MODES = 48 };

int cg_mode_count(int64_t n);

/* The number of half waves of mode m along an axis, in 1..n. Along the lines (axis 0) the modes are
 * spread from the smoothest to the roughest; along the other axes in another order. */
int64_t cg_wave_number(int64_t n, int m, int axis);

/* The set-up phases: the tables s->zeros and s->sines, in one range; then the vectors, whose extent
 * is the own units and one on either side, which is a neighbor's or beyond the grid. */
void cg_tables_body(void *state, int64_t begin, int64_t end, void *partial);
int64_t cg_fill_extent(const void *state);
void cg_fill_body(void *state, int64_t begin, int64_t end, void *partial);

/* What b is multiplied by in a pass: powers of two of changing sign, so that rounding does not
 * depend on it and the x and r of one pass are wrong in the others. */
double cg_scale(int64_t pass);

/* The phase residual. */
void cg_residual_request(void *state, struct request *request);
void cg_residual_body(void *state, int64_t begin, int64_t end, void *partial);
void cg_residual_combine(void *into, const void *from);
int cg_residual_then(void *state, const void *total);

/* As in struct kernel; cg_open leaves s->path to the caller. */
int cg_open(void *state, const struct problem *problem, const struct part *part,
            struct error *error);
void cg_close(void *state);
struct work cg_work(const struct problem *problem, int parts);
struct verdict cg_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
