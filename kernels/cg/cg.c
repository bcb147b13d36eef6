/* cg: the conjugate gradient method (M. Hestenes, E. Stiefel, 1952) on a Poisson problem A x = b,
 * without a matrix.
 *
 * A is the 5-point or 7-point Laplacian on a grid with zeros around it (cg_laplacian). A unit is a
 * row of the grid, or a plane. A pass makes a fixed number of iterations from x = 0:
 *
 *   tables     (set-up) what b is made of
 *   fill       (set-up) b
 *   start      (timed) x = 0, r = p = b, rr = r r
 *   apply      (timed, once an iteration, like those below) alpha = rr / (p A p)
 *   update     (timed) r -= alpha A p, beta = (new rr) / rr. A p is computed a second time rather
 *              than stored: that would cost 16 more bytes of traffic a point.
 *   direction  (timed) x += alpha p, p = r + beta p
 *   residual   (check) b - A x, point by point, compared with r; b of the next pass
 *
 * tuned.c has the tuned steps apply and update, setup.c the memory and the right-hand side,
 * oracle.c the residual. */
#include "kernels/cg/cg.h"

#include "kernels/blocks/path.h"
#include "kernels/cg/page.h"

enum { PHASE_TABLES, PHASE_FILL, PHASE_START, PHASE_APPLY, PHASE_UPDATE, PHASE_DIRECTION };
enum { PHASE_RESIDUAL = PHASE_DIRECTION + 1 };

static const struct kernel_option options[] = {
    {"dimensions", OPTION_COUNT, 2, 2, 3, "dimension", "of the grid"},
    {"iterations", OPTION_COUNT, 25, 0, 100000, "iteration", "of the method, in each pass"},
    PATH_OPTION,
    {0},
};

/* -- The algorithm: applying A ---------------------------------------------------------------- */

static double reference_apply(const struct cg_state *s, int64_t begin, int64_t end) {
  double sum = 0;
  for (int64_t unit = begin; unit < end; unit++)
    for (int64_t line = 0; line < s->lines; line++) {
      const struct cg_lines l = cg_lines_at(s, s->p, unit, line);
      for (int64_t i = 0; i < s->n; i++)
        sum += l.v[i] * cg_laplacian(s, &l, i);
    }
  return sum;
}

static double reference_update(const struct cg_state *s, int64_t begin, int64_t end) {
  double sum = 0;
  for (int64_t unit = begin; unit < end; unit++)
    for (int64_t line = 0; line < s->lines; line++) {
      const struct cg_lines l = cg_lines_at(s, s->p, unit, line);
      double *r = cg_line(s, s->r, unit, line);
      for (int64_t i = 0; i < s->n; i++) {
        r[i] -= s->alpha * cg_laplacian(s, &l, i);
        sum += r[i] * r[i];
      }
    }
  return sum;
}

static const struct cg_path reference = {reference_apply, reference_update};
static const struct cg_path *const paths[] = {
    [PATH_REFERENCE] = &reference, [PATH_TUNED] = &cg_tuned};

/* -- The method ------------------------------------------------------------------------------- */

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  ((struct cg_state *)opaque)->path = paths[problem->value[CG_PATH]];
  return cg_open(opaque, problem, part, error);
}

static void sum_combine(void *into, const void *from) {
  *(double *)into += *(const double *)from;
}

static void start_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct cg_state *s = opaque;
  const double *restrict b = cg_line(s, s->b, begin, 0);
  double *restrict x = cg_wide_line(s, s->x, begin, 0), *restrict r = cg_line(s, s->r, begin, 0);
  double *restrict p = cg_wide_line(s, s->p, begin, 0), sum = 0;
#pragma omp simd reduction(+ : sum)
  for (int64_t i = 0; i < (end - begin) * s->lines * s->n; i++) {
    x[i] = 0;
    r[i] = p[i] = b[i];
    sum += b[i] * b[i];
  }
  *(double *)partial = sum;
}

static int start_then(void *opaque, const void *total) {
  struct cg_state *s = opaque;
  s->rr = s->bb = *(const double *)total; /* there is a point: n >= 1 */
  s->iteration = 0;
  return s->iterations > 0 ? PHASE_APPLY : PHASE_END;
}

static void apply_request(void *opaque, struct request *request) {
  struct cg_state *s = opaque;
  cg_request_halo(s, s->p, request);
}

static void apply_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct cg_state *s = opaque;
  *(double *)partial = s->path->apply(s, begin, end);
}

/* Where nothing is left of the residual, nothing more happens, and not 0 / 0. */
static double ratio(double above, double below) {
  return below != 0 ? above / below : 0;
}

static int apply_then(void *opaque, const void *total) {
  struct cg_state *s = opaque;
  s->alpha = ratio(s->rr, *(const double *)total);
  if (s->iteration == 0)
    s->first_alpha = s->alpha;
  return PHASE_UPDATE;
}

static void update_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct cg_state *s = opaque;
  *(double *)partial = s->path->update(s, begin, end);
}

static int update_then(void *opaque, const void *total) {
  struct cg_state *s = opaque;
  double rr = *(const double *)total;
  s->beta = ratio(rr, s->rr);
  s->rr = rr;
  return PHASE_DIRECTION;
}

static void direction_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct cg_state *s = opaque;
  const double alpha = s->alpha, beta = s->beta, *restrict r = cg_line(s, s->r, begin, 0);
  double *restrict x = cg_wide_line(s, s->x, begin, 0), *restrict p =
                                                            cg_wide_line(s, s->p, begin, 0);
  (void)partial;
  for (int64_t i = 0; i < (end - begin) * s->lines * s->n; i++) {
    double direction = p[i];
    x[i] += alpha * direction;
    p[i] = r[i] + beta * direction;
  }
}

static int direction_then(void *opaque, const void *total) {
  struct cg_state *s = opaque;
  (void)total;
  return ++s->iteration < s->iterations ? PHASE_APPLY : PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_TABLES] = {.name = "tables",
                      .stage = STAGE_SETUP,
                      .extent = extent_one, /* parts of a table are of no use */
                      .body = cg_tables_body},
    [PHASE_FILL] = {.name = "fill",
                    .stage = STAGE_SETUP,
                    .extent = cg_fill_extent,
                    .body = cg_fill_body},
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
                        .request = cg_residual_request,
                        .body = cg_residual_body,
                        .partial_bytes = sizeof(struct cg_checked),
                        .combine = cg_residual_combine,
                        .edge = 1,
                        .then = cg_residual_then},
};

const struct kernel kernel_cg = {
    .name = "cg",
    .summary = "conjugate gradients on a Poisson problem, a fixed number of iterations",
    KERNEL_PAGE,
    .unit = "row or plane",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 1000, 1, 1 << 20, "point", "points along an edge of the grid"},
    .options = options,
    .state_bytes = sizeof(struct cg_state),
    .units = units_n,
    .open = open_part,
    .close = cg_close,
    KERNEL_PHASES(phases),
    .work = cg_work,
    .verify = cg_verify,
};
