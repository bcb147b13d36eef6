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
 * tuned.c does whole cache lines, with non-temporal stores where the arrays exceed the caches;
 * oracle.c has the inputs and what the result must be. */
#include "kernels/stream/stream.h"

#include <stdlib.h>

#include "common/memory.h"
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

/* STREAM's rule: each array at least four times the caches. */
static int64_t default_size(const struct machine *machine) {
  return 4 * machine->cache_bytes / (int64_t)sizeof(double);
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct stream_state *s = opaque;
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
  struct stream_state *s = opaque;
  free(s->a);
  free(s->b);
  free(s->c);
}

static void operate_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct stream_state *s = opaque;
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
  ((struct stream_state *)opaque)->runs++;
  return PHASE_END;
}

static void base_combine(void *into, const void *from) {
  minmax_combine(into, from);
}

static const struct phase phases[] = {
    {.name = "fill", .stage = STAGE_SETUP, .body = stream_fill_body},
    {.name = "operate", .stage = STAGE_TIMED, .body = operate_body, .then = operate_then},
    {.name = "check",
     .stage = STAGE_CHECK,
     .body = stream_check_body,
     .partial_bytes = sizeof(struct minmax),
     .combine = base_combine,
     .then = stream_check_then},
};

static struct work work(const struct problem *problem, int parts) {
  static const double accesses[] = {2, 2, 3, 3, 4}; /* to arrays, by operation */
  int64_t op = problem->value[OP];
  double array_bytes = 8 * (double)problem->n;
  bool allocates = op != STREAM_NSTREAM && !stores_nontemporal(problem, parts);
  return (struct work){
      .operations = (double)problem->n,
      .bytes = accesses[op] * array_bytes,
      .traffic = (accesses[op] + allocates) * array_bytes,
      .memory = arrays_of(op) * array_bytes,
  };
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
    .state_bytes = sizeof(struct stream_state),
    .units = units_n,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = stream_verify,
};
