/* wavefront: a recurrence over a grid in which every point waits for its neighbours, as in the
 * Parallel Research Kernels (PRK). */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/kernel.h"

#ifdef __AVX__
#  include <immintrin.h>
#endif

#define ALWAYS_INLINE __attribute__((always_inline)) static inline

enum { TILE_ROWS, TILE_COLUMNS, STORES };
enum { STORES_AUTO, STORES_TEMPORAL, STORES_NONTEMPORAL };

static const char *const stores[] = {"auto", "temporal", "nontemporal", NULL};

static const struct kernel_option options[] = {
    {"tile_rows", OPTION_COUNT, 64, 1, 1 << 24, "row",
     "rows of a tile, best a multiple of 8: fewer fill the pipeline sooner, more synchronise less"},
    {"tile_columns", OPTION_COUNT, 512, 1, 1 << 24, "column",
     "columns of a tile: narrower ones keep more workers busy, wider ones cost less"},
    {"stores", OPTION_CHOICE, STORES_AUTO, STORES_AUTO, STORES_NONTEMPORAL, NULL,
     "through the caches, past them, or (auto) past them where the grid does not fit", stores},
    {0},
};

/* -- Several rows at once --------------------------------------------------------------------- */

/* The recurrence, point = left + before - before_left, makes a chain of every row. So several rows
 * are computed at once, every row SKEW columns behind the row before it: what it needs of that row
 * was computed SKEW steps ago.
 *
 * Nothing special is needed where rows begin and end. A row that has not begun holds the point left
 * of it; as long as the row before has not begun either, what is added to it is a difference of
 * equal numbers. And what is computed behind the end of a row reaches the rows after it only behind
 * their ends. */

#ifdef __AVX__
enum { LANES = 4, ROWS = 2 * LANES, SKEW = LANES };
#else
enum { ROWS = 4, SKEW = 1 };
#endif

enum { LAG = SKEW * (ROWS - 1) }; /* columns that the last row is behind the first */

/* The numbers behind the end of a row before that are read, but do not matter. */
enum { READ_BEHIND = LAG + 2 * SKEW };

/* What a sweep over some rows of a tile works on. */
struct sweep {
  double *before;     /* the row before; replaced by the last of the rows */
  const double *left; /* the points left of the rows; ROWS of them */
  double left_before; /* the point left of the row before */
  double *right;      /* the rows' last points are written here, too */
  double *out;        /* the rows, aligned to a line of the caches */
  int64_t stride;     /* from row to row */
  int64_t width;      /* of the rows, at least 1 */
  int rows;           /* that there are, at most ROWS; what is computed of others is not used */
};

#ifdef __AVX__

/* Two vectors hold a point of each row. The point of the row before comes over by a shift by one
 * lane, which the skew takes off the chain from one step to the next: that is one addition. Since
 * the skew is the length of a vector as well, each row's points can be stored in aligned vectors.
 */
typedef __m256d lanes;

/* A point of each row, or whatever belongs to it. */
struct points {
  lanes low, high;
};

/* As many successive points of each row as a vector has lanes. */
struct pieces {
  lanes row0, row1, row2, row3, row4, row5, row6, row7;
};

/* Stores past the caches do not fetch the lines of the grid, of which nothing is read, before they
 * are overwritten: that halves the traffic. They are not ordered with others, so a fence must
 * follow before anyone is told of them. */
enum { HAVE_NONTEMPORAL = true };

static void fence(void) {
  _mm_sfence();
}

ALWAYS_INLINE void store(bool past, double *address, lanes value) {
  if (past)
    _mm256_stream_pd(address, value);
  else
    _mm256_store_pd(address, value);
}

/* What the points are to the rows after theirs: each moves on by one lane. The first one's place is
 * taken by a point of the row before all. */
ALWAYS_INLINE void hand_down(struct points *before, const struct points *point, double first) {
  lanes low = _mm256_insertf128_pd(_mm256_set1_pd(first), _mm256_castpd256_pd128(point->low), 1);
  lanes high = _mm256_permute2f128_pd(point->low, point->high, 0x21);
  before->low = _mm256_shuffle_pd(low, point->low, 0x5);
  before->high = _mm256_shuffle_pd(high, point->high, 0x5);
}

/* One more point of each row. */
ALWAYS_INLINE void step(struct points *point, struct points *before_left, struct points *before,
                        double first) {
  point->low += before->low - before_left->low;
  point->high += before->high - before_left->high;
  *before_left = *before;
  hand_down(before, point, first);
}

ALWAYS_INLINE void transpose(lanes *r0, lanes *r1, lanes *r2, lanes *r3) {
  lanes a = _mm256_unpacklo_pd(*r0, *r1), b = _mm256_unpackhi_pd(*r0, *r1);
  lanes c = _mm256_unpacklo_pd(*r2, *r3), d = _mm256_unpackhi_pd(*r2, *r3);
  *r0 = _mm256_permute2f128_pd(a, c, 0x20);
  *r1 = _mm256_permute2f128_pd(b, d, 0x20);
  *r2 = _mm256_permute2f128_pd(a, c, 0x31);
  *r3 = _mm256_permute2f128_pd(b, d, 0x31);
}

/* Where a sweep is: what the next SKEW steps need. */
struct front {
  struct points point, before_left, before0, before1, before2, before3;
};

ALWAYS_INLINE void begin_sweep(const struct sweep *s, struct front *f) {
  f->point.low = _mm256_loadu_pd(s->left);
  f->point.high = _mm256_loadu_pd(s->left + LANES);
  hand_down(&f->before_left, &f->point, s->left_before);
  hand_down(&f->before0, &f->point, s->before[0]);
  hand_down(&f->before1, &f->point, s->before[1]);
  hand_down(&f->before2, &f->point, s->before[2]);
  hand_down(&f->before3, &f->point, s->before[3]);
}

/* SKEW more points of each row; `before` are those of the row before all that come SKEW later. */
ALWAYS_INLINE void advance(struct front *f, const double *before, struct pieces *p) {
  struct points a, b, c;
  step(&f->point, &f->before_left, &f->before0, before[0]);
  a = f->point;
  step(&f->point, &f->before_left, &f->before1, before[1]);
  b = f->point;
  step(&f->point, &f->before_left, &f->before2, before[2]);
  c = f->point;
  step(&f->point, &f->before_left, &f->before3, before[3]);
  *p = (struct pieces){a.low, b.low, c.low, f->point.low, a.high, b.high, c.high, f->point.high};
  transpose(&p->row0, &p->row1, &p->row2, &p->row3);
  transpose(&p->row4, &p->row5, &p->row6, &p->row7);
}

/* Where all rows have begun and none has ended, and there are ROWS of them; the first is at column
 * `column`. */
ALWAYS_INLINE void store_whole(bool past, const struct sweep *s, int64_t column,
                               const struct pieces *p) {
  double *out = s->out + column;
  const int64_t next = s->stride - SKEW;
  store(past, out, p->row0);
  store(past, out + next, p->row1);
  store(past, out + 2 * next, p->row2);
  store(past, out + 3 * next, p->row3);
  store(past, out + 4 * next, p->row4);
  store(past, out + 5 * next, p->row5);
  store(past, out + 6 * next, p->row6);
  store(past, out + 7 * next, p->row7);
  _mm256_storeu_pd(s->before + column - LAG, p->row7);
}

/* The same where rows begin or end, or are missing. */
ALWAYS_INLINE void store_ragged(bool past, const struct sweep *s, int64_t column,
                                const struct pieces *p) {
  const lanes rows[ROWS] = {p->row0, p->row1, p->row2, p->row3, p->row4, p->row5, p->row6, p->row7};
  for (int row = 0; row < s->rows; row++) {
    int64_t at = column - SKEW * row, rest = s->width - at;
    double *out = s->out + row * s->stride + at;
    if (at < 0 || rest <= 0)
      continue;
    if (rest >= LANES)
      store(past, out, rows[row]);
    else
      memcpy(out, &rows[row], (size_t)rest * sizeof(double));
    if (row == s->rows - 1)
      _mm256_storeu_pd(s->before + at, rows[row]);
    if (rest <= LANES)
      s->right[row] = rows[row][rest - 1];
  }
}

ALWAYS_INLINE void sweep(bool past, const struct sweep *given) {
  const struct sweep copy = *given, *s = &copy; /* in registers, whatever is stored to */
  struct front front;
  struct pieces pieces;
  int64_t column = 0;
  begin_sweep(s, &front);
  for (; column < LAG; column += SKEW) {
    advance(&front, s->before + column + SKEW, &pieces);
    store_ragged(past, s, column, &pieces);
  }
  for (; s->rows == ROWS && column + LANES < s->width; column += SKEW) {
    advance(&front, s->before + column + SKEW, &pieces);
    store_whole(past, s, column, &pieces);
  }
  for (; column < s->width + LAG; column += SKEW) {
    advance(&front, s->before + column + SKEW, &pieces);
    store_ragged(past, s, column, &pieces);
  }
}

static void sweep_past(const struct sweep *s) {
  sweep(true, s);
}

static void sweep_cached(const struct sweep *s) {
  sweep(false, s);
}

#else

/* Scalar registers hold the last two points of each row. */
enum { HAVE_NONTEMPORAL = false };

static void fence(void) {}

struct front {
  double point[ROWS], left[ROWS], before_left;
};

/* One more point of each row. */
ALWAYS_INLINE void step(struct front *f, double before) {
  for (int row = ROWS - 1; row > 0; row--) {
    f->left[row] = f->point[row];
    f->point[row] += f->point[row - 1] - f->left[row - 1];
  }
  f->left[0] = f->point[0];
  f->point[0] += before - f->before_left;
  f->before_left = before;
}

/* Where rows begin or end, or are missing; the first is at column `column`. */
static void store_ragged(const struct sweep *s, int64_t column, const double *point) {
  for (int row = 0; row < s->rows; row++) {
    int64_t at = column - row;
    if (at < 0 || at >= s->width)
      continue;
    s->out[row * s->stride + at] = point[row];
    if (row == s->rows - 1)
      s->before[at] = point[row];
    if (at == s->width - 1)
      s->right[row] = point[row];
  }
}

static void sweep_cached(const struct sweep *s) {
  double *before = s->before, *out = s->out;
  const int64_t next = s->stride - SKEW, width = s->width;
  struct front front = {.before_left = s->left_before};
  int64_t column = 0;
  memcpy(front.point, s->left, sizeof front.point);
  memcpy(front.left, s->left, sizeof front.left);
  for (; column < LAG; column++) {
    step(&front, before[column]);
    store_ragged(s, column, front.point);
  }
  for (; s->rows == ROWS && column + 1 < width; column++) {
    step(&front, before[column]);
    for (int row = 0; row < ROWS; row++)
      out[row * next + column] = front.point[row];
    before[column - LAG] = front.point[ROWS - 1];
  }
  for (; column < width + LAG; column++) {
    step(&front, before[column]);
    store_ragged(s, column, front.point);
  }
}

static void sweep_past(const struct sweep *s) {
  sweep_cached(s);
}

#endif

/* -- The kernel ------------------------------------------------------------------------------- */

enum { LINE = 64 / sizeof(double) };
enum { PHASE_FILL, PHASE_DIAGONAL, PHASE_FEED, PHASE_CHECK };

/* What follows a row before, and what precedes it so that rows begin at a line. */
enum { HEAD = LINE, TAIL = (READ_BEHIND + LINE - 1) / LINE * LINE };

/* How the grid is cut, the same in all parts. Row 0 and column 0 are given and belong to no tile.
 */
struct cut {
  int64_t rows, columns;           /* of a tile; the last ones may have fewer */
  int64_t tile_rows, tile_columns; /* how many of them there are */
};

/* By how much the points exceed the sum of their row's and column's numbers, the least and the
 * greatest of it, and how many of them are numbers; and the two corners, 0 where they are not. */
struct checked {
  double least, greatest, origin, corner;
  int64_t count;
};

struct state {
  int64_t n; /* the grid is n x n */
  struct cut cut;
  int64_t begin, end; /* this part owns tile columns [begin, end) */
  int corner_part;    /* the last part that owns any */
  int64_t diagonal;   /* of the pass under way */
  bool past;          /* whether stores go past the caches */
  double *grid;       /* own tile columns, each row by row from row 1 on */
  double *before;     /* for each of them the row before the tile to compute next */
  double *edges;      /* the column left of them, and the last column of each, from row 0 on */
  double corner;      /* of the grid, as received */
  struct checked checked;
};

static int64_t pieces_of(int64_t whole, int64_t piece) {
  return whole / piece + (whole % piece != 0);
}

static int64_t least_of(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static struct cut cut_of(const struct problem *problem) {
  int64_t rows = problem->value[TILE_ROWS], columns = problem->value[TILE_COLUMNS];
  return (struct cut){rows, columns, pieces_of(problem->n - 1, rows),
                      pieces_of(problem->n - 1, columns)};
}

static int64_t units(const struct problem *problem) {
  return cut_of(problem).tile_columns;
}

static int64_t width_of(int64_t n, const struct cut *cut, int64_t tile_column) {
  return least_of(cut->columns, n - 1 - tile_column * cut->columns);
}

/* From row to row: an odd number of lines, since rows a power of two apart would fall into the same
 * few places of the caches. */
static int64_t stride_of(int64_t width) {
  return (pieces_of(width, LINE) | 1) * LINE;
}

static int64_t before_stride(const struct cut *cut, int64_t n) {
  return HEAD + pieces_of(least_of(cut->columns, n), LINE) * LINE + TAIL;
}

/* The numbers that tile columns [begin, end) take in the grid. */
static int64_t grid_numbers(int64_t n, const struct cut *cut, int64_t begin, int64_t end) {
  if (begin == end)
    return 0;
  return (n - 1) *
         ((end - 1 - begin) * stride_of(cut->columns) + stride_of(width_of(n, cut, end - 1)));
}

/* More than this in one part, and the stores go past the caches, if the user leaves it to us. */
static const double past_bytes = 16 << 20;

static bool stores_past(const struct problem *problem, int parts) {
  double n = (double)problem->n;
  if (!HAVE_NONTEMPORAL || problem->value[STORES] == STORES_TEMPORAL)
    return false;
  return problem->value[STORES] == STORES_NONTEMPORAL || 8 * n * n / parts > past_bytes;
}

static int allocate(double **array, int64_t count, int64_t numbers, const char *what,
                    struct error *error) {
  void *memory;
  int code = memory_allocate(&memory, count, (size_t)numbers * sizeof(double), what, error);
  *array = memory;
  return code;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t owned = part->end - part->begin;
  s->n = problem->n;
  s->cut = cut_of(problem);
  s->begin = part->begin;
  s->end = part->end;
  s->past = stores_past(problem, part->count);
  for (int i = 0; i < part->count; i++)
    if (part->bounds[i] < part->bounds[i + 1])
      s->corner_part = i;
  if (allocate(&s->grid, grid_numbers(s->n, &s->cut, s->begin, s->end), 1, "the grid", error) ||
      allocate(&s->before, owned, before_stride(&s->cut, s->n), "the rows before", error) ||
      allocate(&s->edges, owned > 0 ? owned + 1 : 0, s->n, "the tiles' edges", error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->grid);
  free(s->before);
  free(s->edges);
}

static bool has_origin(const struct state *s) {
  return s->begin < s->end && s->begin == 0;
}

static bool has_corner(const struct state *s) {
  return s->begin < s->end && s->end == s->cut.tile_columns;
}

/* A row of an own tile column. */
static double *grid_row(const struct state *s, int64_t tile_column, int64_t row) {
  return s->grid + (tile_column - s->begin) * (s->n - 1) * stride_of(s->cut.columns) +
         (row - 1) * stride_of(width_of(s->n, &s->cut, tile_column));
}

static double *before_of(const struct state *s, int64_t tile_column) {
  return s->before + (tile_column - s->begin) * before_stride(&s->cut, s->n) + HEAD;
}

/* The column left of a tile column, which is the last one of the tile column to the left. */
static double *left_of(const struct state *s, int64_t tile_column) {
  return s->edges + (tile_column - s->begin) * s->n;
}

/* What is given is the number of the row or column; the rest is 0 until it is computed. */
static void fill_left(const struct state *s, int64_t tile_column) {
  double *left = left_of(s, tile_column);
  left[0] = (double)least_of(tile_column * s->cut.columns, s->n - 1);
  for (int64_t row = 1; row < s->n; row++)
    left[row] = tile_column == 0 ? (double)row : 0;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t u = begin; u < end; u++) {
    memset(grid_row(s, u, 1), 0, (size_t)grid_numbers(s->n, &s->cut, u, u + 1) * sizeof(double));
    memset(before_of(s, u) - HEAD, 0, (size_t)before_stride(&s->cut, s->n) * sizeof(double));
    if (u == s->begin)
      fill_left(s, u);
    fill_left(s, u + 1);
  }
}

/* The tile columns [*begin, *end) of the part have a tile on the diagonal: that of row diagonal -
 * column. */
static void active(const struct state *s, int64_t *begin, int64_t *end) {
  int64_t first = s->diagonal - s->cut.tile_rows + 1;
  *begin = first > s->begin ? first : s->begin;
  *end = least_of(s->diagonal + 1, s->end);
}

static int64_t diagonal_extent(const void *opaque) {
  int64_t begin, end;
  active(opaque, &begin, &end);
  return begin < end ? end - begin : 0;
}

/* The rows [*begin, *end) of a tile; none if there is no such tile. */
static void rows_of(const struct state *s, int64_t tile_row, int64_t *begin, int64_t *end) {
  bool exists = tile_row >= 0 && tile_row < s->cut.tile_rows;
  *begin = exists ? 1 + tile_row * s->cut.rows : 0;
  *end = exists ? least_of(*begin + s->cut.rows, s->n) : 0;
}

/* What this part's last tile has computed a diagonal ago, the next part's first tile needs now. */
static void diagonal_request(void *opaque, struct request *request) {
  const struct state *s = opaque;
  int64_t begin, end;
  request->kind = REQUEST_SHIFT;
  request->as.shift = (struct shift){.direction = +1};
  if (s->begin < s->end && !has_corner(s)) {
    rows_of(s, s->diagonal - s->end, &begin, &end);
    request->as.shift.send = left_of(s, s->end) + begin;
    request->as.shift.send_bytes = (size_t)(end - begin) * sizeof(double);
  }
  if (s->begin < s->end && !has_origin(s)) {
    rows_of(s, s->diagonal - s->begin, &begin, &end);
    request->as.shift.receive = left_of(s, s->begin) + begin;
    request->as.shift.receive_bytes = (size_t)(end - begin) * sizeof(double);
  }
}

/* The rows [begin, end) of a tile column. */
static void compute_tile(const struct state *s, int64_t tile_column, int64_t begin, int64_t end) {
  const double *left = left_of(s, tile_column);
  double left_rows[ROWS] = {0};
  struct sweep sweep = {
      .before = before_of(s, tile_column),
      .left = left_rows,
      .width = width_of(s->n, &s->cut, tile_column),
  };
  sweep.stride = stride_of(sweep.width);
  for (int64_t row = begin; row < end; row += ROWS) {
    sweep.rows = (int)least_of(ROWS, end - row);
    memcpy(left_rows, left + row, (size_t)sweep.rows * sizeof(double));
    sweep.left_before = left[row - 1];
    sweep.right = left_of(s, tile_column + 1) + row;
    sweep.out = grid_row(s, tile_column, row);
    if (s->past)
      sweep_past(&sweep);
    else
      sweep_cached(&sweep);
  }
}

/* Row 0, where a point is its column's number, is the row before the first tile. */
static void start_before(const struct state *s, int64_t tile_column) {
  double *restrict before = before_of(s, tile_column);
  const int64_t width = width_of(s->n, &s->cut, tile_column);
  for (int64_t i = 0; i < width; i++)
    before[i] = (double)(1 + tile_column * s->cut.columns + i);
}

static void diagonal_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  int64_t first, behind, row, row_end;
  (void)partial;
  active(s, &first, &behind);
  for (int64_t u = first + begin; u < first + end; u++) {
    rows_of(s, s->diagonal - u, &row, &row_end);
    if (row == 1)
      start_before(s, u);
    compute_tile(s, u, row, row_end);
  }
  if (s->past)
    fence();
}

static int diagonal_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->diagonal++;
  if (s->diagonal < s->cut.tile_rows + s->cut.tile_columns - 1)
    return PHASE_DIAGONAL;
  s->diagonal = 0;
  return PHASE_FEED;
}

static double corner_of(const struct state *s) {
  return left_of(s, s->end)[s->n - 1];
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
  *left_of(s, 0) = -(has_corner(s) ? corner_of(s) : s->corner);
}

/* Adds the points of a row that begins at column `column`. */
static void check_row(struct checked *checked, const double *restrict points, int64_t row,
                      int64_t column, int64_t width) {
  double least = checked->least, greatest = checked->greatest;
  int64_t count = 0;
  for (int64_t i = 0; i < width; i++) {
    double excess = points[i] - (double)(row + column + i);
    least = excess < least ? excess : least;
    greatest = excess > greatest ? excess : greatest;
    count += excess == excess; /* NaN is not */
  }
  checked->least = least;
  checked->greatest = greatest;
  checked->count += count;
}

static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct checked checked = {.least = DBL_MAX, .greatest = -DBL_MAX};
  for (int64_t u = begin; u < end; u++) {
    int64_t width = width_of(s->n, &s->cut, u);
    for (int64_t row = 1; row < s->n; row++)
      check_row(&checked, grid_row(s, u, row), row, 1 + u * s->cut.columns, width);
    if (u == 0)
      checked.origin = *left_of(s, 0);
    if (u == s->cut.tile_columns - 1)
      checked.corner = grid_row(s, u, s->n - 1)[width - 1];
  }
  *(struct checked *)partial = checked;
}

static void checked_combine(void *into, const void *from) {
  struct checked *all = into;
  const struct checked *more = from;
  all->least = more->least < all->least ? more->least : all->least;
  all->greatest = more->greatest > all->greatest ? more->greatest : all->greatest;
  all->origin += more->origin;
  all->corner += more->corner;
  all->count += more->count;
}

static int check_then(void *opaque, const void *total) {
  ((struct state *)opaque)->checked = total ? *(const struct checked *)total : (struct checked){0};
  return PHASE_END;
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

/* The tile columns and the parts that own any: with more parts than columns some have none. */
static double owners(const struct problem *problem, int parts) {
  double columns = (double)units(problem);
  return columns < parts ? columns : parts;
}

static double memory(const struct problem *problem, double parts) {
  const struct cut cut = cut_of(problem);
  const int64_t columns = cut.tile_columns, n = problem->n;
  return sizeof(double) *
         ((double)grid_numbers(n, &cut, 0, columns) +
          (double)columns * (double)before_stride(&cut, n) + ((double)columns + parts) * (double)n);
}

static struct work work(const struct problem *problem, int parts) {
  double points = (double)(problem->n - 1) * (double)(problem->n - 1);
  double shifts = owners(problem, parts) - 1;
  return (struct work){
      .operations = 2 * points,
      .bytes = 8 * points,
      .traffic = (stores_past(problem, parts) ? 8 : 16) * points,
      .messages = points > 0 ? shifts * (double)cut_of(problem).tile_rows + parts - 1 : 0,
      .memory = memory(problem, owners(problem, parts)),
  };
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
    verdict.error = larger(verdict.error, fabs(checked->least - excess));
    verdict.error = larger(verdict.error, fabs(checked->greatest - excess));
  }
  verdict.error = verdict.error / scale + (double)imaxabs(checked->count - (n - 1) * (n - 1));
  return verdict;
}

const struct kernel kernel_wavefront = {
    .name = "wavefront",
    .summary = "a recurrence over an n x n grid whose points wait for their neighbours, in tiles",
    .description =
        "point(i, j) = point(i-1, j) + point(i, j-1) - point(i-1, j-1) for all points of an n x n "
        "grid of doubles but those of row 0 and column 0, which are i + j. Then point(0, 0) "
        "becomes the last point, point(n-1, n-1), negated, so that a pass cannot begin before the "
        "one before it has ended. The Synch_p2p kernel of the Parallel Research Kernels (R. Van "
        "der Wijngaart, T. Mattson, HPEC 2014).\n\n"
        "The grid is cut into tiles. A tile can be computed when those left of it and before it "
        "are, so all tiles on an anti-diagonal are computed at the same time, diagonal by "
        "diagonal. A part owns columns of tiles. Inside a tile eight rows at a time are computed "
        "in the lanes of vectors, each four columns behind the row before it.",
    .counting =
        "As in PRK: 2 flop for each point outside of row 0 and column 0. Bytes: 8 for each of "
        "these points, which is written once a pass; what a point needs of its neighbours is "
        "still in the caches. Traffic: the same where stores go past the caches, and twice as much "
        "where they do not, as each line is then fetched before it is overwritten.",
    .oracle =
        "After pass k, counted from 1, point(n-1, n-1) is k(2n-2), as in PRK, and point(0, 0) is "
        "its opposite. Every other point that is computed is i + j + (k-1)(2n-2): the least and "
        "the greatest difference from i + j are held against (k-1)(2n-2), and all (n-1)^2 must be "
        "numbers. Relative to k(2n-2), 1e-8.",
    .exchanged =
        "For each row of tiles, each part sends the last column of its last tile to the next part: "
        "tile_rows numbers. The last part sends the last point to all after each pass.",
    .expectation =
        "Grids larger than the last-level cache are limited by how fast memory can be written; "
        "smaller ones by the shuffles that carry points from row to row. Parallel, it is limited "
        "by the pipeline as well: the first and the last diagonals have few tiles, and each "
        "diagonal ends in a synchronisation. P processes with c tile columns each begin one after "
        "the other, c(c+1)/2 tiles apart, of c times the number of tile rows that each computes. "
        "A lock or a single cooperative thread gains nothing.",
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
