/* stream: STREAM's four operations over long arrays, and nstream of the Parallel Research Kernels.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/nontemporal.h"
#include "kernels/kernel.h"

enum { OP, STORES };
enum { COPY, SCALE, ADD, TRIAD, NSTREAM };
enum { STORES_AUTO, STORES_TEMPORAL, STORES_NONTEMPORAL };

static const char *const ops[] = {"copy", "scale", "add", "triad", "nstream", NULL};
static const char *const stores[] = {"auto", "temporal", "nontemporal", NULL};

static const struct kernel_option options[] = {
    {"op", OPTION_CHOICE, TRIAD, COPY, NSTREAM, NULL,
     "a = b, a = s*b, a = b + c, a = b + s*c, or a += b + s*c", ops},
    {"stores", OPTION_CHOICE, STORES_AUTO, STORES_AUTO, STORES_NONTEMPORAL, NULL,
     "through the caches, past them, or (auto) past them where the arrays do not fit", stores},
    {0},
};

/* -- The operations --------------------------------------------------------------------------- */

static const double stream_scalar = 0.42, nstream_scalar = 3;

/* What an operation works on, as of the first element that it is to do. */
struct arrays {
  double *a;
  const double *b, *c;
};

ALWAYS_INLINE vector result(int op, struct arrays on, int64_t i) {
  switch (op) {
  case COPY:
    return vector_load(on.b, i);
  case SCALE:
    return stream_scalar * vector_load(on.b, i);
  case ADD:
    return vector_load(on.b, i) + vector_load(on.c, i);
  case TRIAD:
    return vector_load(on.b, i) + stream_scalar * vector_load(on.c, i);
  default:
    return vector_load(on.a, i) + (vector_load(on.b, i) + nstream_scalar * vector_load(on.c, i));
  }
}

/* The same for one element, at the ends of a range where a vector does not fit. */
static double result_one(int op, struct arrays on, int64_t i) {
  switch (op) {
  case COPY:
    return on.b[i];
  case SCALE:
    return stream_scalar * on.b[i];
  case ADD:
    return on.b[i] + on.c[i];
  case TRIAD:
    return on.b[i] + stream_scalar * on.c[i];
  default:
    return on.a[i] + (on.b[i] + nstream_scalar * on.c[i]);
  }
}

/* The empty statement behind a line keeps the compiler from making a call of memcpy of the copy:
 * that one chooses its kind of store by itself. */
ALWAYS_INLINE void do_line(int op, bool past, struct arrays on, int64_t line) {
  for (int k = 0; k < LINE / LANES; k++) {
    int64_t i = line + k * LANES;
    vector value = result(op, on, i);
    if (past)
      nontemporal_store(on.a, i, value);
    else
      vector_store(on.a, i, value);
  }
  __asm__ volatile("");
}

ALWAYS_INLINE void do_lines(int op, struct arrays on, struct lines lines) {
  for (int64_t line = lines.begin; line < lines.end; line += LINE)
    do_line(op, false, on, line);
}

/* In two places at once, half of the range apart: a core then has more of its requests on the way.
 * On a Zen 4 that makes 42 of 37 GB/s for triad on one core, and on two it is no worse; through the
 * caches (nstream) it gains nothing. */
ALWAYS_INLINE void do_lines_past(int op, struct arrays on, struct lines lines) {
  const int64_t half = (lines.end - lines.begin) / LINE / 2 * LINE;
  for (int64_t line = lines.begin; line < lines.begin + half; line += LINE) {
    do_line(op, true, on, line);
    do_line(op, true, on, line + half);
  }
  if (lines.begin + 2 * half < lines.end)
    do_line(op, true, on, lines.end - LINE);
  nontemporal_fence();
}

ALWAYS_INLINE void do_either(int op, bool past, struct arrays on, struct lines lines) {
  if (past)
    do_lines_past(op, on, lines);
  else
    do_lines(op, on, lines);
}

/* Two loops for each operation: `op` and `past` are known to them. */
static void do_lines_of(int op, bool past, struct arrays on, struct lines lines) {
  switch (op) {
  case COPY:
    do_either(COPY, past, on, lines);
    break;
  case SCALE:
    do_either(SCALE, past, on, lines);
    break;
  case ADD:
    do_either(ADD, past, on, lines);
    break;
  case TRIAD:
    do_either(TRIAD, past, on, lines);
    break;
  default:
    do_either(NSTREAM, past, on, lines);
  }
}

__attribute__((noinline)) static void do_elements(int op, struct arrays on, int64_t begin,
                                                  int64_t end) {
  for (int64_t i = begin; i < end; i++)
    on.a[i] = result_one(op, on, i);
}

/* Elements [0, count). The arrays begin at pages: where a line of one begins, so does one of each.
 */
static void operate(int op, bool past, struct arrays on, int64_t count) {
  struct lines lines = lines_of(on.a, count);
  do_elements(op, on, 0, lines.begin);
  do_lines_of(op, past, on, lines);
  do_elements(op, on, lines.end, count);
}

/* -- The kernel ------------------------------------------------------------------------------- */

/* What the oracle knows of an operation: the result is b times this plus c times that. */
struct weights {
  double b, c;
};

static const struct weights weights[] = {
    [COPY] = {1, 0},     [SCALE] = {0.42, 0}, [ADD] = {1, 1},
    [TRIAD] = {1, 0.42}, [NSTREAM] = {1, 3}, /* added to a */
};

/* In the k-th pass, counted from 1, b is k * B_STEP and c is k * C_STEP, so that the result tells
 * the pass; nstream's result does so by itself, and its b and c stay at NSTREAM_INPUT, as PRK has
 * them. To all of them a fraction is added that depends on the element (fractions), so that what
 * belongs to another one shows. */
enum { B_STEP = 1, C_STEP = 2, NSTREAM_INPUT = 2 };

struct state {
  int64_t begin; /* the first own element */
  int op;
  bool past;          /* whether stores go past the caches */
  int64_t runs;       /* of the operation, since SETUP */
  double *a, *b, *c;  /* own elements; c: NULL if the operation has none */
  struct minmax said; /* what each element of the result says: where all is right, the same */
};

static bool has_c(int64_t op) {
  return op >= ADD;
}

static int arrays_of(int64_t op) {
  return has_c(op) ? 3 : 2;
}

/* nstream has read what it overwrites: nothing more is fetched, so nothing is saved. */
static bool stores_past(const struct problem *problem, int parts) {
  double bytes = 8.0 * (double)problem->n * arrays_of(problem->value[OP]) / parts;
  if (!HAVE_NONTEMPORAL || problem->value[STORES] == STORES_TEMPORAL)
    return false;
  return problem->value[STORES] == STORES_NONTEMPORAL ||
         (problem->value[OP] != NSTREAM && bytes > NONTEMPORAL_BYTES);
}

static int64_t units(const struct problem *problem) {
  return problem->n;
}

/* STREAM's rule: each array at least four times the caches. */
static int64_t default_size(const struct machine *machine) {
  return 4 * machine->cache_bytes / (int64_t)sizeof(double);
}

static int allocate(double **array, int64_t count, const char *what, struct error *error) {
  void *memory;
  int code = memory_allocate(&memory, count, sizeof(double), what, error);
  *array = memory;
  return code;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t count = part->end - part->begin;
  s->begin = part->begin;
  s->op = (int)problem->value[OP];
  s->past = stores_past(problem, part->count);
  if (allocate(&s->a, count, "array a", error) || allocate(&s->b, count, "array b", error) ||
      allocate(&s->c, has_c(s->op) ? count : 0, "array c", error))
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
  bool nstream = s->op == NSTREAM;
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
  int64_t first = begin - s->begin;
  (void)partial;
  operate(s->op, s->past, (struct arrays){s->a + first, s->b + first, s->c ? s->c + first : NULL},
          end - begin);
}

static int operate_then(void *opaque, const void *total) {
  (void)total;
  ((struct state *)opaque)->runs++;
  return PHASE_END;
}

/* What is left of an element of the result without the fractions; for nstream, how often the inputs
 * have been added. */
ALWAYS_INLINE double said_by(bool nstream, struct weights w, double a, struct fractions f) {
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
  const bool nstream = s->op == NSTREAM;
  const struct weights w = weights[s->op];
  const double *restrict a = s->a;
  const int64_t first = s->begin;
  struct minmax said = MINMAX_NONE;
  for (int64_t i = begin; i < end; i++)
    minmax_add(&said, said_by(nstream, w, a[i - first], fractions(i)));
  if (!nstream)
    advance(s, begin, end);
  *(struct minmax *)partial = said;
}

static void said_combine(void *into, const void *from) {
  minmax_combine(into, from);
}

static int check_then(void *opaque, const void *total) {
  ((struct state *)opaque)->said = total ? *(const struct minmax *)total : (struct minmax){0};
  return PHASE_END;
}

static const struct phase phases[] = {
    {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    {.name = "operate", .stage = STAGE_TIMED, .body = operate_body, .then = operate_then},
    {.name = "check",
     .stage = STAGE_CHECK,
     .body = check_body,
     .partial_bytes = sizeof(struct minmax),
     .combine = said_combine,
     .then = check_then},
};

static struct work work(const struct problem *problem, int parts) {
  static const double accesses[] = {[COPY] = 2, [SCALE] = 2, [ADD] = 3, [TRIAD] = 3, [NSTREAM] = 4};
  int64_t op = problem->value[OP];
  double array_bytes = 8 * (double)problem->n;
  bool allocates = op != NSTREAM && !stores_past(problem, parts);
  return (struct work){
      .operations = (double)problem->n,
      .bytes = accesses[op] * array_bytes,
      .traffic = (accesses[op] + allocates) * array_bytes,
      .memory = arrays_of(op) * array_bytes,
  };
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct state *s = opaque;
  const struct minmax *said = &s->said;
  const struct weights w = weights[s->op];
  double expected = (s->op == NSTREAM ? 1 : w.b * B_STEP + w.c * C_STEP) * (double)passes;
  struct verdict verdict = {.tolerance = 1e-13};
  if (problem->n == 0) /* nothing says nothing */
    expected = 0;
  const double furthest = problem->n == 0 ? 0 : minmax_furthest(said, expected);
  snprintf(verdict.value, sizeof verdict.value, "%.15g", furthest);
  snprintf(verdict.expected, sizeof verdict.expected, "%.15g", expected);
  verdict.error = fabs(furthest - expected) / (expected > 1 ? expected : 1);
  verdict.error += (double)imaxabs(problem->n - said->count) + (double)imaxabs(passes - s->runs);
  return verdict;
}

const struct kernel kernel_stream = {
    .name = "stream",
    .summary = "copy, scale, add, triad or nstream over long arrays: the memory's bandwidth",
    .description =
        "One of five operations over arrays of n doubles. Copy, a = b; scale, a = s*b; add, a = b "
        "+ c; triad, a = b + s*c, with s = 0.42: STREAM (J. McCalpin, \"Memory bandwidth and "
        "machine balance in current high performance computers\", IEEE TCCA Newsletter, December "
        "1995). Nstream, a += b + s*c with s = 3: the Parallel Research Kernels (R. Van der "
        "Wijngaart, T. Mattson, HPEC 2014).\n\n"
        "A store through the caches fetches the line that it belongs to before it overwrites it. "
        "With stores=nontemporal whole lines are stored past the caches and nothing is fetched, "
        "but the result is in memory alone afterwards. With stores=auto that is done where a part "
        "holds more than 16 MiB, except in nstream, which has read what it overwrites. Processors "
        "other than x86-64 always store through the caches.",
    .counting =
        "An operation is one element of the result. Bytes as STREAM and PRK count them: 16 an "
        "element for copy and scale, 24 for add and triad, 32 for nstream. Traffic: the same with "
        "stores past the caches; through the caches 8 more (write-allocate), but for nstream.",
    .oracle =
        "After each pass every element of the result is looked at. In pass k, from 1, b is k and c "
        "is 2k, each plus a fraction that depends on the element; so a less its fraction is k, "
        "0.42k, 3k or 1.84k. Nstream's b and c are 2 plus such a fraction and a is k(b + 3c), "
        "PRK's "
        "closed form for each element instead of the sum, exact in binary. The least and the "
        "greatest over all elements are held against it, relative, 1e-13; all n must be numbers, "
        "and the operation must have run once a pass.",
    .exchanged = "Nothing.",
    .expectation =
        "The memory limits it: 2 flop for 24 bytes. It scales until the memory's bandwidth is used "
        "up, which takes a few cores of a socket, and from socket to socket if each thread's pages "
        "lie with it (they do: the same thread touches them first). Processes and threads should "
        "be alike.",
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
