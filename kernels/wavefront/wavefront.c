/* wavefront: a recurrence over an n x n grid in which every point waits for its neighbors, the
 * Synch_p2p kernel of the Parallel Research Kernels (PRK).
 *
 *   point(i, j) = point(i, j-1) + point(i-1, j) - point(i-1, j-1)      for i, j >= 1
 *
 * Row 0 and column 0 are given: i + j. The grid is cut into tiles. A tile needs the last column of
 * the tile to its left and the last row of the tile before it, so all tiles on an anti-diagonal are
 * computed at the same time. A part owns columns of tiles, a unit is one of them.
 *
 *   fill      (set-up) row 0, column 0
 *   diagonal  (timed, once for each diagonal) one tile in each tile column that has one there; the
 *             last column of a part's last tile goes to the next part
 *   feed      (timed) point(0, 0) becomes the last point of the grid, negated, so that a pass
 * cannot begin before the one before it has ended check     minimum and maximum of what all points
 * exceed i + j by
 *
 * The layout in memory is in grid.c, the tuned computation of a tile in avx.c and scalar.c. */
#include "kernels/wavefront/wavefront.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"
#include "kernels/wavefront/page.h"

enum { TILE_ROWS, TILE_COLUMNS, STORES, PATH };
enum { STORES_AUTO, STORES_TEMPORAL, STORES_NONTEMPORAL };
enum { PHASE_FILL, PHASE_DIAGONAL, PHASE_FEED, PHASE_CHECK };

static const char *const stores[] = {"auto", "temporal", "nontemporal", NULL};

static const struct kernel_option options[] = {
    {"tile_rows", OPTION_COUNT, 64, 1, 1 << 24, "row",
     "rows of a tile, best a multiple of 8: fewer fill the pipeline sooner, more synchronize less"},
    {"tile_columns", OPTION_COUNT, 512, 1, 1 << 24, "column",
     "columns of a tile: narrower ones keep more workers busy, wider ones cost less"},
    {"stores", OPTION_CHOICE, STORES_AUTO, STORES_AUTO, STORES_NONTEMPORAL, NULL,
     "of the tuned path: through the caches, non-temporal, or (auto) the latter where the grid "
     "does "
     "not fit the caches",
     stores},
    PATH_OPTION,
    {0},
};

/* -- The algorithm: one tile ------------------------------------------------------------------ */

static void reference(const struct wavefront_tile *t) {
  for (int64_t row = 0; row < t->rows; row++) {
    double left = t->left[row], before_left = t->left[row - 1];
    for (int64_t column = 0; column < t->width; column++) {
      const double before = t->before[column], point = left + (before - before_left);
      t->out[row * t->stride + column] = t->before[column] = point;
      left = point;
      before_left = before;
    }
    t->right[row] = left;
  }
}

static wavefront_compute *const paths[] = {
    [PATH_REFERENCE] = reference, [PATH_TUNED] = wavefront_tuned};

/* -- The state -------------------------------------------------------------------------------- */

/* By how much the points exceed the sum of their row's and column's numbers; and the two corners, 0
 * in a range that has none. */
struct checked {
  struct minmax excess;
  double origin, corner;
};

struct state {
  struct wavefront_grid grid; /* with the own tile columns */
  wavefront_compute *compute;
  bool nontemporal;
  int corner_part;  /* the last part that owns any */
  int64_t diagonal; /* of the pass under way */
  double corner;    /* of the grid, as received */
  struct checked checked;
};

static struct wavefront_cut cut_of(const struct problem *problem) {
  return wavefront_cut_of(problem->n, problem->value[TILE_ROWS], problem->value[TILE_COLUMNS]);
}

static int64_t units(const struct problem *problem) {
  return cut_of(problem).tile_columns;
}

static bool stores_nontemporal(const struct problem *problem, int parts) {
  const double n = (double)problem->n;
  if (!HAVE_NONTEMPORAL || problem->value[STORES] == STORES_TEMPORAL ||
      problem->value[PATH] == PATH_REFERENCE)
    return false;
  return problem->value[STORES] == STORES_NONTEMPORAL || 8 * n * n / parts > NONTEMPORAL_BYTES;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  s->grid = (struct wavefront_grid){.cut = cut_of(problem), .begin = part->begin, .end = part->end};
  s->compute = paths[problem->value[PATH]];
  s->nontemporal = stores_nontemporal(problem, part->count);
  for (int i = 0; i < part->count; i++)
    if (part->bounds[i] < part->bounds[i + 1])
      s->corner_part = i;
  return wavefront_grid_open(&s->grid, error);
}

static void close_part(void *opaque) {
  wavefront_grid_close(&((struct state *)opaque)->grid);
}

static bool has_origin(const struct state *s) {
  return s->grid.begin < s->grid.end && s->grid.begin == 0;
}

static bool has_corner(const struct state *s) {
  return s->grid.begin < s->grid.end && s->grid.end == s->grid.cut.tile_columns;
}

/* -- Set-up ----------------------------------------------------------------------------------- */

/* The given column 0, or another column that is 0 until it is computed, with row 0's number. */
static void fill_left(const struct wavefront_grid *grid, int64_t tile_column) {
  double *left = wavefront_left(grid, tile_column);
  left[0] = (double)min_of(tile_column * grid->cut.columns, grid->cut.n - 1);
  for (int64_t row = 1; row < grid->cut.n; row++)
    left[row] = tile_column == 0 ? (double)row : 0;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct wavefront_grid *grid = &((struct state *)opaque)->grid;
  (void)partial;
  for (int64_t u = begin; u < end; u++) {
    wavefront_clear(grid, u);
    if (u == grid->begin)
      fill_left(grid, u);
    fill_left(grid, u + 1);
  }
}

/* -- The diagonals ---------------------------------------------------------------------------- */

/* The tile columns of the part that have a tile on the diagonal: that of row diagonal - column. */
static void active(const struct state *s, int64_t *begin, int64_t *end) {
  *begin = max_of(s->diagonal - s->grid.cut.tile_rows + 1, s->grid.begin);
  *end = min_of(s->diagonal + 1, s->grid.end);
}

static int64_t diagonal_extent(const void *opaque) {
  int64_t begin, end;
  active(opaque, &begin, &end);
  return begin < end ? end - begin : 0;
}

/* The rows [*begin, *end) of a tile; none if there is no such tile. */
static void rows_of(const struct wavefront_cut *cut, int64_t tile_row, int64_t *begin,
                    int64_t *end) {
  const bool exists = tile_row >= 0 && tile_row < cut->tile_rows;
  *begin = exists ? 1 + tile_row * cut->rows : 0;
  *end = exists ? min_of(*begin + cut->rows, cut->n) : 0;
}

/* What this part's last tile has computed a diagonal ago, the next part's first tile needs now. */
static void diagonal_request(void *opaque, struct request *request) {
  const struct state *s = opaque;
  const struct wavefront_grid *grid = &s->grid;
  int64_t begin, end;
  request->kind = REQUEST_SHIFT;
  request->as.shift = (struct shift){.direction = +1};
  if (grid->begin < grid->end && !has_corner(s)) {
    rows_of(&grid->cut, s->diagonal - grid->end, &begin, &end);
    request->as.shift.send = wavefront_left(grid, grid->end) + begin;
    request->as.shift.send_bytes = (size_t)(end - begin) * sizeof(double);
  }
  if (grid->begin < grid->end && !has_origin(s)) {
    rows_of(&grid->cut, s->diagonal - grid->begin, &begin, &end);
    request->as.shift.receive = wavefront_left(grid, grid->begin) + begin;
    request->as.shift.receive_bytes = (size_t)(end - begin) * sizeof(double);
  }
}

/* Row 0, where a point is its column's number, is the row before the first tile. */
static void start_before(const struct wavefront_grid *grid, int64_t tile_column) {
  double *restrict before = wavefront_before(grid, tile_column);
  const int64_t width = wavefront_width(&grid->cut, tile_column);
  for (int64_t i = 0; i < width; i++)
    before[i] = (double)(1 + tile_column * grid->cut.columns + i);
}

static void diagonal_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const struct wavefront_grid *grid = &s->grid;
  int64_t first, last, row, row_end;
  (void)partial;
  active(s, &first, &last);
  for (int64_t u = first + begin; u < first + end; u++) {
    rows_of(&grid->cut, s->diagonal - u, &row, &row_end);
    if (row == 1)
      start_before(grid, u);
    s->compute(&(struct wavefront_tile){.out = wavefront_row(grid, u, row),
                                        .stride = wavefront_stride(&grid->cut, u),
                                        .before = wavefront_before(grid, u),
                                        .left = wavefront_left(grid, u) + row,
                                        .right = wavefront_left(grid, u + 1) + row,
                                        .rows = row_end - row,
                                        .width = wavefront_width(&grid->cut, u),
                                        .nontemporal = s->nontemporal});
  }
  if (s->nontemporal)
    nontemporal_fence();
}

static int diagonal_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->diagonal++;
  if (s->diagonal < s->grid.cut.tile_rows + s->grid.cut.tile_columns - 1)
    return PHASE_DIAGONAL;
  s->diagonal = 0;
  return PHASE_FEED;
}

/* -- From the last point to the first --------------------------------------------------------- */

static double corner_of(const struct state *s) {
  return wavefront_left(&s->grid, s->grid.end)[s->grid.cut.n - 1];
}

static int64_t feed_extent(const void *opaque) {
  return has_origin(opaque);
}

static void feed_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  if (has_corner(s))
    s->corner = corner_of(s);
  request->kind = REQUEST_BROADCAST;
  request->as.broadcast = (struct broadcast){s->corner_part, &s->corner, sizeof s->corner};
}

static void feed_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  (void)begin;
  (void)end;
  (void)partial;
  *wavefront_left(&s->grid, 0) = -(has_corner(s) ? corner_of(s) : s->corner);
}

/* -- The oracle ------------------------------------------------------------------------------- */

/* Adds the points of a row that begins at column `column`. */
static void check_row(struct minmax *excess, const double *restrict points, int64_t row,
                      int64_t column, int64_t width) {
  struct minmax found = *excess;
  for (int64_t i = 0; i < width; i++)
    minmax_add(&found, points[i] - (double)(row + column + i));
  *excess = found;
}

static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct wavefront_grid *grid = &((struct state *)opaque)->grid;
  const struct wavefront_cut *cut = &grid->cut;
  struct checked checked = {.excess = MINMAX_NONE};
  for (int64_t u = begin; u < end; u++) {
    const int64_t width = wavefront_width(cut, u);
    for (int64_t row = 1; row < cut->n; row++)
      check_row(&checked.excess, wavefront_row(grid, u, row), row, 1 + u * cut->columns, width);
    if (u == 0)
      checked.origin = *wavefront_left(grid, 0);
    if (u == cut->tile_columns - 1)
      checked.corner = wavefront_row(grid, u, cut->n - 1)[width - 1];
  }
  *(struct checked *)partial = checked;
}

static void checked_combine(void *into, const void *from) {
  struct checked *all = into;
  const struct checked *more = from;
  minmax_combine(&all->excess, &more->excess);
  all->origin += more->origin;
  all->corner += more->corner;
}

static int check_then(void *opaque, const void *total) {
  ((struct state *)opaque)->checked = total ? *(const struct checked *)total : (struct checked){0};
  return PHASE_END;
}

static double larger(double error, double distance) {
  return distance > error ? distance : error; /* an error that is NaN stays so */
}

/* point(i, j) = i + j - point(0, 0) follows from row 0 and column 0, where a point is i + j, and
 * point(0, 0) is 0 in the first pass and what the pass before has fed back in the others. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct checked *checked = &((const struct state *)opaque)->checked;
  const int64_t n = problem->n;
  double fed = (double)(2 * (n - 1)), expected = (double)passes * fed, excess = expected - fed;
  double scale = n > 1 ? expected : 1;
  struct verdict verdict = {.tolerance = 1e-8};
  snprintf(verdict.value, sizeof verdict.value, "%.17g", checked->corner);
  snprintf(verdict.expected, sizeof verdict.expected, "%.17g", expected);
  verdict.error = fabs(checked->corner - expected);
  if (n > 1) {
    verdict.error += fabs(checked->origin + expected);
    verdict.error = larger(verdict.error, fabs(checked->excess.min - excess));
    verdict.error = larger(verdict.error, fabs(checked->excess.max - excess));
  }
  verdict.error =
      verdict.error / scale + (double)imaxabs(checked->excess.count - (n - 1) * (n - 1));
  return verdict;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_DIAGONAL] = {.name = "diagonal",
                        .stage = STAGE_TIMED,
                        .extent = diagonal_extent,
                        .request = diagonal_request,
                        .body = diagonal_body,
                        .edge = 1,
                        .then = diagonal_then},
    [PHASE_FEED] = {.name = "feed",
                    .stage = STAGE_TIMED,
                    .extent = feed_extent,
                    .request = feed_request,
                    .body = feed_body,
                    .edge = EDGE_ALL},
    [PHASE_CHECK] = {.name = "check",
                     .stage = STAGE_CHECK,
                     .body = check_body,
                     .partial_bytes = sizeof(struct checked),
                     .combine = checked_combine,
                     .then = check_then},
};

static struct work work(const struct problem *problem, int parts) {
  const struct wavefront_cut cut = cut_of(problem);
  const double points = (double)(problem->n - 1) * (double)(problem->n - 1);
  const double owners = (double)min_of(cut.tile_columns, parts); /* parts with a tile column */
  return (struct work){
      .operations = 2 * points,
      .bytes = 8 * points,
      .traffic = (stores_nontemporal(problem, parts) ? 8 : 16) * points,
      .messages = points > 0 ? (owners - 1) * (double)cut.tile_rows + parts - 1 : 0,
      .memory = wavefront_grid_bytes(&cut, owners),
  };
}

const struct kernel kernel_wavefront = {
    .name = "wavefront",
    .summary = "a recurrence over an n x n grid whose points wait for their neighbours, in tiles",
    .description = description,
    .counting = counting,
    .oracle = oracle,
    .exchanged = exchanged,
    .expectation = expectation,
    .unit = "tile column",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 6000, 1, 1 << 24, "grid row", "rows and columns of the grid"},
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
