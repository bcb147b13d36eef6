#define kernel_wavefront kernel_wavefront_copy
#include "kernels/wavefront/wavefront.c"
#undef kernel_wavefront
#include "tests/cases/case.h"

/* Tiles that divide the grid and that do not, of fewer rows than a vector has lanes and of more,
 * narrower than a vector and wide enough for all rows to be in progress. */
static const int64_t sizes[] = {1, 2, 10, 31, 82, -1};
static const char *const settings[] = {"tile_rows=11 tile_columns=17",
                                       "tile_rows=27 tile_columns=39 stores=nontemporal", NULL};

/* By how much every point grows from one pass to the next. */
static double growth(const struct wavefront_state *s) {
  return wavefront_growth(s->grid.cut.n);
}

/* Where the range has a tile of the second row of tiles, its tile column and first row. */
static bool planted(const struct wavefront_state *s, int64_t begin, int64_t end, int64_t *column,
                    int64_t *row) {
  int64_t first, last;
  active(s, &first, &last);
  *column = s->diagonal - 1;
  *row = 1 + s->grid.cut.rows;
  return first + begin <= *column && *column < first + end;
}

static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  int64_t column, row;
  case_honest("diagonal")->body(state, begin, end, partial);
  if (planted(state, begin, end, &column, &row))
    wavefront_row(&((struct wavefront_state *)state)->grid, column, row)[0] = NAN;
}

static void lost_body(void *state, int64_t begin, int64_t end, void *partial) {
  int64_t column, row;
  case_honest("diagonal")->body(state, begin, end, partial);
  if (planted(state, begin, end, &column, &row))
    wavefront_row(&((struct wavefront_state *)state)->grid, column, row + 1)[2] -= growth(state);
}

static void early_body(void *state, int64_t begin, int64_t end, void *partial) {
  int64_t column, row;
  if (planted(state, begin, end, &column, &row) && column > 0)
    wavefront_left(&((struct wavefront_state *)state)->grid, column)[row + 1] -= growth(state);
  case_honest("diagonal")->body(state, begin, end, partial);
}

/* A point that is the one to its left plus 1. */
static void step_body(void *state, int64_t begin, int64_t end, void *partial) {
  int64_t column, row;
  case_honest("diagonal")->body(state, begin, end, partial);
  if (planted(state, begin, end, &column, &row)) {
    double *points = wavefront_row(&((struct wavefront_state *)state)->grid, column, row);
    points[2] = points[1] + 1;
  }
}

static void single_body(void *state, int64_t begin, int64_t end, void *partial) {
  int64_t column, row;
  case_honest("diagonal")->body(state, begin, end, partial);
  if (planted(state, begin, end, &column, &row)) {
    double *point = wavefront_row(&((struct wavefront_state *)state)->grid, column, row);
    *point = (double)(float)*point;
  }
}

static void sign_body(void *state, int64_t begin, int64_t end, void *partial) {
  case_honest("feed")->body(state, begin, end, partial);
  *wavefront_left(&((struct wavefront_state *)state)->grid, 0) *= -1;
}

static const struct fault faults[] = {
    {.what = "a NaN in the grid", .phase = "diagonal", .body = nan_body},
    {.what = "a point that was not stored", .phase = "diagonal", .body = lost_body},
    {.what = "a tile computed before its neighbour", .phase = "diagonal", .body = early_body},
    {.what = "a point guessed from the one before", .phase = "diagonal", .body = step_body},
    {.what = "single precision", .phase = "diagonal", .body = single_body},
    {.what = "a corner that is not negated", .phase = "feed", .body = sign_body},
    {0},
};

const struct kernel_case case_wavefront = {
    .sizes = sizes,
    .settings = settings,
    .fault_size = 40,
    .fault_settings = "tile_rows=10 tile_columns=8",
    .faults = faults,
    .large_size = 4000,
};
