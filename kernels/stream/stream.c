/* stream: STREAM's four operations over long arrays, and nstream of the Parallel Research Kernels
 * (PRK).
 *
 * A unit is an element of each array:
 *
 *   fill     (set-up) the inputs b and c, and a = 0
 *   operate  (timed) the operation, which computes a from b and c
 *   check    minimum and maximum of the elements of a without their fractions; then b and c
 *            change, so that the next pass has another result
 *
 * tuned.c does whole cache lines, with non-temporal stores where the arrays exceed the caches. */
#include "kernels/stream/stream.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/path.h"
#include "kernels/stream/page.h"

enum { OP, STORES, PATH };
enum { STORES_AUTO, STORES_TEMPORAL, STORES_NONTEMPORAL };

static const char *const ops[] = {"copy", "scale", "add", "triad", "nstream", NULL};
static const char *const stores[] = {"auto", "temporal", "nontemporal", NULL};

static const struct kernel_option options[] = {
    {"op", OPTION_CHOICE, STREAM_TRIAD, STREAM_COPY, STREAM_NSTREAM, NULL,
     "a = b, a = s*b, a = b + c, a = b + s*c, or a += b + s*c", ops},
    {"stores", OPTION_CHOICE, STORES_AUTO, STORES_AUTO, STORES_NONTEMPORAL, NULL,
     "of the tuned path: through the caches, non-temporal, or (auto) the latter where the arrays "
     "do not fit",
     stores},
    PATH_OPTION,
    {0},
};

/* -- The algorithm: the operations ------------------------------------------------------------ */

/* Elements [begin, end). */
static void reference(int op, struct stream_arrays on, int64_t begin, int64_t end) {
  double *a = on.a;
  const double *b = on.b, *c = on.c;
  switch (op) {
  case STREAM_COPY:
    for (int64_t i = begin; i < end; i++)
      a[i] = b[i];
    break;
  case STREAM_SCALE:
    for (int64_t i = begin; i < end; i++)
      a[i] = STREAM_SCALAR * b[i];
    break;
  case STREAM_ADD:
    for (int64_t i = begin; i < end; i++)
      a[i] = b[i] + c[i];
    break;
  case STREAM_TRIAD:
    for (int64_t i = begin; i < end; i++)
      a[i] = b[i] + STREAM_SCALAR * c[i];
    break;
  default:
    for (int64_t i = begin; i < end; i++)
      a[i] += b[i] + STREAM_NSTREAM_SCALAR * c[i];
  }
}

/* Elements [0, count). The arrays begin at pages: where a line of one begins, so does one of each.
 */
static void tuned(int op, bool nontemporal, struct stream_arrays on, int64_t count) {
  const struct lines lines = lines_of(on.a, count);
  reference(op, on, 0, lines.begin);
  stream_lines(op, nontemporal, on, lines);
  reference(op, on, lines.end, count);
}

/* -- The kernel ------------------------------------------------------------------------------- */

/* The result of an operation is b times one weight plus c times the other, in nstream added to a.
 * It reads and writes so many elements for one of the result. */
struct operation_facts {
  double b, c, accesses;
};

static const struct operation_facts facts[] = {
    [STREAM_COPY] = {1, 0, 2},
    [STREAM_SCALE] = {STREAM_SCALAR, 0, 2},
    [STREAM_ADD] = {1, 1, 3},
    [STREAM_TRIAD] = {1, STREAM_SCALAR, 3},
    [STREAM_NSTREAM] = {1, STREAM_NSTREAM_SCALAR, 4},
};

/* In the k-th pass, counted from 1, b is k * B_STEP and c is k * C_STEP, so that the result tells
 * the pass; nstream's result does so by itself, and its b and c stay at NSTREAM_INPUT, as PRK has
 * them. To all of them a fraction is added that depends on the element (fractions), so that what
 * belongs to another one shows. */
enum { B_STEP = 1, C_STEP = 2, NSTREAM_INPUT = 2 };

struct state {
  int64_t begin; /* the first own element */
  int op;
  enum path path;
  bool nontemporal;
  int64_t runs;       /* of the operation, since SETUP */
  double *a, *b, *c;  /* own elements; c: NULL if the operation has none */
  struct minmax base; /* of all elements of the result (base_of): the same where all is right */
};

static bool has_c(int64_t op) {
  return op >= STREAM_ADD;
}

static int arrays_of(int64_t op) {
  return has_c(op) ? 3 : 2;
}

/* nstream has read what it overwrites: nothing more is fetched, so nothing is saved. */
static bool stores_nontemporal(const struct problem *problem, int parts) {
  double bytes = 8.0 * (double)problem->n * arrays_of(problem->value[OP]) / parts;
  if (!HAVE_NONTEMPORAL || problem->value[STORES] == STORES_TEMPORAL ||
      problem->value[PATH] == PATH_REFERENCE)
    return false;
  return problem->value[STORES] == STORES_NONTEMPORAL ||
         (problem->value[OP] != STREAM_NSTREAM && bytes > NONTEMPORAL_BYTES);
}

static int64_t units(const struct problem *problem) {
  return problem->n;
}

/* STREAM's rule: each array at least four times the caches. */
static int64_t default_size(const struct machine *machine) {
  return 4 * machine->cache_bytes / (int64_t)sizeof(double);
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t count = part->end - part->begin;
  s->begin = part->begin;
  s->op = (int)problem->value[OP];
  s->path = (enum path)problem->value[PATH];
  s->nontemporal = stores_nontemporal(problem, part->count);
  if (memory_allocate(&s->a, count, sizeof(double), "array a", error) ||
      memory_allocate(&s->b, count, sizeof(double), "array b", error) ||
      memory_allocate(&s->c, has_c(s->op) ? count : 0, sizeof(double), "array c", error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->a);
  free(s->b);
  free(s->c);
}

struct fractions {
  double b, c;
};

/* 64ths, so that sums of them are exact; neighbours differ (Fibonacci hashing: D. Knuth, The Art of
 * Computer Programming, volume 3, 6.4). */
ALWAYS_INLINE struct fractions fractions(int64_t element) {
  uint32_t hash = (uint32_t)element * UINT32_C(2654435769);
  return (struct fractions){(double)(hash >> 26) / 64, (double)(hash >> 20 & 63) / 64};
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  bool nstream = s->op == STREAM_NSTREAM;
  (void)partial;
  for (int64_t i = begin; i < end; i++) {
    struct fractions f = fractions(i);
    s->a[i - s->begin] = 0;
    s->b[i - s->begin] = f.b + (nstream ? NSTREAM_INPUT : B_STEP);
    if (s->c)
      s->c[i - s->begin] = f.c + (nstream ? NSTREAM_INPUT : C_STEP);
  }
}

static void operate_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const int64_t first = begin - s->begin;
  const struct stream_arrays on = {s->a + first, s->b + first, s->c ? s->c + first : NULL};
  (void)partial;
  if (s->path == PATH_TUNED)
    tuned(s->op, s->nontemporal, on, end - begin);
  else
    reference(s->op, on, 0, end - begin);
}

static int operate_then(void *opaque, const void *total) {
  (void)total;
  ((struct state *)opaque)->runs++;
  return PHASE_END;
}

/* What is left of an element of the result without the fractions; for nstream, how often the inputs
 * have been added. */
ALWAYS_INLINE double base_of(bool nstream, struct operation_facts w, double a, struct fractions f) {
  double fraction = w.b * f.b + w.c * f.c;
  return nstream ? a / (fraction + (w.b + w.c) * NSTREAM_INPUT) : a - fraction;
}

static void advance(struct state *s, int64_t begin, int64_t end) {
  double *restrict b = s->b - s->begin, *restrict c = s->c ? s->c - s->begin : NULL;
  for (int64_t i = begin; i < end; i++)
    b[i] += B_STEP;
  for (int64_t i = begin; c && i < end; i++)
    c[i] += C_STEP;
}

/* Reads the result, then makes the inputs of the next pass from those of this one. */
static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const bool nstream = s->op == STREAM_NSTREAM;
  const struct operation_facts w = facts[s->op];
  const double *restrict a = s->a;
  const int64_t first = s->begin;
  struct minmax base = MINMAX_NONE;
  for (int64_t i = begin; i < end; i++)
    minmax_add(&base, base_of(nstream, w, a[i - first], fractions(i)));
  if (!nstream)
    advance(s, begin, end);
  *(struct minmax *)partial = base;
}

static void base_combine(void *into, const void *from) {
  minmax_combine(into, from);
}

static int check_then(void *opaque, const void *total) {
  ((struct state *)opaque)->base = total ? *(const struct minmax *)total : (struct minmax){0};
  return PHASE_END;
}

static const struct phase phases[] = {
    {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    {.name = "operate", .stage = STAGE_TIMED, .body = operate_body, .then = operate_then},
    {.name = "check",
     .stage = STAGE_CHECK,
     .body = check_body,
     .partial_bytes = sizeof(struct minmax),
     .combine = base_combine,
     .then = check_then},
};

static struct work work(const struct problem *problem, int parts) {
  int64_t op = problem->value[OP];
  double array_bytes = 8 * (double)problem->n;
  bool allocates = op != STREAM_NSTREAM && !stores_nontemporal(problem, parts);
  return (struct work){
      .operations = (double)problem->n,
      .bytes = facts[op].accesses * array_bytes,
      .traffic = (facts[op].accesses + allocates) * array_bytes,
      .memory = arrays_of(op) * array_bytes,
  };
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  const struct minmax *base = &s->base;
  const struct operation_facts w = facts[s->op];
  double expected = (s->op == STREAM_NSTREAM ? 1 : w.b * B_STEP + w.c * C_STEP) * (double)passes;
  struct verdict verdict = {.tolerance = 1e-13};
  if (problem->n == 0)
    expected = 0;
  const double furthest = problem->n == 0 ? 0 : minmax_furthest(base, expected);
  snprintf(verdict.value, sizeof verdict.value, "%.15g", furthest);
  snprintf(verdict.expected, sizeof verdict.expected, "%.15g", expected);
  verdict.error = fabs(furthest - expected) / (expected > 1 ? expected : 1);
  verdict.error += (double)imaxabs(problem->n - base->count) + (double)imaxabs(passes - s->runs);
  return verdict;
}

const struct kernel kernel_stream = {
    .name = "stream",
    .summary = "copy, scale, add, triad or nstream over long arrays: the memory's bandwidth",
    KERNEL_PAGE,
    .unit = "element",
    .operation = "elements",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 1 << 24, 0, INT64_C(1) << 50, "element", "elements of each array"},
    .default_size = default_size,
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
