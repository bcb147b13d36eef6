/* transpose: B += A^T, then A += 1, as in the Parallel Research Kernels (PRK). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/blocks/inline.h"
#include "kernels/kernel.h"

enum { ITERATIONS };
enum { PHASE_FILL, PHASE_TRANSPOSE, PHASE_COMPARE };

enum {
  LINE = 8,       /* doubles in a cache line */
  BLOCK = 2048,   /* columns of A that are swept at a time: two cache lines of so many rows of B fit
                     the second-level cache; without huge pages, a page of each the TLB of a Zen 4 */
  AHEAD = 16,     /* cache lines by which A is prefetched */
  ROWS_AHEAD = 8, /* rows of B by which it is prefetched when pieces are added to it */
  CHUNK_MOST = 32,  /* rows of a part that travel in one step, at most ... */
  CHUNKS_LEAST = 8, /* ... and so that there are so many steps, if its rows suffice */
  CHUNK_LEAST = LINE
};

static const struct kernel_option options[] = {
    {"iterations", OPTION_COUNT, 1, 1, 1000000, "iteration", "transpositions in one repetition"},
    {0},
};

/* What a CHECK phase found. */
struct found {
  double errors; /* sum of the distances of all elements of A and B from what they must be */
  double sum;    /* of B's elements */
  int64_t count; /* elements of both that were looked at */
};

/* One sweep is cut in steps. Step t packs chunk t of the own rows of A while chunk t-1 is on its
 * way and chunk t-2, which has come from the others, is added to B. */
struct state {
  int64_t n, begin, end; /* the matrices are n x n; this part owns rows [begin, end) of both */
  int64_t stride;        /* doubles from one row to the next */
  int64_t iterations;    /* sweeps in a pass */
  int64_t sweep, step;   /* sweeps done since SETUP; the step of the next */
  int64_t chunk, chunks; /* rows of a chunk, the same in all parts; the most that a part has */
  double *a, *b;         /* own rows */
  /* Two each. What is sent holds the columns of the chunk that others own, one after another; what
   * is received, for each part that sends, the own columns of its chunk. */
  double *send[2], *receive[2];
  int64_t *send_count, *receive_count;
  int64_t send_room, receive_room; /* doubles in each */
  int parts, part;
  const int64_t *bounds;
  struct found found;
};

static int64_t least(int64_t x, int64_t y) {
  return x < y ? x : y;
}

static int64_t units(const struct problem *problem) {
  return problem->n;
}

/* Rows begin on a cache line, an odd number of lines apart: so the elements of a column spread over
 * all sets of a cache, whatever n is. */
static int64_t stride_of(int64_t n) {
  return ((n + LINE - 1) / LINE | 1) * LINE;
}

/* The rows that travel in a step, when the largest part has `rows`. */
static int64_t chunk_of(int64_t rows) {
  int64_t chunk = (rows / CHUNKS_LEAST + LINE - 1) / LINE * LINE;
  return chunk < CHUNK_LEAST ? CHUNK_LEAST : least(chunk, CHUNK_MOST);
}

static int open_buffers(struct state *s, const struct part *part, struct error *error) {
  int64_t rows = s->end - s->begin, largest = 0, senders = 0;
  void *memory;
  for (int i = 0; i < part->count; i++) {
    int64_t other = s->bounds[i + 1] - s->bounds[i];
    largest = other > largest ? other : largest;
    senders += other > 0 && i != s->part;
  }
  s->chunk = chunk_of(largest);
  s->chunks = (largest + s->chunk - 1) / s->chunk;
  s->send_room = rows > 0 ? s->chunk * (s->n - rows) : 0;
  s->receive_room = s->chunk * senders * rows;
  for (int i = 0; i < 2; i++) {
    if (memory_allocate(&memory, s->send_room, sizeof(double), "what is sent", error))
      return error->code;
    s->send[i] = memory;
    if (memory_allocate(&memory, s->receive_room, sizeof(double), "what is received", error))
      return error->code;
    s->receive[i] = memory;
  }
  if (memory_allocate(&memory, s->parts, 2 * sizeof(int64_t), "the counts", error))
    return error->code;
  s->send_count = memory;
  s->receive_count = s->send_count + s->parts;
  return 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t rows = part->end - part->begin;
  size_t row_bytes;
  void *memory;
  s->n = problem->n; /* at most 2^20 */
  s->begin = part->begin;
  s->end = part->end;
  s->stride = stride_of(s->n);
  s->iterations = problem->value[ITERATIONS];
  s->parts = part->count;
  s->part = part->index;
  s->bounds = part->bounds;
  row_bytes = (size_t)s->stride * sizeof(double);
  if (memory_allocate(&memory, rows, row_bytes, "the matrix A", error))
    return error->code;
  s->a = memory;
  if (memory_allocate(&memory, rows, row_bytes, "the matrix B", error))
    return error->code;
  s->b = memory;
  return s->parts > 1 ? open_buffers(s, part, error) : 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->a);
  free(s->b);
  for (int i = 0; i < 2; i++) {
    free(s->send[i]);
    free(s->receive[i]);
  }
  free(s->send_count);
}

static double *a_row(const struct state *s, int64_t row) {
  return s->a + (row - s->begin) * s->stride;
}

static double *b_row(const struct state *s, int64_t row) {
  return s->b + (row - s->begin) * s->stride;
}

/* -- One block: out += a^T or out = a^T, and a += 1 ------------------------------------------- */

/* A block of a matrix and where its transpose goes. */
struct block {
  double *a;             /* row 0, column 0 */
  double *out;           /* where that goes */
  int64_t lda, ldo;      /* doubles from one row to the next */
  int64_t rows, columns; /* of a */
  int64_t head;          /* columns before the first cache line of a begins */
};

ALWAYS_INLINE void one(double *restrict a, double *restrict out, bool add) {
  *out = add ? *out + *a : *a;
  *a += 1;
}

/* Any size, one by one. */
ALWAYS_INLINE void ragged(const struct block *k, int64_t row_begin, int64_t row_end,
                          int64_t column_begin, int64_t column_end, bool add) {
  for (int64_t row = row_begin; row < row_end; row++)
    for (int64_t column = column_begin; column < column_end; column++)
      one(&k->a[row * k->lda + column], &k->out[column * k->ldo + row], add);
}

/* Rows and columns of what is transposed within registers: a vector each. */
#if defined(__has_builtin) && !defined(TRANSPOSE_PORTABLE)
#  if __has_builtin(__builtin_shufflevector) && (defined(__AVX512F__) || defined(TRANSPOSE_8))
#    define LANES 8
#  elif __has_builtin(__builtin_shufflevector)
#    define LANES 4
#  endif
#endif

#if defined(LANES)
/* Compilers make the instructions of their processor of these; unaligned, and of any type. */
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(8), may_alias));
#  define ROW(pointer, row, ld) (*(lanes *)((pointer) + (row) * (ld)))
#endif

#if defined(LANES) && LANES == 4
ALWAYS_INLINE void square(double *restrict a, int64_t lda, double *restrict out, int64_t ldo,
                          bool add) {
#  define LOW(x, y) __builtin_shufflevector(x, y, 0, 4, 2, 6)
#  define HIGH(x, y) __builtin_shufflevector(x, y, 1, 5, 3, 7)
#  define LEFT(x, y) __builtin_shufflevector(x, y, 0, 1, 4, 5)
#  define RIGHT(x, y) __builtin_shufflevector(x, y, 2, 3, 6, 7)
  lanes r[4], t[4];
  for (int i = 0; i < 4; i++) {
    r[i] = ROW(a, i, lda);
    ROW(a, i, lda) = r[i] + 1;
  }
  t[0] = LOW(r[0], r[1]);
  t[1] = HIGH(r[0], r[1]);
  t[2] = LOW(r[2], r[3]);
  t[3] = HIGH(r[2], r[3]);
  r[0] = LEFT(t[0], t[2]);
  r[1] = LEFT(t[1], t[3]);
  r[2] = RIGHT(t[0], t[2]);
  r[3] = RIGHT(t[1], t[3]);
  for (int i = 0; i < 4; i++)
    if (add)
      ROW(out, i, ldo) += r[i];
    else
      ROW(out, i, ldo) = r[i];
}
#elif defined(LANES)
ALWAYS_INLINE void square(double *restrict a, int64_t lda, double *restrict out, int64_t ldo,
                          bool add) {
#  define LOW(x, y) __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14)
#  define HIGH(x, y) __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15)
#  define LEFT(x, y) __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13)
#  define RIGHT(x, y) __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15)
#  define FRONT(x, y) __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11)
#  define BACK(x, y) __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15)
  lanes r[8], t[8];
  for (int i = 0; i < 8; i++) {
    r[i] = ROW(a, i, lda);
    ROW(a, i, lda) = r[i] + 1;
  }
  for (int i = 0; i < 8; i += 2) { /* 2 x 2 */
    t[i] = LOW(r[i], r[i + 1]);
    t[i + 1] = HIGH(r[i], r[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) { /* 4 x 4 */
    r[i] = LEFT(t[i], t[i + 2]);
    r[i + 1] = LEFT(t[i + 1], t[i + 3]);
    r[i + 2] = RIGHT(t[i], t[i + 2]);
    r[i + 3] = RIGHT(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    t[i] = FRONT(r[i], r[i + 4]);
    t[i + 4] = BACK(r[i], r[i + 4]);
  }
  for (int i = 0; i < 8; i++)
    if (add)
      ROW(out, i, ldo) += t[i];
    else
      ROW(out, i, ldo) = t[i];
}
#else
#  define LANES 8
ALWAYS_INLINE void square(double *restrict a, int64_t lda, double *restrict out, int64_t ldo,
                          bool add) {
  for (int64_t column = 0; column < LANES; column++)
    for (int64_t row = 0; row < LANES; row++)
      one(&a[row * lda + column], &out[column * ldo + row], add);
}
#endif

/* LINE rows and columns of a: whole cache lines on both sides, so none is needed twice and it does
 * not matter that few of them fit a set of the first-level cache. */
ALWAYS_INLINE void tile(double *restrict a, int64_t lda, double *restrict out, int64_t ldo,
                        bool add) {
  for (int64_t row = 0; row < LINE; row += LANES)
    for (int64_t column = 0; column < LINE; column += LANES)
      square(a + row * lda + column, lda, out + column * ldo + row, ldo, add);
}

/* LINE rows of the block from `row` on, columns [begin, end). A tile's lines are all far apart: no
 * hardware prefetcher follows, and the misses of the first-level cache are too few to wait for
 * memory with. So it is asked for into the second level: A some lines ahead; of what is written,
 * the lines of the next LINE rows, which lie beside and so in a page that is at hand. */
ALWAYS_INLINE void strip(const struct block *k, int64_t row, int64_t begin, int64_t end, bool add) {
  const int64_t lda = k->lda, ldo = k->ldo, next = row + LINE < k->rows ? LINE : 0;
  double *restrict a = k->a + row * lda, *restrict out = k->out + row;
  for (int64_t column = begin; column < end; column += LINE) {
    for (int64_t i = 0; i < LINE; i++)
      __builtin_prefetch(a + i * lda + column + LINE * AHEAD, 0, 2);
    for (int64_t i = 0; i < LINE; i++)
      __builtin_prefetch(out + (column + i) * ldo + next, 0, 2);
    tile(a + column, lda, out + column * ldo, ldo, add);
  }
}

ALWAYS_INLINE void transpose(const struct block *k, bool add) {
  const int64_t rows = k->rows / LINE * LINE, first = least(k->head, k->columns);
  const int64_t last = first + (k->columns - first) / LINE * LINE;
  for (int64_t begin = first; begin < last; begin += BLOCK) {
    int64_t end = least(begin + BLOCK, last);
    for (int64_t row = 0; row < rows; row += LINE)
      strip(k, row, begin, end, add);
  }
  ragged(k, 0, rows, 0, first, add);
  ragged(k, 0, rows, last, k->columns, add);
  ragged(k, rows, k->rows, 0, k->columns, add);
}

static void transpose_add(const struct block *block) {
  transpose(block, true);
}

static void transpose_pack(const struct block *block) {
  transpose(block, false);
}

/* -- The chunks ------------------------------------------------------------------------------- */

/* The rows of chunk `chunk` of a part. With one part there is one chunk, and it is never sent. */
struct rows {
  int64_t begin, end;
};

static struct rows chunk_rows(const struct state *s, int part, int64_t chunk) {
  int64_t begin = s->bounds[part], end = s->bounds[part + 1];
  if (s->parts == 1)
    return (struct rows){begin, end};
  begin = least(begin + chunk * s->chunk, end);
  return (struct rows){begin, least(begin + s->chunk, end)};
}

/* The others' columns, numbered from 0 without the own ones, are packed by the units in equal
 * shares: those before the share of `unit`. */
static int64_t share_of(const struct state *s, int64_t unit) {
  int64_t rows = s->end - s->begin;
  return (unit - s->begin) * (s->n - rows) / rows;
}

/* Columns [begin, end) of the chunk's rows to where they go. */
static struct block block_of(const struct state *s, const struct rows *rows, int64_t begin,
                             int64_t end, double *out, int64_t ldo) {
  return (struct block){
      .a = a_row(s, rows->begin) + begin,
      .lda = s->stride,
      .out = out,
      .ldo = ldo,
      .rows = rows->end - rows->begin,
      .columns = end - begin,
      .head = (LINE - begin % LINE) % LINE,
  };
}

/* Columns [begin, end) of those that others own, as share_of numbers them. */
static void pack(const struct state *s, int64_t chunk, int64_t begin, int64_t end) {
  const struct rows rows = chunk_rows(s, s->part, chunk);
  const int64_t ldo = rows.end - rows.begin, middle = s->begin, gap = s->end - s->begin;
  double *out = s->send[chunk % 2];
  int64_t before = begin < middle ? least(end, middle) : begin;
  if (begin < before) {
    struct block block = block_of(s, &rows, begin, before, out + begin * ldo, ldo);
    transpose_pack(&block);
  }
  if (before < end) {
    struct block block = block_of(s, &rows, before + gap, end + gap, out + before * ldo, ldo);
    transpose_pack(&block);
  }
}

/* The own columns [begin, end) of the chunk go straight to B. */
static void keep(const struct state *s, int64_t chunk, int64_t begin, int64_t end) {
  const struct rows rows = chunk_rows(s, s->part, chunk);
  struct block block = block_of(s, &rows, begin, end, b_row(s, begin) + rows.begin, s->stride);
  transpose_add(&block);
}

/* b += piece, rows [0, rows) of `width` each, which are `stride` apart in b. */
static void add_piece(double *b, int64_t stride, const double *restrict piece, int64_t rows,
                      int64_t width) {
  for (int64_t row = 0; row < rows; row++, b += stride, piece += width) {
    double *restrict to = b;
    const double *restrict ahead = b + (row + ROWS_AHEAD < rows ? ROWS_AHEAD * stride : 0);
    for (int64_t i = 0; i < width; i += LINE)
      __builtin_prefetch(ahead + i, 0, 2);
    for (int64_t i = 0; i < width; i++)
      to[i] += piece[i];
  }
}

/* What has come from all others for the own rows [begin, end) of B. */
static void unpack(const struct state *s, int64_t chunk, int64_t begin, int64_t end) {
  const double *piece = s->receive[chunk % 2];
  for (int i = 0; i < s->parts; i++) {
    const struct rows rows = chunk_rows(s, i, chunk);
    int64_t width = rows.end - rows.begin;
    if (i == s->part || width == 0)
      continue;
    add_piece(b_row(s, begin) + rows.begin, s->stride, piece + (begin - s->begin) * width,
              end - begin, width);
    piece += (s->end - s->begin) * width;
  }
}

/* -- The phases ------------------------------------------------------------------------------- */

/* The units' pages of the buffers. */
static void touch_buffers(const struct state *s, int64_t begin, int64_t end) {
  const size_t row_bytes = (size_t)s->chunk * sizeof(double);
  const int64_t first = share_of(s, begin), last = share_of(s, end), own = s->end - s->begin;
  const int64_t pieces = s->receive_room / (own * s->chunk);
  for (int i = 0; i < 2; i++) {
    if (last > first)
      memset(s->send[i] + first * s->chunk, 0, (size_t)(last - first) * row_bytes);
    for (int64_t piece = 0; piece < pieces; piece++)
      memset(s->receive[i] + (piece * own + begin - s->begin) * s->chunk, 0,
             (size_t)(end - begin) * row_bytes);
  }
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  for (int64_t row = begin; row < end; row++) {
    double *restrict a = a_row(s, row), *restrict b = b_row(s, row);
    for (int64_t column = 0; column < s->n; column++) {
      a[column] = (double)(s->n * row + column);
      b[column] = 0;
    }
  }
  if (s->parts > 1)
    touch_buffers(s, begin, end);
}

static void transpose_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  int64_t chunk = s->step - 1;
  if (chunk < 0 || chunk >= s->chunks)
    return;
  struct rows own = chunk_rows(s, s->part, chunk);
  for (int i = 0; i < s->parts; i++) {
    struct rows rows = chunk_rows(s, i, chunk);
    bool other = i != s->part;
    s->send_count[i] = other ? (own.end - own.begin) * (s->bounds[i + 1] - s->bounds[i]) : 0;
    s->receive_count[i] = other ? (rows.end - rows.begin) * (s->end - s->begin) : 0;
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(double),
      .send = s->send[chunk % 2],
      .send_count = s->send_count,
      .receive = s->receive[chunk % 2],
      .receive_count = s->receive_count,
      .capacity = s->receive_room,
      .known = true,
  };
}

/* A unit is a row of B, to which a column of A is added; in the chunks of many parts, also a share
 * of the columns that others own. */
static void transpose_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  int64_t step = s->step;
  (void)partial;
  if (step >= 2)
    unpack(s, step - 2, begin, end);
  if (step >= s->chunks && s->parts > 1)
    return;
  keep(s, step, begin, end);
  if (s->parts > 1)
    pack(s, step, share_of(s, begin), share_of(s, end));
}

static int transpose_then(void *opaque, const void *total) {
  struct state *s = opaque;
  int64_t last = s->parts > 1 ? s->chunks + 1 : 0;
  (void)total;
  s->step = s->step < last ? s->step + 1 : 0;
  if (s->step > 0)
    return PHASE_TRANSPOSE;
  s->sweep++;
  return s->sweep % s->iterations == 0 ? PHASE_END : PHASE_TRANSPOSE;
}

/* The errors of a row, and the sum of B's elements in it. After T sweeps an element of A has grown
 * by T, and one of B is the sum of what the element of A was before each of them. */
static void compare_row(const struct state *s, int64_t row, struct found *found) {
  const double *restrict a = a_row(s, row), *restrict b = b_row(s, row);
  const double sweeps = (double)s->sweep, order = (double)s->n, from_here = (double)row;
  const double grown = sweeps * (sweeps - 1) / 2;
  double errors = 0, sum = 0;
#pragma omp simd reduction(+ : errors, sum)
  for (int32_t i = 0; i < (int32_t)s->n; i++) {
    double column = (double)i;
    errors += fabs(a[i] - (order * from_here + column + sweeps));
    errors += fabs(b[i] - ((order * column + from_here) * sweeps + grown));
    sum += b[i];
  }
  found->errors += errors;
  found->sum += sum;
  found->count += 2 * s->n;
}

static void compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct found found = {0};
  for (int64_t row = begin; row < end; row++)
    compare_row(opaque, row, &found);
  *(struct found *)partial = found;
}

static void compare_combine(void *into, const void *from) {
  struct found *a = into;
  const struct found *b = from;
  a->errors += b->errors;
  a->sum += b->sum;
  a->count += b->count;
}

static int compare_then(void *opaque, const void *total) {
  ((struct state *)opaque)->found = total ? *(const struct found *)total : (struct found){0};
  return PHASE_END;
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
                       .body = compare_body,
                       .partial_bytes = sizeof(struct found),
                       .combine = compare_combine,
                       .then = compare_then},
};

static struct work work(const struct problem *problem, int parts) {
  int64_t n = problem->n;
  double elements = (double)n * (double)n, sweeps = (double)problem->value[ITERATIONS];
  double owners = (double)least(parts, n), messages = 0, buffers = 0;
  if (owners > 1) {
    /* n % owners parts have a row more than the others; all have as many messages as chunks */
    int64_t rows = n / (int64_t)owners, more = n % (int64_t)owners;
    int64_t chunk = chunk_of(rows + (more > 0));
    double chunks = (owners - (double)more) * (double)((rows + chunk - 1) / chunk) +
                    (double)more * (double)((rows + chunk) / chunk);
    messages = chunks * (owners - 1);
    buffers = 4.0 * (double)chunk * (double)n * (owners - 1) * sizeof(double) +
              2.0 * parts * parts * sizeof(int64_t);
  }
  return (struct work){
      .operations = sweeps * 2 * elements,
      .bytes = sweeps * 2 * elements * sizeof(double),
      .traffic = sweeps * 4 * elements * sizeof(double),
      .messages = sweeps * messages,
      .memory = 2.0 * (double)n * (double)stride_of(n) * sizeof(double) + buffers,
  };
}

/* All values are whole numbers, which doubles hold exactly to 2^53; beyond, each addition to B may
 * round. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  double order = (double)problem->n, elements = order * order;
  double sweeps = (double)passes * (double)problem->value[ITERATIONS];
  double greatest = elements * sweeps + sweeps * (sweeps - 1) / 2;
  double sum = elements * ((elements - 1) / 2 * sweeps + sweeps * (sweeps - 1) / 2);
  struct verdict verdict = {.tolerance = 1e-8};
  snprintf(verdict.value, sizeof verdict.value, "%.12g", s->found.sum);
  snprintf(verdict.expected, sizeof verdict.expected, "%.12g", sum);
  if (greatest > 0x1p53)
    verdict.tolerance = elements * sweeps * greatest * 0x1p-53;
  verdict.error = s->found.errors + fabs((double)s->found.count - 2 * elements) +
                  fabs((double)s->sweep - sweeps);
  return verdict;
}

const struct kernel kernel_transpose = {
    .name = "transpose",
    .summary = "matrix transposition, all parts exchange blocks",
    .description =
        "B += A^T, then A += 1, on n x n matrices of doubles in row-major order, both cut into "
        "blocks of rows. The Transpose kernel of the Parallel Research Kernels (R. Van der "
        "Wijngaart, T. Mattson, HPEC 2014). Both happen in one sweep, tile by tile of a cache line "
        "squared. Rows are an odd number of cache lines apart, so that powers of two are as fast "
        "as any other n.",
    .counting =
        "2 flop an element: one addition for B, one for A. Bytes as PRK counts them: 16 an "
        "element, A read and B written. What must cross the memory bus is twice that, since B is "
        "read too, to be added to, and A written: 32 an element.",
    .oracle =
        "After T transpositions B(i,j) = (n j + i) T + T (T-1)/2 and A(i,j) = n i + j + T, as in "
        "PRK (which does not look at A). The error is the sum of the distances of all elements, in "
        "absolute terms: a single wrong one shows. All are whole numbers and must be right to "
        "1e-8, as long as they are below 2^53; beyond, to what T additions may round. The value "
        "shown is the sum of B.",
    .exchanged =
        "Every part sends every other the elements that its rows of A have in the other's columns, "
        "already transposed, so that the receiver adds whole runs. Rows travel in chunks of at "
        "most 128: while one chunk is on its way, the next is packed and the one before is added. "
        "The four buffers of a part take no more than 512 rows, nor more than about a quarter of "
        "its two matrices if it has 64 rows or more. One part sends nothing and packs nothing.",
    .expectation =
        "Matrices that do not fit the caches are limited by memory, and by how many misses a core "
        "keeps under way, since each tile touches 16 pages. Threads scale until the memory is "
        "saturated. Processes move (P-1)/P of A through packing, messages and adding, which share "
        "the same memory inside a machine, and between machines need the bisection bandwidth of "
        "the network.",
    .unit = "matrix row",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 4000, 0, 1 << 20, "matrix row", "rows and columns of the matrices"},
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
