/* wavefront: a recurrence over an n x n grid in which every point waits for its neighbors, the
 * Synch_p2p kernel of the Parallel Research Kernels (PRK).
 *
 *   point(i, j) = point(i, j-1) + point(i-1, j) - point(i-1, j-1)      for i, j >= 1
 *
 * Row 0 and column 0 are given: fractions without order. The grid is cut into tiles. A tile needs
 * the last column of the tile to its left and the last row of the tile before it, so all tiles on
 * an anti-diagonal are computed at the same time. A part owns columns of tiles, a unit is one of
 * them.
 *
 *   fill      (set-up) row 0, column 0
 *   diagonal  (timed, once for each diagonal) one tile in each tile column that has one there; the
 *             last column of a part's last tile goes to the next part
 *   feed      (timed) point(0, 0) becomes the last point of the grid, negated, so that a pass
 *             cannot begin before the one before it has ended
 *   check     minimum and maximum of what all points exceed point(i, 0) + point(0, j) by (oracle.c)
 *
 * The layout in memory is in grid.c, the tuned computation of a tile in avx.c and scalar.c. */
#include "kernels/wavefront/wavefront.h"

#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"
#include "kernels/wavefront/page.h"

enum { PHASE_FILL, PHASE_DIAGONAL, PHASE_FEED, PHASE_CHECK };

static const char *const stores[] = {"auto", "temporal", "nontemporal", NULL};

static const struct kernel_option options[] = {
    {"tile_rows", OPTION_COUNT, 64, 1, 1 << 24, "row",
     "rows of a tile, best a multiple of 8: fewer fill the pipeline sooner, more synchronize less"},
    {"tile_columns", OPTION_COUNT, 512, 1, 1 << 24, "column",
     "columns of a tile: narrower ones keep more workers busy, wider ones cost less"},
    {"stores", OPTION_CHOICE, WAVEFRONT_AUTO, WAVEFRONT_AUTO, WAVEFRONT_NONTEMPORAL, NULL,
     "of the tuned path: through the caches, non-temporal, or (auto) the latter where the grid "
     "does not fit the caches",
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

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  ((struct wavefront_state *)opaque)->compute = paths[problem->value[WAVEFRONT_PATH]];
  return wavefront_open(opaque, problem, part, error);
}

static bool has_origin(const struct wavefront_state *s) {
  return s->grid.begin < s->grid.end && s->grid.begin == 0;
}

static bool has_corner(const struct wavefront_state *s) {
  return s->grid.begin < s->grid.end && s->grid.end == s->grid.cut.tile_columns;
}

/* -- Set-up ----------------------------------------------------------------------------------- */

/* The given column 0, or another column that is 0 until it is computed but for its point of row 0.
 */
static void fill_left(const struct wavefront_grid *grid, int64_t tile_column) {
  double *left = wavefront_left(grid, tile_column);
  const bool given = tile_column == 0;
  left[0] = given ? 0 : wavefront_top(min_of(tile_column * grid->cut.columns, grid->cut.n - 1));
  for (int64_t row = 1; row < grid->cut.n; row++)
    left[row] = given ? wavefront_side(row) : 0;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct wavefront_grid *grid = &((struct wavefront_state *)opaque)->grid;
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
static void active(const struct wavefront_state *s, int64_t *begin, int64_t *end) {
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
  const struct wavefront_state *s = opaque;
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

/* The given row 0 is the row before the first tile. */
static void start_before(const struct wavefront_grid *grid, int64_t tile_column) {
  double *restrict before = wavefront_before(grid, tile_column);
  const int64_t width = wavefront_width(&grid->cut, tile_column);
  for (int64_t i = 0; i < width; i++)
    before[i] = wavefront_top(1 + tile_column * grid->cut.columns + i);
}

static void diagonal_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct wavefront_state *s = opaque;
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
  struct wavefront_state *s = opaque;
  (void)total;
  s->diagonal++;
  if (s->diagonal < s->grid.cut.tile_rows + s->grid.cut.tile_columns - 1)
    return PHASE_DIAGONAL;
  s->diagonal = 0;
  return PHASE_FEED;
}

/* -- From the last point to the first --------------------------------------------------------- */

static double corner_of(const struct wavefront_state *s) {
  return wavefront_left(&s->grid, s->grid.end)[s->grid.cut.n - 1];
}

static int64_t feed_extent(const void *opaque) {
  return has_origin(opaque);
}

static void feed_request(void *opaque, struct request *request) {
  struct wavefront_state *s = opaque;
  if (has_corner(s))
    s->corner = corner_of(s);
  request->kind = REQUEST_BROADCAST;
  request->as.broadcast = (struct broadcast){s->corner_part, &s->corner, sizeof s->corner};
}

static void feed_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct wavefront_state *s = opaque;
  (void)begin;
  (void)end;
  (void)partial;
  *wavefront_left(&s->grid, 0) = -(has_corner(s) ? corner_of(s) : s->corner);
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
                     .body = wavefront_check,
                     .partial_bytes = sizeof(struct wavefront_checked),
                     .combine = wavefront_check_combine,
                     .then = wavefront_check_then},
};

const struct kernel kernel_wavefront = {
    .name = "wavefront",
    .summary = "a recurrence over an n x n grid: dependences between neighbouring tiles",
    KERNEL_PAGE,
    .unit = "tile column",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 6000, 1, 1 << 24, "grid row", "rows and columns of the grid"},
    .options = options,
    .state_bytes = sizeof(struct wavefront_state),
    .units = wavefront_units,
    .open = open_part,
    .close = wavefront_close,
    KERNEL_PHASES(phases),
    .work = wavefront_work,
    .verify = wavefront_verify,
};
