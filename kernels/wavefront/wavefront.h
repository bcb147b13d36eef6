/* wavefront: what the kernel shares with its tuned implementation and its oracle; the layout of its
 * grid. */
#ifndef QUARTET_WAVEFRONT_H
#define QUARTET_WAVEFRONT_H

#include "kernels/blocks/lines.h"
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/random.h"
#include "kernels/kernel.h"

enum {
  WAVEFRONT_TILE_ROWS,
  WAVEFRONT_TILE_COLUMNS,
  WAVEFRONT_STORES,
  WAVEFRONT_PATH
}; /* options */
enum { WAVEFRONT_AUTO, WAVEFRONT_TEMPORAL, WAVEFRONT_NONTEMPORAL };

#define WAVEFRONT_TOLERANCE 1e-11 /* relative */

/* Some rows of one column of tiles. */
struct wavefront_tile {
  double *out;    /* the points to compute, row by row; aligned to a cache line */
  int64_t stride; /* from row to row */
  double *before; /* the row before them, aligned likewise; replaced by the last of the rows. With
                     WAVEFRONT_PADDING numbers more after it, which may be overwritten */
  const double *left;  /* left[row], row from -1 on: the point left of the row */
  double *right;       /* right[row] becomes the row's last point, too */
  int64_t rows, width; /* at least 1 of both */
  bool nontemporal;    /* non-temporal stores to `out`; then nontemporal_fence must follow */
};

enum { WAVEFRONT_PADDING = 40 };

/* Computes the points of a tile. */
typedef void wavefront_compute(const struct wavefront_tile *tile);

/* Several rows at a time, in vectors where the processor has them (avx.c, scalar.c). */
wavefront_compute wavefront_tuned;

/* -- The grid --------------------------------------------------------------------------------- */

/* How the grid is cut, the same in all parts. Row 0 and column 0 are given and belong to no tile.
 */
struct wavefront_cut {
  int64_t n;                       /* the grid is n x n */
  int64_t rows, columns;           /* of a tile; the last ones may have fewer */
  int64_t tile_rows, tile_columns; /* how many of them there are */
};

/* What a part stores of the grid: the tile columns [begin, end). */
struct wavefront_grid {
  struct wavefront_cut cut;
  int64_t begin, end;
  double *points; /* own tile columns, each row by row from row 1 on */
  double *before; /* for each of them the row before the tile to compute next */
  double *edges;  /* the column left of them, and the last column of each, from row 0 on */
};

/* The number of columns of a tile column. */
int64_t wavefront_width(const struct wavefront_cut *cut, int64_t tile_column);

/* From one row of a tile column to the next, in numbers. */
int64_t wavefront_stride(const struct wavefront_cut *cut, int64_t tile_column);

/* The first point of row `row`, from 1 on, in an own tile column. */
double *wavefront_row(const struct wavefront_grid *grid, int64_t tile_column, int64_t row);

/* The row before the next tile of an own tile column. */
double *wavefront_before(const struct wavefront_grid *grid, int64_t tile_column);

/* The column left of an own tile column, by rows from 0 on: the last column of the tile column to
 * its left. That of `end` is the last own column. */
double *wavefront_left(const struct wavefront_grid *grid, int64_t tile_column);

/* Sets an own tile column's pages to 0, but for its columns left and right. */
void wavefront_clear(const struct wavefront_grid *grid, int64_t tile_column);

/* What is given: the points of row 0 and of column 0 but for point(0, 0). Fractions of 31 bits
 * without any order, so that no point is another one plus a constant. */
static inline double wavefront_top(int64_t column) {
  return 1 + fraction_of((uint64_t)column * RANDOM_COLUMN, fraction_mask(FRACTION_BITS));
}

static inline double wavefront_side(int64_t row) {
  return 1 + fraction_of((uint64_t)row * RANDOM_ROW, fraction_mask(FRACTION_BITS));
}

/* By how much the last point grows in each pass. */
static inline double wavefront_growth(int64_t n) {
  return n > 1 ? wavefront_side(n - 1) + wavefront_top(n - 1) : 0;
}

/* -- The state -------------------------------------------------------------------------------- */

/* By how much the points exceed the sum of what is given in their row and column; and the two
 * corners, 0 in a range that has none. */
struct wavefront_checked {
  struct minmax excess;
  double origin, corner;
};

struct wavefront_state {
  struct wavefront_grid grid; /* with the own tile columns */
  wavefront_compute *compute;
  bool nontemporal;
  int corner_part;  /* the last part that owns any */
  int64_t diagonal; /* of the pass under way */
  double corner;    /* of the grid, as received */
  struct wavefront_checked checked;
};

/* As in struct kernel (grid.c). wavefront_open does not set `compute`. */
int64_t wavefront_units(const struct problem *problem);
int wavefront_open(void *state, const struct problem *problem, const struct part *part,
                   struct error *error);
void wavefront_close(void *state);
struct work wavefront_work(const struct problem *problem, int parts);

/* The oracle (oracle.c): body, combine and then of the phase that checks all points; and the
 * verdict. As in struct phase and struct kernel. */
void wavefront_check(void *state, int64_t begin, int64_t end, void *checked);
void wavefront_check_combine(void *into, const void *from);
int wavefront_check_then(void *state, const void *checked);
struct verdict wavefront_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
