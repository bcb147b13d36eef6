/* The layout of wavefront's grid in memory. */
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/wavefront/wavefront.h"

enum { LINE = WAVEFRONT_LINE };

/* What precedes a row before, so that it begins at a cache line, and what follows it. */
enum { HEAD = LINE, TAIL = WAVEFRONT_PADDING };

struct wavefront_cut wavefront_cut_of(int64_t n, int64_t rows, int64_t columns) {
  return (struct wavefront_cut){n, rows, columns, quotient_up(n - 1, rows),
                                quotient_up(n - 1, columns)};
}

int64_t wavefront_width(const struct wavefront_cut *cut, int64_t tile_column) {
  return min_of(cut->columns, cut->n - 1 - tile_column * cut->columns);
}

/* An odd number of cache lines, since rows a power of two apart would share few sets of the caches
 * (cache-set conflicts). */
static int64_t stride_of(int64_t width) {
  return (quotient_up(width, LINE) | 1) * LINE;
}

int64_t wavefront_stride(const struct wavefront_cut *cut, int64_t tile_column) {
  return stride_of(wavefront_width(cut, tile_column));
}

static int64_t before_stride(const struct wavefront_cut *cut) {
  return HEAD + quotient_up(min_of(cut->columns, cut->n), LINE) * LINE + TAIL;
}

/* The numbers that tile columns [begin, end) take in the grid. */
static int64_t points_of(const struct wavefront_cut *cut, int64_t begin, int64_t end) {
  if (begin == end)
    return 0;
  return (cut->n - 1) *
         ((end - 1 - begin) * stride_of(cut->columns) + wavefront_stride(cut, end - 1));
}

static int allocate(double **array, int64_t count, int64_t numbers, const char *what,
                    struct error *error) {
  void *memory;
  int code = memory_allocate(&memory, count, (size_t)numbers * sizeof(double), what, error);
  *array = memory;
  return code;
}

int wavefront_grid_open(struct wavefront_grid *grid, struct error *error) {
  const int64_t owned = grid->end - grid->begin, n = grid->cut.n;
  if (allocate(&grid->points, points_of(&grid->cut, grid->begin, grid->end), 1, "the grid",
               error) ||
      allocate(&grid->before, owned, before_stride(&grid->cut), "the rows before", error) ||
      allocate(&grid->edges, owned > 0 ? owned + 1 : 0, n, "the tiles' edges", error))
    return error->code;
  return 0;
}

void wavefront_grid_close(struct wavefront_grid *grid) {
  free(grid->points);
  free(grid->before);
  free(grid->edges);
}

double wavefront_grid_bytes(const struct wavefront_cut *cut, double parts) {
  const double columns = (double)cut->tile_columns;
  return sizeof(double) *
         ((double)points_of(cut, 0, cut->tile_columns) + columns * (double)before_stride(cut) +
          (columns + parts) * (double)cut->n);
}

double *wavefront_row(const struct wavefront_grid *grid, int64_t tile_column, int64_t row) {
  return grid->points +
         (tile_column - grid->begin) * (grid->cut.n - 1) * stride_of(grid->cut.columns) +
         (row - 1) * wavefront_stride(&grid->cut, tile_column);
}

double *wavefront_before(const struct wavefront_grid *grid, int64_t tile_column) {
  return grid->before + (tile_column - grid->begin) * before_stride(&grid->cut) + HEAD;
}

double *wavefront_left(const struct wavefront_grid *grid, int64_t tile_column) {
  return grid->edges + (tile_column - grid->begin) * grid->cut.n;
}

void wavefront_clear(const struct wavefront_grid *grid, int64_t tile_column) {
  memset(wavefront_row(grid, tile_column, 1), 0,
         (size_t)points_of(&grid->cut, tile_column, tile_column + 1) * sizeof(double));
  memset(wavefront_before(grid, tile_column) - HEAD, 0,
         (size_t)before_stride(&grid->cut) * sizeof(double));
}
