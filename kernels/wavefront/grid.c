/* The layout of wavefront's grid in memory, and the work model. */
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"
#include "kernels/wavefront/wavefront.h"

/* What precedes a row before, so that it begins at a cache line, and what follows it. */
enum { HEAD = LINE, TAIL = WAVEFRONT_PADDING };

static struct wavefront_cut cut_of(const struct problem *problem) {
  const int64_t rows = problem->value[WAVEFRONT_TILE_ROWS],
                columns = problem->value[WAVEFRONT_TILE_COLUMNS];
  return (struct wavefront_cut){problem->n, rows, columns, quotient_up(problem->n - 1, rows),
                                quotient_up(problem->n - 1, columns)};
}

int64_t wavefront_units(const struct problem *problem) {
  return cut_of(problem).tile_columns;
}

int64_t wavefront_width(const struct wavefront_cut *cut, int64_t tile_column) {
  return min_of(cut->columns, cut->n - 1 - tile_column * cut->columns);
}

int64_t wavefront_stride(const struct wavefront_cut *cut, int64_t tile_column) {
  return odd_lines(wavefront_width(cut, tile_column));
}

static int64_t before_stride(const struct wavefront_cut *cut) {
  return HEAD + quotient_up(min_of(cut->columns, cut->n), LINE) * LINE + TAIL;
}

/* The numbers that tile columns [begin, end) take in the grid. */
static int64_t points_of(const struct wavefront_cut *cut, int64_t begin, int64_t end) {
  if (begin == end)
    return 0;
  return (cut->n - 1) *
         ((end - 1 - begin) * odd_lines(cut->columns) + wavefront_stride(cut, end - 1));
}

static bool stores_nontemporal(const struct problem *problem, int parts) {
  const double n = (double)problem->n;
  const int64_t stores = problem->value[WAVEFRONT_STORES];
  if (!HAVE_NONTEMPORAL || stores == WAVEFRONT_TEMPORAL ||
      problem->value[WAVEFRONT_PATH] == PATH_REFERENCE)
    return false;
  return stores == WAVEFRONT_NONTEMPORAL || 8 * n * n / parts > NONTEMPORAL_BYTES;
}

int wavefront_open(void *opaque, const struct problem *problem, const struct part *part,
                   struct error *error) {
  struct wavefront_state *s = opaque;
  struct wavefront_grid *grid = &s->grid;
  const int64_t owned = part->end - part->begin;
  *grid = (struct wavefront_grid){.cut = cut_of(problem), .begin = part->begin, .end = part->end};
  s->nontemporal = stores_nontemporal(problem, part->count);
  for (int i = 0; i < part->count; i++)
    if (part->bounds[i] < part->bounds[i + 1])
      s->corner_part = i;
  return memory_allocate(&grid->points, points_of(&grid->cut, grid->begin, grid->end),
                         sizeof(double), "the grid", error) ||
                 memory_allocate(&grid->before, owned,
                                 (size_t)before_stride(&grid->cut) * sizeof(double),
                                 "the rows before", error) ||
                 memory_allocate(&grid->edges, owned > 0 ? owned + 1 : 0,
                                 (size_t)grid->cut.n * sizeof(double), "the tiles' edges", error)
             ? error->code
             : 0;
}

void wavefront_close(void *opaque) {
  const struct wavefront_grid *grid = &((struct wavefront_state *)opaque)->grid;
  free(grid->points);
  free(grid->before);
  free(grid->edges);
}

struct work wavefront_work(const struct problem *problem, int parts) {
  const struct wavefront_cut cut = cut_of(problem);
  const double points = (double)(problem->n - 1) * (double)(problem->n - 1);
  const double columns = (double)cut.tile_columns;
  const double owners = (double)min_of(cut.tile_columns, parts); /* parts with a tile column */
  const double numbers = (double)points_of(&cut, 0, cut.tile_columns) +
                         columns * (double)before_stride(&cut) + (columns + owners) * (double)cut.n;
  return (struct work){
      .operations = 2 * points,
      .bytes = 8 * points,
      .traffic = (stores_nontemporal(problem, parts) ? 8 : 16) * points,
      .messages = points > 0 ? (owners - 1) * (double)cut.tile_rows + parts - 1 : 0,
      .memory = sizeof(double) * numbers,
  };
}

double *wavefront_row(const struct wavefront_grid *grid, int64_t tile_column, int64_t row) {
  return grid->points +
         (tile_column - grid->begin) * (grid->cut.n - 1) * odd_lines(grid->cut.columns) +
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
