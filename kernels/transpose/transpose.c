/* transpose: B += A^T, then A += 1, on n x n matrices, as in the Parallel Research Kernels (PRK).
 *
 * Both matrices are cut into blocks of rows; a unit is a row. Each part transposes the columns of A
 * that it owns rows of B for, and sends the others to their owners, already transposed:
 *
 *   fill       (set-up) A and B have fractions without symmetry
 *   transpose  (timed, once for each step of the pipeline) in step t the part's rows of A in chunk
 *              t go to its own rows of B and, packed, to the send buffer, while chunk t-1 travels
 *              and chunk t-2, which has come from the others, is added to B. With one part there is
 *              one chunk, the whole matrix, and nothing is sent.
 *   compare    every element of both matrices is compared with its closed form; then they are
 *              filled with other fractions for the next pass
 *
 * blocks/pipeline.h describes the pipeline; tuned.c does the same with tiles in vector registers;
 * oracle.c compares. */
#include "kernels/transpose/transpose.h"

#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/lines.h"
#include "kernels/blocks/path.h"
#include "kernels/transpose/page.h"

enum { ITERATIONS, PATH };
enum { PHASE_FILL, PHASE_TRANSPOSE, PHASE_COMPARE };

static const struct kernel_option options[] = {
    {"iterations", OPTION_COUNT, 1, 1, 1000000, "iteration", "transpositions in one repetition"},
    PATH_OPTION,
    {0},
};

/* -- The algorithm: one block ----------------------------------------------------------------- */

static void reference_add(const struct transpose_block *k) {
  for (int64_t row = 0; row < k->rows; row++)
    for (int64_t column = 0; column < k->columns; column++) {
      k->out[column * k->ldo + row] += k->a[row * k->lda + column];
      k->a[row * k->lda + column] += 1;
    }
}

static void reference_pack(const struct transpose_block *k) {
  for (int64_t row = 0; row < k->rows; row++)
    for (int64_t column = 0; column < k->columns; column++) {
      k->out[column * k->ldo + row] = k->a[row * k->lda + column];
      k->a[row * k->lda + column] += 1;
    }
}

static void reference_add_piece(double *b, int64_t stride, const double *piece, int64_t rows,
                                int64_t width) {
  for (int64_t row = 0; row < rows; row++)
    for (int64_t i = 0; i < width; i++)
      b[row * stride + i] += piece[row * width + i];
}

static const struct transpose_path reference = {reference_add, reference_pack, reference_add_piece};
static const struct transpose_path *const paths[] = {
    [PATH_REFERENCE] = &reference, [PATH_TUNED] = &transpose_tuned};

/* -- Memory ----------------------------------------------------------------------------------- */

/* The rows that travel in a step, when the largest part has `rows`. */
static int64_t chunk_of(int64_t rows) {
  int64_t chunk = quotient_up(rows / TRANSPOSE_CHUNKS_MIN, LINE) * LINE;
  return max_of(TRANSPOSE_CHUNK_MIN, min_of(chunk, TRANSPOSE_CHUNK_MAX));
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct transpose_state *s = opaque;
  const int64_t rows = part->end - part->begin;
  s->n = problem->n; /* at most 2^20 */
  s->begin = part->begin;
  s->end = part->end;
  s->stride = odd_lines(s->n);
  s->iterations = problem->value[ITERATIONS];
  s->mask = transpose_mask(s->iterations);
  s->path = paths[problem->value[PATH]];
  s->parts = part->count;
  s->part = part->index;
  const size_t row_bytes = (size_t)s->stride * sizeof(double);
  if (memory_allocate(&s->a, rows, row_bytes, "the matrix A", error) ||
      memory_allocate(&s->b, rows, row_bytes, "the matrix B", error))
    return error->code;
  return s->parts == 1 ? 0
                       : pipeline_open(&s->pipeline, part, chunk_of(pipeline_units(part)), 1,
                                       sizeof(double), error);
}

static void close_part(void *opaque) {
  struct transpose_state *s = opaque;
  free(s->a);
  free(s->b);
  pipeline_close(&s->pipeline);
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct transpose_state *s = opaque;
  (void)partial;
  transpose_fill(s, begin, end);
  if (s->parts > 1)
    pipeline_touch(&s->pipeline, begin, end);
}

/* -- A chunk: to B, to the others, from the others -------------------------------------------- */

/* The others' columns, numbered from 0 without the own ones, are packed by the units in equal
 * shares: those before the share of `unit`. */
static int64_t share_of(const struct transpose_state *s, int64_t unit) {
  int64_t rows = s->end - s->begin;
  return (unit - s->begin) * (s->n - rows) / rows;
}

/* Columns [begin, end) of the chunk's rows to where they go. */
static struct transpose_block block_of(const struct transpose_state *s, const struct span *rows,
                                       int64_t begin, int64_t end, double *out, int64_t ldo) {
  return (struct transpose_block){
      .a = transpose_row(s, s->a, rows->begin) + begin,
      .lda = s->stride,
      .out = out,
      .ldo = ldo,
      .rows = rows->end - rows->begin,
      .columns = end - begin,
      .head = (LINE - begin % LINE) % LINE,
  };
}

/* The own columns [begin, end) of the rows go straight to B. */
static void keep(const struct transpose_state *s, const struct span *rows, int64_t begin,
                 int64_t end) {
  s->path->add((struct transpose_block[]){
      block_of(s, rows, begin, end, transpose_row(s, s->b, begin) + rows->begin, s->stride)});
}

/* Columns [begin, end) of those that others own, as share_of numbers them. */
static void pack(const struct transpose_state *s, const struct span *rows, int64_t begin,
                 int64_t end, double *out) {
  const int64_t ldo = rows->end - rows->begin, middle = s->begin, gap = s->end - s->begin;
  const int64_t before = begin < middle ? min_of(end, middle) : begin;
  if (begin < before)
    s->path->pack(
        (struct transpose_block[]){block_of(s, rows, begin, before, out + begin * ldo, ldo)});
  if (before < end)
    s->path->pack((struct transpose_block[]){
        block_of(s, rows, before + gap, end + gap, out + before * ldo, ldo)});
}

/* What has come from all others for the own rows [begin, end) of B. */
static void unpack(const struct transpose_state *s, int64_t chunk, int64_t begin, int64_t end,
                   const double *piece) {
  for (int i = 0; i < s->parts; i++) {
    const struct span rows = pipeline_chunk(&s->pipeline, i, chunk);
    const int64_t width = rows.end - rows.begin;
    if (i == s->part || width == 0)
      continue;
    s->path->add_piece(transpose_row(s, s->b, begin) + rows.begin, s->stride,
                       piece + (begin - s->begin) * width, end - begin, width);
    piece += (s->end - s->begin) * width;
  }
}

static void transpose_request(void *opaque, struct request *request) {
  pipeline_request(&((struct transpose_state *)opaque)->pipeline, request);
}

/* A unit is a row of B, to which a column of A is added; in the chunks of many parts, also a share
 * of the columns that others own. */
static void transpose_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct transpose_state *s = opaque;
  const int64_t step = s->pipeline.step;
  const double *received = pipeline_inbox(&s->pipeline);
  double *send = pipeline_outbox(&s->pipeline);
  (void)partial;
  if (received)
    unpack(s, step - 2, begin, end, received);
  if (s->parts == 1)
    keep(s, &(struct span){s->begin, s->end}, begin, end);
  if (send) {
    const struct span rows = pipeline_chunk(&s->pipeline, s->part, step);
    keep(s, &rows, begin, end);
    pack(s, &rows, share_of(s, begin), share_of(s, end), send);
  }
}

static int transpose_then(void *opaque, const void *total) {
  struct transpose_state *s = opaque;
  (void)total;
  if (pipeline_advance(&s->pipeline))
    return PHASE_TRANSPOSE;
  s->sweep++;
  return s->sweep % s->iterations == 0 ? PHASE_END : PHASE_TRANSPOSE;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_TRANSPOSE] = {.name = "transpose",
                         .stage = STAGE_TIMED,
                         .request = transpose_request,
                         .body = transpose_body,
                         .edge = 0, /* what comes is used in the step after */
                         .then = transpose_then},
    [PHASE_COMPARE] = {.name = "compare",
                       .stage = STAGE_CHECK,
                       .body = transpose_compare,
                       .partial_bytes = sizeof(struct transpose_found),
                       .combine = transpose_compare_combine,
                       .then = transpose_compare_then},
};

static struct work work(const struct problem *problem, int parts) {
  const int64_t n = problem->n, chunk = chunk_of(quotient_up(n, parts));
  const double elements = (double)n * (double)n, sweeps = (double)problem->value[ITERATIONS];
  return (struct work){
      .operations = sweeps * 2 * elements,
      .bytes = sweeps * 2 * elements * sizeof(double),
      .traffic = sweeps * 4 * elements * sizeof(double),
      .messages = sweeps * pipeline_messages(n, parts, chunk),
      .memory = 2.0 * (double)n * (double)odd_lines(n) * sizeof(double) +
                pipeline_bytes(n, parts, chunk, 1, sizeof(double)),
  };
}

const struct kernel kernel_transpose = {
    .name = "transpose",
    .summary = "matrix transposition, all-to-all exchange of blocks",
    KERNEL_PAGE,
    .unit = "matrix row",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 4000, 0, 1 << 20, "matrix row", "rows and columns of the matrices"},
    .options = options,
    .state_bytes = sizeof(struct transpose_state),
    .units = units_n,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = transpose_verify,
};
