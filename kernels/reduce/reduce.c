/* reduce: the sum of many vectors, element by element, as in the Parallel Research Kernels (PRK).
 *
 * The additions are those of a binary tree over the vectors' numbers, so that the sum is the same
 * bit by bit however the vectors are spread: a block of the tree is the vectors [b, b + 2^l), b a
 * multiple of 2^l, or what there is of them; its sum is that of its first half plus that of its
 * second, if there is one. A part holds whole blocks, at most two of each size. It adds up each of
 * them by itself and sends each other part one slice of every sum; that part completes the tree
 * for its slice.
 *
 * That can be done in rounds over chunks of the vectors, a slice of each for every part, so that
 * less memory is taken by what is sent and received.
 *
 *   fill, clear  (set-up) the vectors, the result
 *   partial      (timed, once for each round) adds up the own blocks for the slices of all others
 *   combine      (timed, once for each round) sends these sums, and completes the tree for the own
 *                slice
 *   advance      (check) the vectors of the next pass
 *   check        all elements of the result, by value and by bits
 *
 * tree.c walks over the tree, layout.c says what lies where, exchange.c what is sent, tuned.c adds
 * up vectors in registers, oracle.c makes the vectors and checks the result. */
#include "kernels/reduce/reduce.h"

#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"
#include "kernels/reduce/page.h"

enum { FEW = REDUCE_FEW };
enum { PHASE_FILL, PHASE_CLEAR, PHASE_PARTIAL, PHASE_COMBINE, PHASE_ADVANCE, PHASE_CHECK };

static const char *const places[] = {"scattered", "root", NULL};

static const struct kernel_option options[] = {
    {"vectors", OPTION_COUNT, 4, 1, 1 << 16, "vector", "how many vectors are added up"},
    {"result", OPTION_CHOICE, REDUCE_RESULT_SCATTERED, REDUCE_RESULT_SCATTERED, REDUCE_RESULT_ROOT,
     NULL, "left in slices, one in each part, or collected in the first part", places},
    {"slice", OPTION_COUNT, 0, 0, 1 << 24, "element",
     "how much of a sum a part sends to another at a time; 0: all of its slice"},
    PATH_OPTION,
    {0},
};

/* -- The algorithm: the sum of a few vectors -------------------------------------------------- */

static void sum_elements(int few, const double *const *from, double *to, int64_t begin,
                         int64_t end) {
  for (int64_t i = begin; i < end; i++) {
    double sum[FEW] = {from[0][i]};
    for (int k = 1; k < few; k++)
      sum[k] = from[k][i];
    for (int width = 1; width < few; width *= 2)
      for (int k = 0; k + width < few; k += 2 * width)
        sum[k] += sum[k + width];
    to[i] = sum[0];
  }
}

static void reference(int few, bool nontemporal, const double *const *from, double *to,
                      int64_t count) {
  (void)nontemporal; /* which is for the tuned path alone */
  sum_elements(few, from, to, 0, count);
}

/* Whole cache lines in vectors, the elements before and after them one by one. */
static void tuned(int few, bool nontemporal, const double *const *from, double *to, int64_t count) {
  const struct lines lines = lines_of(to, count);
  sum_elements(few, from, to, 0, lines.begin);
  sum_elements(few, from, to, lines.end, count);
  reduce_lines(few, nontemporal, from, to, lines);
}

static reduce_sum *const paths[] = {[PATH_REFERENCE] = reference, [PATH_TUNED] = tuned};

/* -- The rounds ------------------------------------------------------------------------------- */

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  ((struct reduce_state *)opaque)->sum = paths[problem->value[REDUCE_PATH]];
  return reduce_open(opaque, problem, part, error);
}

static int64_t units(const struct problem *problem) {
  return problem->value[REDUCE_VECTORS];
}

/* Four vectors of the default size, and the result, make ten times the caches. */
static int64_t default_size(const struct machine *machine) {
  return 2 * machine->cache_bytes / (int64_t)sizeof(double);
}

/* Where the result of the own slice of the current round goes: with those of the rounds before; or
 * where the whole result lies; or, on its way there, always to the same place. */
static double *result_at(const struct reduce_state *s, const struct reduce_round *r) {
  if (!s->collects)
    return s->result + s->round * s->slice;
  return s->part == 0 ? s->result + r->begin : s->result;
}

/* -- The vectors ------------------------------------------------------------------------------ */

static int64_t elements(const void *opaque) {
  const struct reduce_state *s = opaque;
  return s->begin < s->end ? s->n : 0;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  (void)partial;
  reduce_fill(opaque, 1, begin, end);
}

static int64_t results(const void *opaque) {
  return ((const struct reduce_state *)opaque)->result_count;
}

static void clear_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct reduce_state *s = opaque;
  (void)partial;
  for (int64_t i = begin; i < end; i++)
    s->result[i] = 0;
}

/* -- The sum ---------------------------------------------------------------------------------- */

/* The others' slices of the current round, one after the other. */
static int64_t others_elements(const void *opaque) {
  const struct reduce_state *s = opaque;
  struct reduce_round r = reduce_round_now(s);
  return s->round < s->rounds && s->begin < s->end ? r.length - reduce_slice_length(&r, s->part)
                                                   : 0;
}

/* Where a part's slice begins among those of all parts but ours. */
static int64_t others_begin(const struct reduce_state *s, const struct reduce_round *r, int part) {
  return reduce_slice_begin(r, part) - r->begin -
         (part > s->part ? reduce_slice_length(r, s->part) : 0);
}

static void partial_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct reduce_state *s = opaque;
  const struct reduce_round r = reduce_round_now(s);
  (void)partial;
  for (int part = 0; part < s->parts; part++) {
    int64_t base = others_begin(s, &r, part), length = reduce_slice_length(&r, part);
    int64_t first = max_of(begin - base, 0), last = min_of(end - base, length);
    if (part == s->part || first >= last)
      continue;
    for (int64_t k = 0; k < s->own_blocks; k++)
      reduce_sum_own(s, k, reduce_slice_begin(&r, part) + first, last - first,
                     s->send + s->own_blocks * base + k * length + first);
  }
  nontemporal_fence();
}

static int partial_then(void *opaque, const void *total) {
  struct reduce_state *s = opaque;
  (void)total;
  if (s->round < s->rounds)
    return PHASE_COMBINE;
  s->round = 0;
  return PHASE_END;
}

static int64_t own_elements(const void *opaque) {
  const struct reduce_state *s = opaque;
  struct reduce_round r = reduce_round_now(s);
  return reduce_slice_length(&r, s->part);
}

static void combine_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct reduce_state *s = opaque;
  const struct reduce_round r = reduce_round_now(s);
  (void)partial;
  reduce_sum_slice(s, begin, end - begin, result_at(s, &r) + begin);
  nontemporal_fence();
}

/* The last slices of a pass are collected by one more partial phase, which has nothing to add. */
static int combine_then(void *opaque, const void *total) {
  struct reduce_state *s = opaque;
  (void)total;
  s->round++;
  if (s->round < s->rounds || s->collects)
    return PHASE_PARTIAL;
  s->round = 0;
  return PHASE_END;
}

/* -- The vectors of the next pass -------------------------------------------------------------- */

static void advance_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct reduce_state *s = opaque;
  (void)partial;
  reduce_fill(s, s->passes + 2, begin, end);
}

static int advance_then(void *opaque, const void *total) {
  (void)total;
  ((struct reduce_state *)opaque)->passes++;
  return PHASE_CHECK;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .extent = elements, .body = fill_body},
    [PHASE_CLEAR] = {.name = "clear", .stage = STAGE_SETUP, .extent = results, .body = clear_body},
    [PHASE_PARTIAL] = {.name = "partial",
                       .stage = STAGE_TIMED,
                       .extent = others_elements,
                       .request = reduce_partial_request,
                       .body = partial_body,
                       .edge = 0,
                       .then = partial_then},
    [PHASE_COMBINE] = {.name = "combine",
                       .stage = STAGE_TIMED,
                       .extent = own_elements,
                       .request = reduce_combine_request,
                       .body = combine_body,
                       .edge = EDGE_ALL,
                       .then = combine_then},
    [PHASE_ADVANCE] = {.name = "advance",
                       .stage = STAGE_CHECK,
                       .extent = elements,
                       .body = advance_body,
                       .then = advance_then},
    [PHASE_CHECK] = {.name = "check",
                     .stage = STAGE_CHECK,
                     .extent = reduce_check_extent,
                     .body = reduce_check,
                     .partial_bytes = sizeof(struct reduce_checked),
                     .combine = reduce_check_combine,
                     .then = reduce_check_then},
};

const struct kernel kernel_reduce = {
    .name = "reduce",
    .summary = "sum of many vectors, element by element, bitwise reproducible",
    KERNEL_PAGE,
    .unit = "vector",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 1 << 23, 0, INT64_C(1) << 40, "element", "elements of each vector"},
    .default_size = default_size,
    .options = options,
    .state_bytes = sizeof(struct reduce_state),
    .units = units,
    .open = open_part,
    .close = reduce_close,
    KERNEL_PHASES(phases),
    .work = reduce_work,
    .verify = reduce_verify,
};
