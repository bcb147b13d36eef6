/* dgemm: C += A B of n x n doubles by SUMMA on a column of parts (R. van de Geijn, J. Watts, 1997).
 *
 * A part owns consecutive rows of A and C, and every parts-th panel of B, which is some consecutive
 * rows. One panel after another is broadcast to all parts, which multiply it with the same columns
 * of A, while the next one is under way. A unit is a row of C.
 *
 *   fill_rows, fill_panels  (set-up) A, C and the buffers; B
 *   prepare   (timed, once for each panel) receives the first panel; packs for the tuned path
 *   multiply  (timed, once for each panel) C += the panel's columns of A times the panel
 *   advance   (timed) changes a row of each panel of B, so that each pass computes something else
 *   product, compare  (check) see oracle.c, which also has the elements of A and B
 *
 * tuned.c multiplies in tiles of C that registers hold; openblas.c calls OpenBLAS. */
#include "kernels/dgemm/dgemm.h"

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/path.h"
#include "kernels/dgemm/page.h"

enum { PANEL, BLAS, PATH };
enum { BLAS_PLAIN, BLAS_OPENBLAS };
enum { FILL_ROWS, FILL_PANELS, PREPARE, MULTIPLY, ADVANCE, PRODUCT, COMPARE };

static const char *const blas_words[] = {"plain", "openblas", NULL};

static const struct kernel_option options[] = {
    {"panel", OPTION_COUNT, 256, 1, 1 << 17, "row",
     "rows of B that are sent and multiplied at a time"},
    {"blas", OPTION_CHOICE, BLAS_PLAIN, 0, BLAS_OPENBLAS, NULL,
     "the tuned path: our own loops, or OpenBLAS where the build has it", blas_words},
    PATH_OPTION,
    {0},
};

/* -- The algorithm: the product --------------------------------------------------------------- */

static void reference(const struct dgemm_product *p) {
  for (int64_t i = 0; i < p->rows; i++)
    for (int64_t k = 0; k < p->depth; k++) {
      const double a = p->a[i * p->a_stride + k], *restrict b = p->b + k * p->b_stride;
      double *restrict c = p->c + i * p->c_stride;
      for (int64_t j = 0; j < p->columns; j++)
        c[j] += a * b[j];
    }
}

static dgemm_multiply *const paths[] = {[PATH_REFERENCE] = reference, [PATH_TUNED] = dgemm_tuned};

/* -- The panels ------------------------------------------------------------------------------- */

/* Where a panel lies, or comes to lie if it is another part's. */
static double *panel_at(const struct dgemm_state *s, int64_t panel) {
  return panel % s->parts == s->part ? s->b + panel / s->parts * s->width * s->n
                                     : s->received[panel % 2];
}

static int64_t own_rows(const void *opaque) {
  return ((const struct dgemm_state *)opaque)->own_rows;
}

static int64_t own_panels(const void *opaque) {
  const struct dgemm_state *s = opaque;
  return quotient_up(s->own_rows, s->width);
}

/* Only the tuned path packs: OpenBLAS does it by itself. */
static int64_t strips_to_pack(const void *opaque) {
  const struct dgemm_state *s = opaque;
  return s->packed ? dgemm_strips(s->n) : 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct dgemm_state *s = opaque;
  s->n = problem->n;
  s->width = problem->value[PANEL];
  s->multiply = paths[problem->value[PATH]];
  if (s->multiply == dgemm_tuned && problem->value[BLAS] == BLAS_OPENBLAS &&
      dgemm_load_openblas(&s->multiply, error))
    return error->code;
  return dgemm_open(s, part, error);
}

/* -- The product ------------------------------------------------------------------------------ */

static void request_panel(const struct dgemm_state *s, int64_t panel, struct request *request) {
  if (panel >= s->panels)
    return;
  request->kind = REQUEST_BROADCAST;
  request->as.broadcast = (struct broadcast){
      .root = (int)(panel % s->parts),
      .bytes = panel_at(s, panel),
      .size = (size_t)(dgemm_panel_rows(s, panel) * s->n) * sizeof(double),
  };
}

/* The first panel; the others come while the one before is multiplied. */
static void prepare_request(void *opaque, struct request *request) {
  const struct dgemm_state *s = opaque;
  if (s->panel == 0)
    request_panel(s, 0, request);
}

static void prepare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct dgemm_state *s = opaque;
  (void)partial;
  dgemm_pack(s->packed, panel_at(s, s->panel), s->n, dgemm_panel_rows(s, s->panel), s->n, begin,
             end);
}

static void multiply_request(void *opaque, struct request *request) {
  const struct dgemm_state *s = opaque;
  request_panel(s, s->panel + 1, request);
}

static void multiply_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct dgemm_state *s = opaque;
  const int64_t n = s->n, row = begin - s->begin;
  (void)partial;
  s->multiply(&(struct dgemm_product){
      .rows = end - begin,
      .columns = n,
      .depth = dgemm_panel_rows(s, s->panel),
      .a = s->a + row * n + s->panel * s->width,
      .b = panel_at(s, s->panel),
      .c = s->c + row * n,
      .a_stride = n,
      .b_stride = n,
      .c_stride = n,
      .packed = s->packed,
      .copies = s->copies ? s->copies + row * DGEMM_DEPTH : NULL,
  });
}

static int multiply_then(void *opaque, const void *total) {
  struct dgemm_state *s = opaque;
  (void)total;
  if (++s->panel >= s->panels)
    return ADVANCE;
  return s->packed ? PREPARE : MULTIPLY;
}

static void advance_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct dgemm_state *s = opaque;
  const double change = s->passes % DGEMM_CYCLE == DGEMM_CYCLE - 1 ? 1 - DGEMM_CYCLE : 1;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    double *restrict b = s->b + i * s->width * s->n;
    for (int64_t j = 0; j < s->n; j++)
      b[j] += change;
  }
}

static int advance_then(void *opaque, const void *total) {
  struct dgemm_state *s = opaque;
  (void)total;
  s->panel = 0;
  s->passes++;
  return PHASE_END;
}

static const struct phase phases[] = {
    [FILL_ROWS] = {.name = "fill_rows", .stage = STAGE_SETUP, .body = dgemm_fill_rows_body},
    [FILL_PANELS] = {.name = "fill_panels",
                     .stage = STAGE_SETUP,
                     .extent = own_rows,
                     .body = dgemm_fill_panels_body},
    [PREPARE] = {.name = "prepare",
                 .stage = STAGE_TIMED,
                 .extent = strips_to_pack,
                 .request = prepare_request,
                 .body = prepare_body,
                 .edge = EDGE_ALL},
    [MULTIPLY] = {.name = "multiply",
                  .stage = STAGE_TIMED,
                  .request = multiply_request,
                  .body = multiply_body,
                  .edge = 0, /* what comes is used in the next step */
                  .then = multiply_then},
    [ADVANCE] = {.name = "advance",
                 .stage = STAGE_TIMED,
                 .extent = own_panels,
                 .body = advance_body,
                 .then = advance_then},
    [PRODUCT] = {.name = "product", .stage = STAGE_CHECK, .body = dgemm_product_body},
    [COMPARE] = {.name = "compare",
                 .stage = STAGE_CHECK,
                 .request = dgemm_compare_request,
                 .body = dgemm_compare_body,
                 .partial_bytes = sizeof(struct dgemm_tally),
                 .combine = dgemm_compare_combine,
                 .edge = EDGE_ALL,
                 .then = dgemm_compare_then},
};

static struct work work(const struct problem *problem, int parts) {
  const double n = (double)problem->n, matrix = n * n * sizeof(double);
  const int64_t width = min_of(problem->value[PANEL], problem->n);
  const double panel = (double)width * n * sizeof(double);
  const double packs = problem->value[PATH] == PATH_TUNED ? 1 : 0;
  const double panels = width > 0 ? (double)quotient_up(problem->n, width) : 0;
  return (struct work){
      .operations = 2 * n * n * n,
      .bytes = 4 * matrix, /* A and B are read, C is read and written */
      .messages = panels * (parts - 1),
      /* the packed panel and the copies of A: ours, or OpenBLAS's own, about as large */
      .memory = 3 * matrix + parts * (n * sizeof(uint64_t) + (parts > 1 ? 2 * panel : 0)) +
                packs * (parts * panel + n * DGEMM_DEPTH * sizeof(double)),
  };
}

const struct kernel kernel_dgemm = {
    .name = "dgemm",
    .summary = "matrix product C += A B of n x n doubles, broadcast of panels overlapped",
    KERNEL_PAGE,
    .unit = "row of C",
    .operation = "flop",
    .bound = BOUND_COMPUTE,
    .size = {"n", OPTION_COUNT, 1000, 0, 1 << 17, "row", "rows and columns of the matrices"},
    .options = options,
    .state_bytes = sizeof(struct dgemm_state),
    .units = units_n,
    .open = open_part,
    .close = dgemm_close,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = dgemm_verify,
};
