/* dgemm: C += A B of n x n doubles. SUMMA on a column of parts: panels of rows of B go round. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/gemm.h"
#include "kernels/kernel.h"

enum { PANEL, BLAS };
enum { BLAS_PLAIN, BLAS_OPENBLAS };
enum { PHASE_FILL_ROWS, PHASE_FILL_PANELS, PHASE_FILL_BUFFERS };
enum { PHASE_PREPARE = PHASE_FILL_BUFFERS + 1, PHASE_MULTIPLY, PHASE_ADVANCE };
enum { PHASE_PRODUCT = PHASE_ADVANCE + 1, PHASE_COMPARE };

static const char *const blas_words[] = {"plain", "openblas", NULL};

static const struct kernel_option options[] = {
    {"panel", OPTION_COUNT, 256, 1, 1 << 17, "row",
     "rows of B that are sent and multiplied at a time"},
    {"blas", OPTION_CHOICE, BLAS_PLAIN, 0, BLAS_OPENBLAS, NULL,
     "who multiplies: our own loops, or OpenBLAS where the build knows of it", blas_words},
    {0},
};

/* -- The data: whole numbers so small that every sum is exact, in whatever order --------------- */

__extension__ typedef unsigned __int128 uint128;

/* The entries of A and B are below `modulus`, the lesser of n and sqrt(2^33 / n): an element of C
 * grows by less than 2^33 a pass, and a double holds it exactly for 2^19 passes. */
struct entries {
  uint32_t n, modulus;
  uint64_t inverse; /* 2^32 / modulus, rounded up: v * inverse / 2^32 is v / modulus, since v *
                       modulus < 2^32 */
};

/* After each pass, CYCLE passes in turn, 1 is added to a row of each panel of B, and then taken
 * away again: so a panel that was not sent again shows. */
enum { CYCLE = 8 };

static struct entries entries_of(int64_t n) {
  int64_t root = (int64_t)sqrt(0x1p33 / (double)(n > 0 ? n : 1));
  uint64_t modulus = (uint64_t)(n < root ? n > 0 ? n : 1 : root);
  return (struct entries){(uint32_t)n, (uint32_t)modulus,
                          ((UINT64_C(1) << 32) + modulus - 1) / modulus};
}

/* A permutation of the 32-bit numbers, as random as it looks (C. Wellons, "Prospecting for hash
 * functions", 2018: lowbias32). */
static inline uint32_t scramble(uint32_t x) {
  x = (x ^ x >> 16) * UINT32_C(0x7feb352d);
  x = (x ^ x >> 15) * UINT32_C(0x846ca68b);
  return x ^ x >> 16;
}

/* By how much column k of A (which: 0), or row k of B (1), is rotated. */
static inline uint32_t rotation(const struct entries *e, uint32_t k, uint32_t which) {
  return (uint32_t)((uint64_t)scramble(2 * k + which) * e->n >> 32);
}

/* The numbers 0 .. n-1 modulo `modulus`, rotated. */
static inline uint32_t entry(const struct entries *e, uint32_t index, uint32_t rotated) {
  uint32_t v = index + rotated;
  v -= v >= e->n ? e->n : 0;
  return v - (uint32_t)(v * e->inverse >> 32) * e->modulus;
}

/* The vector of the check: odd, so that no single wrong element vanishes modulo 2^64. */
static inline uint32_t factor(uint32_t j) {
  return scramble(~j) | 1;
}

/* The sum of a column of A, or of a row of B before any pass. */
static uint64_t line_sum(const struct entries *e) {
  uint64_t m = e->modulus, full = e->n / m, rest = e->n % m;
  return full * (m * (m - 1) / 2) + rest * (rest - (rest > 0)) / 2;
}

/* 0 + 1 + ... over the passes, in cycles: what the advanced rows have been more, in all. */
static uint64_t advances(uint64_t passes) {
  uint64_t rest = passes % CYCLE;
  return passes / CYCLE * (CYCLE * (CYCLE - 1) / 2) + rest * (rest - (rest > 0)) / 2;
}

/* -- The parts -------------------------------------------------------------------------------- */

/* The rows of C that were looked at, those that are wrong, and the sum of all elements. */
struct tally {
  uint128 sum;
  int64_t rows, wrong;
};

struct state {
  int64_t n, begin;       /* this part's first row of A and C */
  int part, parts;        /* which, of how many */
  int64_t width, panels;  /* rows of B in a panel but the last one, and how many panels */
  int64_t own_rows;       /* of B: panels part, part + parts, part + 2 * parts ... */
  gemm_blas *blas;        /* NULL: the plain path */
  struct entries entries; /* of A and B */
  double *a, *c, *b;      /* own rows */
  double *received[2];    /* panels of others, even and odd ones; with more than one part */
  double *packed;         /* the panel at work, in strips; the plain path */
  double *copies;         /* own rows of a slice of A; the plain path */
  uint64_t *product;      /* of what B has been in all passes, and the check's vector; all rows */
  int64_t panel, passes;  /* the one at work; passes done */
  struct tally tally;
};

static int64_t units(const struct problem *problem) {
  return problem->n;
}

static int64_t panel_rows(const struct state *s, int64_t panel) {
  return panel + 1 < s->panels ? s->width : s->n - panel * s->width;
}

/* Allocates count rows of n doubles; count may be 0. */
static int allocate(double **rows, int64_t count, int64_t n, const char *what,
                    struct error *error) {
  void *memory;
  if (memory_allocate(&memory, count, (size_t)n * sizeof(double), what, error))
    return error->code;
  *rows = memory;
  return 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  const int64_t n = problem->n, rows = part->end - part->begin, width = problem->value[PANEL];
  void *product;
  s->n = n;
  s->begin = part->begin;
  s->part = part->index;
  s->parts = part->count;
  s->width = width;
  s->panels = n / width + (n % width != 0);
  s->entries = entries_of(n);
  for (int64_t panel = part->index; panel < s->panels; panel += part->count)
    s->own_rows += panel_rows(s, panel);
  if (problem->value[BLAS] == BLAS_OPENBLAS && gemm_load_blas(&s->blas, error))
    return error->code;
  if (allocate(&s->a, rows, n, "A", error) || allocate(&s->c, rows, n, "C", error) ||
      allocate(&s->b, s->own_rows, n, "B", error))
    return error->code;
  if (memory_allocate(&product, n, sizeof(uint64_t), "the check's vector", error))
    return error->code;
  s->product = product;
  const int64_t widest = width < n ? width : n;
  for (int i = 0; i < 2 && part->count > 1; i++)
    if (allocate(&s->received[i], widest, n, "a panel of B", error))
      return error->code;
  if (s->blas)
    return 0;
  if (allocate(&s->copies, rows, GEMM_DEPTH, "a slice of A", error) ||
      allocate(&s->packed, gemm_strips(n), gemm_strip_doubles(widest), "a packed panel", error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->a);
  free(s->c);
  free(s->b);
  free(s->product);
  free(s->received[0]);
  free(s->received[1]);
  free(s->copies);
  free(s->packed);
}

/* Where a panel of this part's lies, and where one that another part sends. */
static double *own_panel(const struct state *s, int64_t panel) {
  return s->b + panel / s->parts * s->width * s->n;
}

static double *panel_at(const struct state *s, int64_t panel) {
  return panel % s->parts == s->part ? own_panel(s, panel) : s->received[panel % 2];
}

static int64_t own_rows(const void *opaque) {
  return ((const struct state *)opaque)->own_rows;
}

static int64_t own_panels(const void *opaque) {
  const struct state *s = opaque;
  return (s->panels - s->part + s->parts - 1) / s->parts;
}

/* -- Filling ---------------------------------------------------------------------------------- */

static void fill_rows_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const struct entries e = s->entries;
  const int64_t n = s->n;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    double *restrict a = s->a + (i - s->begin) * n;
    for (int64_t k = 0; k < n; k++)
      a[k] = entry(&e, (uint32_t)i, rotation(&e, (uint32_t)k, 0));
  }
  memset(s->c + (begin - s->begin) * n, 0, (size_t)((end - begin) * n) * sizeof(double));
  if (s->copies)
    memset(s->copies + (begin - s->begin) * GEMM_DEPTH, 0,
           (size_t)((end - begin) * GEMM_DEPTH) * sizeof(double));
}

/* Units are own rows of B. */
static void fill_panels_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const struct entries e = s->entries;
  (void)partial;
  for (int64_t row = begin; row < end; row++) {
    int64_t panel = s->part + row / s->width * s->parts;
    uint32_t rotated = rotation(&e, (uint32_t)(panel * s->width + row % s->width), 1);
    double *restrict b = s->b + row * s->n;
    for (int64_t j = 0; j < s->n; j++)
      b[j] = entry(&e, (uint32_t)j, rotated);
  }
}

/* Units are strips of B, packed or not. */
static int64_t all_strips(const void *opaque) {
  return gemm_strips(((const struct state *)opaque)->n);
}

/* Only touches the pages. */
static void fill_buffers_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t n = s->n, widest = s->width < n ? s->width : n;
  const int64_t first = begin * gemm_strip_doubles(1), last = end * gemm_strip_doubles(1);
  (void)partial;
  if (s->packed)
    memset(s->packed + first * widest, 0, (size_t)((last - first) * widest) * sizeof(double));
  for (int i = 0; i < 2 && s->received[i]; i++)
    for (int64_t k = 0; k < widest; k++)
      memset(s->received[i] + k * n + first, 0,
             (size_t)((last < n ? last : n) - first) * sizeof(double));
}

/* -- The product ------------------------------------------------------------------------------ */

static void request_panel(const struct state *s, int64_t panel, struct request *request) {
  if (panel >= s->panels)
    return;
  request->kind = REQUEST_BROADCAST;
  request->as.broadcast = (struct broadcast){
      .root = (int)(panel % s->parts),
      .bytes = panel_at(s, panel),
      .size = (size_t)(panel_rows(s, panel) * s->n) * sizeof(double),
  };
}

/* The first panel; the others come while the one before is multiplied. */
static void prepare_request(void *opaque, struct request *request) {
  const struct state *s = opaque;
  if (s->panel == 0)
    request_panel(s, 0, request);
}

/* OpenBLAS packs for itself, so there is nothing to prepare then. */
static int64_t strips_to_pack(const void *opaque) {
  const struct state *s = opaque;
  return s->blas || s->panels == 0 ? 0 : gemm_strips(s->n);
}

static void prepare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  (void)partial;
  gemm_pack(s->packed, panel_at(s, s->panel), s->n, panel_rows(s, s->panel), s->n, begin, end);
}

static void multiply_request(void *opaque, struct request *request) {
  const struct state *s = opaque;
  request_panel(s, s->panel + 1, request);
}

static void multiply_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t n = s->n, row = begin - s->begin, depth = panel_rows(s, s->panel);
  const double *a = s->a + row * n + s->panel * s->width;
  double *c = s->c + row * n;
  (void)partial;
  if (s->blas) {
    s->blas(end - begin, n, depth, a, n, panel_at(s, s->panel), n, c, n);
    return;
  }
  gemm_plain(&(struct gemm){
      .rows = end - begin,
      .columns = n,
      .depth = depth,
      .a = a,
      .a_stride = n,
      .packed = s->packed,
      .c = c,
      .c_stride = n,
      .copies = s->copies + row * GEMM_DEPTH,
  });
}

static int multiply_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->panel++;
  if (s->panel >= s->panels)
    return PHASE_ADVANCE;
  return s->blas ? PHASE_MULTIPLY : PHASE_PREPARE;
}

/* Units are own panels of B. */
static void advance_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const double change = s->passes % CYCLE == CYCLE - 1 ? 1 - CYCLE : 1;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    double *restrict b = s->b + i * s->width * s->n;
    for (int64_t j = 0; j < s->n; j++)
      b[j] += change;
  }
}

static int advance_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->panel = 0;
  s->passes++;
  return PHASE_END;
}

/* -- The check -------------------------------------------------------------------------------- */

/* Row k of B, added up over the passes, times the vector of the check; modulo 2^64. */
static void product_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const struct entries e = s->entries;
  const uint32_t n = e.n;
  uint64_t factors = 0;
  (void)partial;
  for (uint32_t j = 0; j < n; j++)
    factors += factor(j);
  for (int64_t k = begin; k < end; k++) {
    const uint32_t rotated = rotation(&e, (uint32_t)k, 1);
    uint64_t sum = 0;
    for (uint32_t j = 0; j < n; j++)
      sum += (uint64_t)entry(&e, j, rotated) * factor(j);
    s->product[k] = sum * (uint64_t)s->passes;
    if (k % s->width == 0)
      s->product[k] += factors * advances((uint64_t)s->passes);
  }
}

static void compare_request(void *opaque, struct request *request) {
  request->kind = REQUEST_GATHER;
  request->as.gather = (struct gather){((struct state *)opaque)->product, sizeof(uint64_t)};
}

/* Row i of A times the product of B: what row i of C must be times the vector of the check. */
static uint64_t expected_row(const struct state *s, uint32_t i) {
  const struct entries e = s->entries;
  const uint64_t *restrict product = s->product;
  uint64_t sum = 0;
  for (uint32_t k = 0; k < e.n; k++)
    sum += entry(&e, i, rotation(&e, k, 0)) * product[k];
  return sum;
}

struct row {
  uint64_t product, low, high,
      wrong; /* low, high: the sums of the elements' lower and upper bits */
};

/* A whole number in [0, 2^52), added to 2^52, has its bits at the end of the sum's. */
static struct row look_at_row(const double *restrict c, uint32_t n) {
  const double shift = 0x1p52;
  uint64_t product = 0, low = 0, high = 0, wrong = 0;
  for (uint32_t j = 0; j < n; j++) {
    double shifted = c[j] + shift;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits &= (UINT64_C(1) << 52) - 1;
    wrong += !(shifted - shift == c[j] && c[j] >= 0 && c[j] < shift);
    product += bits * factor(j);
    low += (uint32_t)bits;
    high += bits >> 32;
  }
  return (struct row){product, low, high, wrong};
}

static void compare_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct tally tally = {.rows = end - begin};
  for (int64_t i = begin; i < end; i++) {
    struct row row = look_at_row(s->c + (i - s->begin) * s->n, s->entries.n);
    tally.wrong += row.wrong > 0 || row.product != expected_row(s, (uint32_t)i);
    tally.sum += ((uint128)row.high << 32) + row.low;
  }
  *(struct tally *)partial = tally;
}

static void tally_combine(void *into, const void *from) {
  struct tally *a = into;
  const struct tally *b = from;
  a->sum += b->sum;
  a->rows += b->rows;
  a->wrong += b->wrong;
}

static int compare_then(void *opaque, const void *total) {
  struct state *s = opaque;
  s->tally = total ? *(const struct tally *)total : (struct tally){0};
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL_ROWS] = {.name = "fill_rows", .stage = STAGE_SETUP, .body = fill_rows_body},
    [PHASE_FILL_PANELS] = {.name = "fill_panels",
                           .stage = STAGE_SETUP,
                           .extent = own_rows,
                           .body = fill_panels_body},
    [PHASE_FILL_BUFFERS] = {.name = "fill_buffers",
                            .stage = STAGE_SETUP,
                            .extent = all_strips,
                            .body = fill_buffers_body},
    [PHASE_PREPARE] = {.name = "prepare",
                       .stage = STAGE_TIMED,
                       .extent = strips_to_pack,
                       .request = prepare_request,
                       .body = prepare_body,
                       .edge = EDGE_ALL},
    [PHASE_MULTIPLY] = {.name = "multiply",
                        .stage = STAGE_TIMED,
                        .request = multiply_request,
                        .body = multiply_body,
                        .edge = 0,
                        .then = multiply_then},
    [PHASE_ADVANCE] = {.name = "advance",
                       .stage = STAGE_TIMED,
                       .extent = own_panels,
                       .body = advance_body,
                       .then = advance_then},
    [PHASE_PRODUCT] = {.name = "product", .stage = STAGE_CHECK, .body = product_body},
    [PHASE_COMPARE] = {.name = "compare",
                       .stage = STAGE_CHECK,
                       .request = compare_request,
                       .body = compare_body,
                       .partial_bytes = sizeof(struct tally),
                       .combine = tally_combine,
                       .edge = EDGE_ALL,
                       .then = compare_then},
};

static struct work work(const struct problem *problem, int parts) {
  const double n = (double)problem->n, matrix = n * n * sizeof(double);
  const double width = problem->value[PANEL] < problem->n ? (double)problem->value[PANEL] : n;
  const double panels = width > 0 ? ceil(n / width) : 0, panel = width * n * sizeof(double);
  return (struct work){
      .operations = 2 * n * n * n,
      .bytes = 4 * matrix, /* A and B are read, C is read and written */
      .messages = panels * (parts - 1),
      /* the packed panel and the copies of A: ours, or OpenBLAS's own, about as large */
      .memory = 3 * matrix + parts * (n * sizeof(uint64_t) + panel + (parts > 1 ? 2 * panel : 0)) +
                n * GEMM_DEPTH * sizeof(double),
  };
}

/* Each row of C, times a vector, is A times (B times the vector), in whole numbers modulo 2^64.
 * The sum of all elements is what the sums of the columns of A and the rows of B make it. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  const struct tally *tally = &s->tally;
  const struct entries e = entries_of(problem->n);
  const uint64_t n = (uint64_t)problem->n, line = line_sum(&e);
  uint128 expected = (uint128)(line * line) * n * (uint64_t)passes +
                     (uint128)(line * n) * (uint64_t)s->panels * advances((uint64_t)passes);
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%.17g", (double)tally->sum);
  snprintf(verdict.expected, sizeof verdict.expected, "%.17g", (double)expected);
  verdict.error = (double)(tally->sum > expected ? tally->sum - expected : expected - tally->sum) +
                  (double)(tally->wrong + llabs(problem->n - tally->rows)) +
                  (double)(s->passes != passes);
  return verdict;
}

const struct kernel kernel_dgemm = {
    .name = "dgemm",
    .summary =
        "C += A B of n x n doubles, panels of B sent round while the one before is multiplied",
    .description =
        "C += A B, all n x n doubles, row-major. Rows of A and C are dealt out in blocks; B is cut "
        "into panels of rows, which are dealt out in turn. One panel after another goes to all, "
        "and "
        "each worker adds to its rows of C the product of its rows of A, as many columns of them "
        "as "
        "the panel has rows, and the panel: SUMMA (R. van de Geijn, J. Watts, Concurrency 9:4, "
        "1997) "
        "on one column of processes. One process works on its panels in place.\n"
        "\n"
        "The product of a block and a panel is our own: the panel is packed once, by all threads "
        "together, a block of A by whom it belongs to, and tiles of C are held in registers (K. "
        "Goto, "
        "R. van de Geijn, ACM TOMS 34:3, 2008). With blas=openblas it is one call of cblas_dgemm "
        "of "
        "OpenBLAS, which makes no threads of its own then, and packs the panel for each call.\n"
        "\n"
        "Columns of A and rows of B are the whole numbers from 0 to n-1, each rotated by its own "
        "number of places that a hash function draws. The matrices of the Parallel Research "
        "Kernels "
        "(R. Van der Wijngaart, T. Mattson, HPEC 2014) have the same sums, but all of their rows "
        "are "
        "alike, so that one panel could pass for another. Above n = 2048 the numbers are taken "
        "modulo "
        "sqrt(2^33/n), so that C stays exact. After each pass the first row of each panel grows by "
        "1, "
        "every eighth time it falls back.",
    .counting =
        "As usual: 2n^3 flop, n^3 multiplications and as many additions. Bytes: A and B are "
        "read, C is read and written, 32n^2; what packing and panels that do not fit the "
        "caches cost is not counted. Memory has, beside the matrices, the packed panel and "
        "the copies of A, which OpenBLAS makes by itself in much the same size.",
    .oracle =
        "Exact, in whole numbers modulo 2^64, and computed from the formulas of A and B, not from "
        "what "
        "lies in memory: each row of C times a vector must be that row of A times (B times the "
        "vector), "
        "added up over the passes (R. Freivalds, 1977; HPC Challenge does the same with a "
        "residual). "
        "The vector is odd, so that any one wrong element of a row shows, by however little it is "
        "wrong. And the sum of all elements, n^3(n-1)^2/4 a pass as in PRK up to n = 2048 (plus "
        "what "
        "the rows of B have grown by), and the number of rows looked at. A double holds C for 2^19 "
        "passes.",
    .exchanged =
        "Each panel once from its owner to all others, (parts - 1) n^2 doubles a pass in all. "
        "The first one is waited for, the others travel while one is multiplied.",
    .expectation =
        "The multipliers of the core limit it: with n in the thousands a good dgemm reaches nine "
        "tenths of their peak, and scales with the cores as long as their clock holds. Each "
        "process "
        "receives all of B however many there are, so the messages grow against the computing, n "
        "doubles for every 2n^2/parts flop; a grid of processes would take them down by the root "
        "of "
        "their number. The first panel of a pass is waited for. With OpenBLAS each thread packs "
        "the "
        "whole panel for itself, which shows when a thread has no more than some fifty rows.",
    .unit = "row of C",
    .operation = "flop",
    .bound = BOUND_COMPUTE,
    .size = {"n", OPTION_COUNT, 1000, 0, 1 << 17, "row", "rows and columns of the matrices"},
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
