/* cg: conjugate gradients on a Poisson problem, without a matrix. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/kernel.h"

enum { DIMENSIONS, ITERATIONS };
enum { PHASE_TABLES, PHASE_FILL, PHASE_START, PHASE_APPLY, PHASE_UPDATE, PHASE_DIRECTION };
enum { PHASE_RESIDUAL = PHASE_DIRECTION + 1 };

/* How many eigenvectors the right-hand side is made of, at most. More than the iterations that are
 * made by default, or the residual would vanish. */
enum { MODES = 48 };

/* Points of a line that are updated and then summed. */
enum { PIECE = 1024 };

static const struct kernel_option options[] = {
    {"dimensions", OPTION_COUNT, 2, 2, 3, "dimension", "of the grid"},
    {"iterations", OPTION_COUNT, 25, 0, 100000, "iteration", "of the method, in each pass"},
    {0},
};

/* What CHECK finds: the sum of the squares of b - A x, the largest distance from the residual that
 * the iterations carried along, and over how many points. */
struct finding {
  double square, largest;
  int64_t points;
};

/* All vectors hold the own units; x and p one more on both sides, for the neighbours', or zeros
 * where the grid ends. A unit is a row of n points, or a plane of n x n. */
struct state {
  int64_t n, begin, end; /* this part owns units [begin, end) of n */
  int64_t lines;         /* of n points, in a unit */
  int dimensions;
  int64_t iterations, iteration;
  double *b, *x, *r, *p;  /* x and p: from the unit before the first own one */
  double *zeros;          /* a line beyond the grid */
  double *sines;          /* MODES x n: sin(pi k (i + 1) / (n + 1)) for each mode */
  double alpha, beta, rr; /* of the iteration under way; rr: the square of the residual's norm */
  double bb;              /* the square of the norm of b */
  struct finding finding;
};

static int64_t power(int64_t base, int64_t exponent) {
  return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

static int64_t units(const struct problem *problem) {
  return problem->n;
}

static int mode_count(int64_t n) {
  return n < MODES ? (int)n : MODES;
}

/* The number of half waves of mode m along an axis, in 1..n. Along the lines (axis 0) the modes are
 * spread from the smoothest to the roughest; along the other axes in another order, since a sum of
 * products of equal waves is next to nothing away from the diagonal. */
static int64_t wave_number(int64_t n, int m, int axis) {
  static const int stride[] = {1, 5, 11};
  int count = mode_count(n), place = (m * stride[axis] + 3 * axis) % count;
  return count == 1 ? 1 : 1 + place * (n - 1) / (count - 1);
}

static int allocate(double **memory, int64_t count, int64_t doubles, const char *what,
                    struct error *error) {
  void *got;
  if (memory_allocate(&got, count, (size_t)doubles * sizeof(double), what, error))
    return error->code;
  *memory = got;
  return 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  s->n = problem->n;
  s->begin = part->begin;
  s->end = part->end;
  s->dimensions = (int)problem->value[DIMENSIONS];
  s->iterations = problem->value[ITERATIONS];
  s->lines = power(s->n, s->dimensions - 2);
  int64_t own = part->end - part->begin, unit = s->lines * s->n; /* n is at most 2^20 */
  if (allocate(&s->b, own, unit, "the right-hand side", error) ||
      allocate(&s->x, own + 2, unit, "the solution", error) ||
      allocate(&s->r, own, unit, "the residual", error) ||
      allocate(&s->p, own + 2, unit, "the direction", error) ||
      allocate(&s->zeros, 1, s->n, "a line of zeros", error) ||
      allocate(&s->sines, MODES, s->n, "the modes", error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->b);
  free(s->x);
  free(s->r);
  free(s->p);
  free(s->zeros);
  free(s->sines);
}

/* Line `line` of a unit; `unit` is a global number, and `wide` one of x and p. */
static double *own_line(const struct state *s, double *vector, int64_t unit, int64_t line) {
  return vector + ((unit - s->begin) * s->lines + line) * s->n;
}

static double *wide_line(const struct state *s, double *vector, int64_t unit, int64_t line) {
  return own_line(s, vector, unit + 1, line);
}

/* The places of the own units and of one on either side, which is a neighbour's or beyond the grid.
 */
static int64_t fill_extent(const void *opaque) {
  const struct state *s = opaque;
  return s->end - s->begin + 2;
}

/* Mode m at place i along an axis. */
static double sine(const struct state *s, int m, int axis, int64_t i) {
  return sin(M_PI * (double)wave_number(s->n, m, axis) * (double)(i + 1) / (double)(s->n + 1));
}

static void zero_line(double *restrict line, int64_t n) {
  for (int64_t i = 0; i < n; i++)
    line[i] = 0;
}

/* b is a sum of eigenvectors of A, each the product of a wave along every axis. */
static void fill_line(const struct state *s, int64_t unit, int64_t line) {
  double *restrict b = own_line(s, s->b, unit, line);
  zero_line(b, s->n);
  for (int m = 0; m < mode_count(s->n); m++) {
    const double *restrict sines = s->sines + m * s->n;
    double factor = sine(s, m, 1, unit) * (s->dimensions == 3 ? sine(s, m, 2, line) : 1);
    for (int64_t i = 0; i < s->n; i++)
      b[i] += factor * sines[i];
  }
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t place = begin; place < end; place++) {
    int64_t unit = s->begin + place - 1;
    for (int64_t line = 0; line < s->lines; line++) {
      zero_line(wide_line(s, s->x, unit, line), s->n);
      zero_line(wide_line(s, s->p, unit, line), s->n);
      if (unit < s->begin || unit >= s->end)
        continue;
      zero_line(own_line(s, s->r, unit, line), s->n);
      fill_line(s, unit, line);
    }
  }
}

/* The tables that fill_body reads: one range, since parts of a table are of no use. */
static int64_t one(const void *opaque) {
  (void)opaque;
  return 1;
}

static void tables_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)begin;
  (void)end;
  (void)partial;
  zero_line(s->zeros, s->n);
  for (int m = 0; m < MODES; m++)
    for (int64_t i = 0; i < s->n; i++)
      s->sines[m * s->n + i] = m < mode_count(s->n) ? sine(s, m, 0, i) : 0;
}

static void sum_combine(void *into, const void *from) {
  *(double *)into += *(const double *)from;
}

/* x = 0, r = p = b; the square of b's norm. */
static void start_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t points = s->lines * s->n;
  double sum = 0;
  for (int64_t unit = begin; unit < end; unit++) {
    const double *restrict b = own_line(s, s->b, unit, 0);
    double *restrict x = wide_line(s, s->x, unit, 0), *restrict r = own_line(s, s->r, unit, 0);
    double *restrict p = wide_line(s, s->p, unit, 0);
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < points; i++) {
      x[i] = 0;
      r[i] = p[i] = b[i];
      sum += b[i] * b[i];
    }
  }
  *(double *)partial = sum;
}

static int start_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->rr = s->bb = *(const double *)total; /* there is a point: n >= 1 */
  s->iteration = 0;
  return s->iterations > 0 ? PHASE_APPLY : PHASE_END;
}

static void request_halo(const struct state *s, double *vector, struct request *request) {
  request->kind = REQUEST_HALO;
  request->as.halo = (struct halo){
      .own = wide_line(s, vector, s->begin, 0),
      .unit_bytes = (size_t)(s->lines * s->n) * sizeof(double),
      .width = 1,
  };
}

static void apply_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  request_halo(s, s->p, request);
}

/* A line of a vector v and the lines beside it: A v = 2 d v - (all neighbours). */
struct lines {
  const double *v, *up, *down, *front, *back; /* front, back: in three dimensions */
};

static struct lines lines_at(const struct state *s, double *vector, int64_t unit, int64_t line) {
  struct lines lines = {
      .v = wide_line(s, vector, unit, line),
      .up = wide_line(s, vector, unit - 1, line),
      .down = wide_line(s, vector, unit + 1, line),
      .front = line > 0 ? wide_line(s, vector, unit, line - 1) : s->zeros,
      .back = line + 1 < s->lines ? wide_line(s, vector, unit, line + 1) : s->zeros,
  };
  return lines;
}

/* (A v) at point i, whose neighbours along the line are given. */
__attribute__((always_inline)) static inline double
apply_at(const struct lines *l, int64_t i, double left, double right, int dimensions) {
  double sum = left + right + l->up[i] + l->down[i];
  if (dimensions == 3)
    sum += l->front[i] + l->back[i];
  return 2 * dimensions * l->v[i] - sum;
}

/* The sum over a line of v times A v. */
__attribute__((always_inline)) static inline double dot_line(const struct lines *lines, int64_t n,
                                                             int dimensions) {
  const struct lines l = *lines;
  if (n == 1)
    return l.v[0] * apply_at(&l, 0, 0, 0, dimensions);
  double sum = l.v[0] * apply_at(&l, 0, 0, l.v[1], dimensions) +
               l.v[n - 1] * apply_at(&l, n - 1, l.v[n - 2], 0, dimensions);
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 1; i < n - 1; i++)
    sum += l.v[i] * apply_at(&l, i, l.v[i - 1], l.v[i + 1], dimensions);
  return sum;
}

static void apply_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  double sum = 0;
  for (int64_t unit = begin; unit < end; unit++)
    for (int64_t line = 0; line < s->lines; line++) {
      const struct lines lines = lines_at(s, s->p, unit, line);
      sum += s->dimensions == 2 ? dot_line(&lines, s->n, 2) : dot_line(&lines, s->n, 3);
    }
  *(double *)partial = sum;
}

/* Where nothing is left of the residual, nothing more happens, and not 0 / 0. */
static double ratio(double above, double below) {
  return below != 0 ? above / below : 0;
}

static int apply_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->alpha = ratio(s->rr, *(const double *)total);
  return PHASE_UPDATE;
}

/* r -= alpha A p along a line; the sum of the squares of the new r. A p is computed a second time
 * rather than kept: that would cost 16 more bytes of traffic a point. */
__attribute__((always_inline)) static inline double update_line(const struct lines *lines,
                                                                double *restrict r, double alpha,
                                                                int64_t n, int dimensions) {
  const struct lines l = *lines;
  const int64_t last = n - 1;
  r[0] -= alpha * apply_at(&l, 0, 0, n > 1 ? l.v[1] : 0, dimensions);
  double sum = r[0] * r[0];
  if (n == 1)
    return sum;
  r[last] -= alpha * apply_at(&l, last, l.v[last - 1], 0, dimensions);
  sum += r[last] * r[last];
  /* a short piece at a time, in two loops of which the second finds r in the nearest cache: clang
   * does not vectorise the two as one */
  for (int64_t begin = 1; begin < last; begin += PIECE) {
    const int64_t end = last - begin < PIECE ? last : begin + PIECE;
    for (int64_t i = begin; i < end; i++)
      r[i] -= alpha * apply_at(&l, i, l.v[i - 1], l.v[i + 1], dimensions);
#pragma omp simd reduction(+ : sum)
    for (int64_t i = begin; i < end; i++)
      sum += r[i] * r[i];
  }
  return sum;
}

static void update_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  double sum = 0;
  for (int64_t unit = begin; unit < end; unit++)
    for (int64_t line = 0; line < s->lines; line++) {
      const struct lines lines = lines_at(s, s->p, unit, line);
      double *r = own_line(s, s->r, unit, line);
      sum += s->dimensions == 2 ? update_line(&lines, r, s->alpha, s->n, 2)
                                : update_line(&lines, r, s->alpha, s->n, 3);
    }
  *(double *)partial = sum;
}

static int update_then(void *opaque, const void *total) {
  struct state *s = opaque;
  double rr = *(const double *)total;
  s->beta = ratio(rr, s->rr);
  s->rr = rr;
  return PHASE_DIRECTION;
}

/* x += alpha p and p = r + beta p, in one go. */
static void direction_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const double alpha = s->alpha, beta = s->beta;
  const int64_t points = s->lines * s->n;
  (void)partial;
  for (int64_t unit = begin; unit < end; unit++) {
    double *restrict x = wide_line(s, s->x, unit, 0), *restrict p = wide_line(s, s->p, unit, 0);
    const double *restrict r = own_line(s, s->r, unit, 0);
    for (int64_t i = 0; i < points; i++) {
      double direction = p[i];
      x[i] += alpha * direction;
      p[i] = r[i] + beta * direction;
    }
  }
}

static int direction_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  return ++s->iteration < s->iterations ? PHASE_APPLY : PHASE_END;
}

static void residual_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  request_halo(s, s->x, request);
}

/* b - A x, point by point. */
static void residual_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  struct finding finding = {0, 0, (end - begin) * s->lines * s->n};
  for (int64_t unit = begin; unit < end; unit++)
    for (int64_t line = 0; line < s->lines; line++) {
      const struct lines l = lines_at(s, s->x, unit, line);
      const double *b = own_line(s, s->b, unit, line), *r = own_line(s, s->r, unit, line);
      for (int64_t i = 0; i < s->n; i++) {
        double left = i > 0 ? l.v[i - 1] : 0, right = i + 1 < s->n ? l.v[i + 1] : 0;
        double residual = b[i] - apply_at(&l, i, left, right, s->dimensions);
        double distance = fabs(residual - r[i]);
        finding.square += residual * residual;
        if (distance > finding.largest || isnan(distance)) /* and NaN stays */
          finding.largest = distance;
      }
    }
  *(struct finding *)partial = finding;
}

static void residual_combine(void *into, const void *from) {
  struct finding *a = into;
  const struct finding *b = from;
  a->square += b->square;
  a->points += b->points;
  if (b->largest > a->largest || isnan(b->largest))
    a->largest = b->largest;
}

static int residual_then(void *opaque, const void *total) {
  ((struct state *)opaque)->finding = *(const struct finding *)total;
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_TABLES] = {.name = "tables", .stage = STAGE_SETUP, .extent = one, .body = tables_body},
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .extent = fill_extent, .body = fill_body},
    [PHASE_START] = {.name = "start",
                     .stage = STAGE_TIMED,
                     .body = start_body,
                     .partial_bytes = sizeof(double),
                     .combine = sum_combine,
                     .then = start_then},
    [PHASE_APPLY] = {.name = "apply",
                     .stage = STAGE_TIMED,
                     .request = apply_request,
                     .body = apply_body,
                     .partial_bytes = sizeof(double),
                     .combine = sum_combine,
                     .edge = 1,
                     .then = apply_then},
    [PHASE_UPDATE] = {.name = "update",
                      .stage = STAGE_TIMED,
                      .body = update_body,
                      .partial_bytes = sizeof(double),
                      .combine = sum_combine,
                      .then = update_then},
    [PHASE_DIRECTION] = {.name = "direction",
                         .stage = STAGE_TIMED,
                         .body = direction_body,
                         .then = direction_then},
    [PHASE_RESIDUAL] = {.name = "residual",
                        .stage = STAGE_CHECK,
                        .request = residual_request,
                        .body = residual_body,
                        .partial_bytes = sizeof(struct finding),
                        .combine = residual_combine,
                        .edge = 1,
                        .then = residual_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n, d = (double)problem->value[DIMENSIONS];
  double iterations = (double)problem->value[ITERATIONS];
  double points = pow(n, d), unit = pow(n, d - 1);
  return (struct work){
      /* 2 d + 1 for A p, 2 for each of two dot products, 2 for each of three vector updates */
      .operations = iterations * (2 * d + 1 + 10) * points,
      /* read p; read p and r, write r; read x, p and r, write x and p; once: read b, write x, r, p
       */
      .bytes = (iterations * 9 + 4) * sizeof(double) * points,
      .messages = iterations * 2 * (parts - 1),
      .memory = sizeof(double) * (4 * points + parts * (4 * unit + (MODES + 1) * n)),
  };
}

/* The square of the residual's norm after so many iterations, worked out for the modes alone. In
 * the basis of the eigenvectors A is diagonal and b has the same component in each of MODES places,
 * so conjugate gradients are a matter of MODES numbers, whatever the grid. The first `iterations`
 * of them, in long double; `bb` is the square of the norm of b. */
static double expected_square(const struct problem *problem, double *bb) {
  const int count = mode_count(problem->n);
  const int d = (int)problem->value[DIMENSIONS];
  const double n1 = (double)problem->n + 1;
  long double value[MODES], r[MODES], p[MODES], rr = 0, weight = powl(n1 / 2, d);
  for (int m = 0; m < count; m++) {
    value[m] = 0;
    for (int axis = 0; axis < d; axis++) {
      long double half =
          sinl((long double)M_PI * (long double)wave_number(problem->n, m, axis) / (2 * n1));
      value[m] += 4 * half * half;
    }
    r[m] = p[m] = 1;
    rr += 1;
  }
  *bb = (double)(rr * weight);
  for (int64_t i = 0; i < problem->value[ITERATIONS] && rr > 1e-40L; i++) {
    long double pq = 0, next = 0;
    for (int m = 0; m < count; m++)
      pq += value[m] * p[m] * p[m];
    for (int m = 0; m < count; m++) {
      r[m] -= rr / pq * value[m] * p[m];
      next += r[m] * r[m];
    }
    for (int m = 0; m < count; m++)
      p[m] = r[m] + next / rr * p[m];
    rr = next;
  }
  return (double)(rr * weight);
}

static void worsen(struct verdict *verdict, double error) {
  if (error > verdict->error || isnan(error)) /* and NaN stays */
    verdict->error = error;
}

/* All as norms, relative to that of b. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  double bb, norm = sqrt(s->rr), expected = sqrt(expected_square(problem, &bb)), size = sqrt(bb);
  struct verdict verdict = {.tolerance = 1e-11};
  (void)passes; /* each pass begins anew */
  snprintf(verdict.value, sizeof verdict.value, "%.12g", norm / size);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", expected / size);
  worsen(&verdict, fabs(norm - expected) / size);
  worsen(&verdict, fabs(sqrt(s->bb) - size) / size);
  worsen(&verdict, fabs(sqrt(s->finding.square) - norm) / size);
  worsen(&verdict, s->finding.largest / size);
  if (s->finding.points != power(problem->n, problem->value[DIMENSIONS]) ||
      s->iteration != problem->value[ITERATIONS])
    worsen(&verdict, 1);
  return verdict;
}

const struct kernel kernel_cg = {
    .name = "cg",
    .summary = "conjugate gradients on a Poisson problem, a fixed number of iterations",
    .description =
        "Solves A x = b by the conjugate gradient method (M. Hestenes, E. Stiefel, 1952), where A "
        "is the 5-point or 7-point Laplacian on n x n or n x n x n points with zeros around them, "
        "for a fixed number of iterations from x = 0. There is no matrix: A p is computed from p, "
        "twice in each iteration rather than kept. The points are cut into rows or planes.",
    .counting =
        "2 d + 1 flop a point for A p (once, though it is computed twice), 2 for each of two dot "
        "products and of three vector updates: 15 or 17 a point and iteration. Bytes: 72 a point "
        "and iteration (p is read for p A p; p and r are read and r is written for the residual; "
        "x, p and r are read and x and p written for the rest), and 32 a point once.",
    .oracle =
        "b is a sum of up to 48 eigenvectors of A with known eigenvalues, of which conjugate "
        "gradients see nothing but 48 numbers: the oracle runs the method on those, without a "
        "grid, in long double, and the norm of the residual after all iterations must agree. So "
        "must the norm of b with its closed form, and b - A x, computed point by point after every "
        "pass, with the residual that the iterations carried along. Relative to the norm of b, "
        "1e-11; rounding was seen to make some 1e-14.",
    .exchanged =
        "A row or plane of p with each neighbour before A p is computed, while the inside is; and "
        "two sums in each iteration, on which all parts wait.",
    .expectation =
        "The memory limits grids that do not fit the caches. Small ones are limited by the two "
        "sums: each is a synchronisation of all workers, twice an iteration.",
    .unit = "row or plane",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 1000, 1, 1 << 20, "point", "points along an edge of the grid"},
    .options = options,
    .state_bytes = sizeof(struct state),
    .units = units,
    .open = open_part,
    .close = close_part,
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
    .work = work,
    .verify = verify,
};
