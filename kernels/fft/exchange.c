/* fft with several parts: what a part has transformed goes to the owners of the columns. */
#include <string.h>

#include "kernels/fft/fft.h"

static const struct fft_matrix *source_of(const struct fft_state *s) {
  return s->step == FFT_COLUMNS ? &s->w : &s->x;
}

static const struct fft_matrix *target_of(const struct fft_state *s) {
  return s->step == FFT_COLUMNS ? &s->x : &s->w;
}

/* Rows [first, first + count) of the source, which are at `from` now: the own columns straight to
 * the rows of the target, the others to what is sent, as columns of the chunk's width. */
static void spread_rows(const struct fft_state *s, const struct span *rows, int64_t first,
                        int64_t count, const double *from, int64_t from_stride) {
  const struct fft_matrix *to = target_of(s);
  const int64_t width = rows->end - rows->begin, length = source_of(s)->length;
  const int64_t own_begin = s->begin * to->rows_of_unit, own_end = s->end * to->rows_of_unit;
  double *packed = (double *)pipeline_outbox(&s->pipeline) + 2 * (first - rows->begin);
  struct fft_block block = {.from = from,
                            .to = packed,
                            .from_stride = from_stride,
                            .to_stride = width,
                            .rows = count,
                            .columns = own_begin};
  s->path->scatter(&block);
  block.from = from + 2 * own_end;
  block.to = packed + 2 * own_begin * width;
  block.columns = length - own_end;
  s->path->scatter(&block);
  block.from = from + 2 * own_begin;
  block.to = to->points + 2 * first;
  block.to_stride = to->stride;
  block.columns = own_end - own_begin;
  block.nontemporal = s->nontemporal;
  s->path->scatter(&block);
}

/* A share of the chunk's rows: the transform of this step, then they go to their new owners. */
void fft_produce(const struct fft_state *s, int64_t begin, int64_t end) {
  _Alignas(64) double scratch[2 * FFT_SCRATCH];
  const struct fft_matrix *source = source_of(s);
  const struct span all = pipeline_chunk(&s->pipeline, s->part, s->pipeline.step);
  const int64_t own = s->end - s->begin, length = source->length, stride = length + FFT_LINE;
  const int64_t rows_of_unit = source->rows_of_unit, chunk = (all.end - all.begin) * rows_of_unit;
  const struct span rows = {all.begin * rows_of_unit, all.end * rows_of_unit};
  const int64_t first = rows.begin + (begin - s->begin) * chunk / own;
  const int64_t last = rows.begin + (end - s->begin) * chunk / own;
  for (int64_t row = first, count; row < last; row += count) {
    count = min_of(fft_group(length), last - row);
    if (s->step == FFT_SPREAD) {
      spread_rows(s, &rows, row, count, fft_row(s, source, row), source->stride);
      continue;
    }
    for (int64_t i = 0; i < count; i++) {
      double *out = scratch + 2 * i * stride;
      s->path->transform(&s->roots, &s->plans, length, fft_row(s, source, row + i),
                         out + (s->step == FFT_COLUMNS ? 2 * stride : 0));
      if (s->step == FFT_COLUMNS)
        s->path->multiply(&s->roots, row + i, s->n1, out + 2 * stride, out, false);
    }
    spread_rows(s, &rows, row, count, scratch, stride);
  }
}

/* What has come from the others for the own units [begin, end): runs of their rows of the target.
 */
void fft_consume(const struct fft_state *s, int64_t begin, int64_t end) {
  const struct fft_matrix *source = source_of(s), *to = target_of(s);
  const int64_t first = begin * to->rows_of_unit, last = end * to->rows_of_unit;
  const double *piece = pipeline_inbox(&s->pipeline);
  for (int i = 0; i < s->parts; i++) {
    const struct span span = pipeline_chunk(&s->pipeline, i, s->pipeline.step - 2);
    const int64_t width = (span.end - span.begin) * source->rows_of_unit;
    const double *run = piece + 2 * (begin - s->begin) * to->rows_of_unit * width;
    if (i == s->part || width == 0)
      continue;
    for (int64_t row = first; row < last; row++, run += 2 * width)
      memcpy(fft_row(s, to, row) + 2 * span.begin * source->rows_of_unit, run,
             (size_t)width * sizeof(complex_pair));
    piece += 2 * (s->end - s->begin) * to->rows_of_unit * width;
  }
}
