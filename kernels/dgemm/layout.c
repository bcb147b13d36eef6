/* dgemm: the memory of a part, and what it holds at the beginning. */
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/dgemm/dgemm.h"

int dgemm_open(struct dgemm_state *s, const struct part *part, struct error *error) {
  const int64_t n = s->n, rows = part->end - part->begin, widest = min_of(s->width, n);
  const int64_t received = part->count > 1 ? widest : 0, packs = s->multiply == dgemm_tuned;
  const size_t row = (size_t)n * sizeof(double), slice = DGEMM_DEPTH * sizeof(double);
  const size_t strip = (size_t)dgemm_strip_doubles(widest) * sizeof(double);
  s->begin = part->begin;
  s->rows = rows;
  s->part = part->index;
  s->parts = part->count;
  s->panels = quotient_up(n, s->width);
  for (int64_t panel = s->part; panel < s->panels; panel += s->parts)
    s->own_rows += dgemm_panel_rows(s, panel);
  if (memory_allocate(&s->a, rows, row, "A", error) ||
      memory_allocate(&s->c, rows, row, "C", error) ||
      memory_allocate(&s->b, s->own_rows, row, "B", error) ||
      memory_allocate(&s->received[0], received, row, "a panel of B", error) ||
      memory_allocate(&s->received[1], received, row, "a panel of B", error) ||
      memory_allocate(&s->packed, packs * dgemm_strips(n), strip, "a packed panel", error) ||
      memory_allocate(&s->copies, packs * rows, slice, "a slice of A", error) ||
      memory_allocate(&s->product, n, sizeof(uint64_t), "the check's vector", error))
    return error->code;
  return 0;
}

void dgemm_close(void *opaque) {
  struct dgemm_state *s = opaque;
  free(s->a);
  free(s->c);
  free(s->b);
  free(s->received[0]);
  free(s->received[1]);
  free(s->packed);
  free(s->copies);
  free(s->product);
}

/* Zeroes that share of a matrix which rows [begin, end) are of the part's: the worker that uses
 * these pages later touches them first. */
static void touch(const struct dgemm_state *s, double *matrix, int64_t rows, int64_t columns,
                  int64_t begin, int64_t end) {
  const int64_t from = (begin - s->begin) * rows * columns / s->rows;
  const int64_t to = (end - s->begin) * rows * columns / s->rows;
  if (matrix)
    memset(matrix + from, 0, (size_t)(to - from) * sizeof(double));
}

void dgemm_fill_rows_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct dgemm_state *s = opaque;
  const int64_t n = s->n, widest = min_of(s->width, n);
  (void)partial;
  for (int64_t i = begin; i < end; i++)
    dgemm_fill_a(n, i, s->a + (i - s->begin) * n);
  for (int64_t i = begin; i < end; i++)
    dgemm_fill_c(n, i, 0, s->c + (i - s->begin) * n);
  touch(s, s->copies, s->rows, DGEMM_DEPTH, begin, end);
  touch(s, s->packed, dgemm_strips(n), dgemm_strip_doubles(widest), begin, end);
  touch(s, s->received[0], widest, n, begin, end);
  touch(s, s->received[1], widest, n, begin, end);
}

void dgemm_fill_panels_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct dgemm_state *s = opaque;
  (void)partial;
  for (int64_t row = begin; row < end; row++) {
    int64_t panel = s->part + row / s->width * s->parts;
    dgemm_fill_b(s->n, panel * s->width + row % s->width, s->b + row * s->n);
  }
}
