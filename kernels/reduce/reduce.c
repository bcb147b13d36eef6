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
 * slice advance      (check) the vectors of the next pass check        all elements of the result,
 * by value and by bits
 *
 * layout.c says what lies where, tuned.c adds up vectors in registers. */
#include "kernels/reduce/reduce.h"

#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"
#include "kernels/blocks/random.h"
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

static struct reduce_round round_now(const struct reduce_state *s) {
  return reduce_round_at(s->n, s->slice, s->parts, s->round);
}

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

static double *own_vector(const struct reduce_state *s, int64_t number, int64_t element) {
  return s->x + (number - s->begin) * s->stride + element;
}

/* Where the result of the own slice of the current round goes: with those of the rounds before; or
 * where the whole result lies; or, on its way there, always to the same place. */
static double *result_at(const struct reduce_state *s, const struct reduce_round *r) {
  if (!s->collects)
    return s->result + s->round * s->slice;
  return s->part == 0 ? s->result + r->begin : s->result;
}

/* -- The vectors ------------------------------------------------------------------------------ */

/* So much is done at a time of what goes through memory of its own: it stays in the first cache. */
enum { COLUMN = 1024 };

static int64_t column_of(int64_t begin, int64_t end) {
  return end - begin < COLUMN ? end - begin : COLUMN;
}

/* Below 1 and with all the bits that this leaves: sums of these are rounded. */
ALWAYS_INLINE double fraction(int64_t element) {
  return (double)(int64_t)(random_at((uint64_t)element) >> 12) * 0x1p-52;
}

/* In pass k element j of vector v is (v + 1) * (k + fraction(j)). */
static void fill_factors(int64_t pass, int64_t element, int64_t count, double *restrict factor) {
  for (int64_t i = 0; i < count; i++)
    factor[i] = (double)pass + fraction(element + i);
}

static void fill_vectors(const struct reduce_state *s, int64_t pass, int64_t begin, int64_t end) {
  double factor[COLUMN];
  for (int64_t count; begin < end; begin += count) {
    count = column_of(begin, end);
    fill_factors(pass, begin, count, factor);
    for (int64_t v = s->begin; v < s->end; v++) {
      double *restrict x = own_vector(s, v, begin);
      for (int64_t i = 0; i < count; i++)
        x[i] = (double)(v + 1) * factor[i];
    }
  }
}

static int64_t elements(const void *opaque) {
  const struct reduce_state *s = opaque;
  return s->begin < s->end ? s->n : 0;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  (void)partial;
  fill_vectors(opaque, 1, begin, end);
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

/* How many columns a sum can need at once beside its result: one for each level of the tree, and
 * one more for the last sum where its first half cannot lie in the result. */
enum { SCRATCH = 18 * COLUMN };

/* Elements [element, element + count) of a block of own vectors. More than FEW vectors take
 * scratch, and at most COLUMN elements at a time. */
static void sum_own(const struct reduce_state *s, int64_t begin, int64_t end, int64_t element,
                    int64_t count, bool nontemporal, double *to, double *scratch) {
  const double *x[FEW];
  if (end - begin <= FEW) {
    for (int64_t v = begin; v < end; v++)
      x[v - begin] = own_vector(s, v, element);
    s->sum((int)(end - begin), nontemporal, x, to, count);
    return;
  }
  int64_t middle = reduce_second_half(begin, end);
  double *first = nontemporal ? scratch : to, *second = nontemporal ? scratch + COLUMN : scratch;
  sum_own(s, begin, middle, element, count, false, first, second);
  sum_own(s, middle, end, element, count, false, second, second + COLUMN);
  x[0] = first;
  x[1] = second;
  s->sum(2, nontemporal, x, to, count);
}

static void sum_own_block(const struct reduce_state *s, const struct reduce_block *block,
                          int64_t element, int64_t count, bool nontemporal, double *to) {
  double scratch[SCRATCH];
  int64_t step = block->end - block->begin > FEW ? COLUMN : count;
  for (int64_t done = 0; done < count; done += step)
    sum_own(s, block->begin, block->end, element + done, count - done < step ? count - done : step,
            nontemporal, to + done, scratch);
}

/* The others' slices of the current round, one after the other. */
static int64_t others_elements(const void *opaque) {
  const struct reduce_state *s = opaque;
  struct reduce_round r = round_now(s);
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
  const struct reduce_round r = round_now(s);
  (void)partial;
  for (int part = 0; part < s->parts; part++) {
    int64_t base = others_begin(s, &r, part), length = reduce_slice_length(&r, part);
    int64_t first = begin > base ? begin - base : 0;
    int64_t last = end - base < length ? end - base : length;
    if (part == s->part || first >= last)
      continue;
    for (int64_t k = 0; k < s->own_blocks; k++)
      sum_own_block(s, &s->blocks[s->first_own + k], reduce_slice_begin(&r, part) + first,
                    last - first, s->nontemporal,
                    s->send + s->own_blocks * base + k * length + first);
  }
  nontemporal_fence();
}

/* While the next round's sums are made, the last one's result is on its way to the first part. */
static void partial_request(void *opaque, struct request *request) {
  struct reduce_state *s = opaque;
  if (!s->collects || s->round == 0)
    return;
  struct reduce_round r = reduce_round_at(s->n, s->slice, s->parts, s->round - 1);
  for (int part = 0; part < s->parts; part++) {
    s->send_count[part] = part == 0 && s->part != 0 ? reduce_slice_length(&r, s->part) : 0;
    s->receive_count[part] = part != 0 && s->part == 0 ? reduce_slice_length(&r, part) : 0;
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(double),
      .send = s->result,
      .send_count = s->send_count,
      .receive = s->part == 0 ? s->result + r.begin + reduce_slice_length(&r, 0) : NULL,
      .receive_count = s->receive_count,
      .capacity = s->part == 0 ? r.length - reduce_slice_length(&r, 0) : 0,
      .known = true,
  };
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
  struct reduce_round r = round_now(s);
  return reduce_slice_length(&r, s->part);
}

static void combine_request(void *opaque, struct request *request) {
  struct reduce_state *s = opaque;
  const struct reduce_round r = round_now(s);
  const int64_t own = reduce_slice_length(&r, s->part);
  int64_t received = 0;
  for (int part = 0; part < s->parts; part++) {
    s->send_count[part] = part == s->part ? 0 : s->own_blocks * reduce_slice_length(&r, part);
    s->receive_count[part] = 0;
  }
  for (int64_t k = 0; k < s->block_count; k++)
    if (s->blocks[k].part != s->part)
      s->receive_count[s->blocks[k].part] += own;
  for (int part = 0; part < s->parts; part++)
    received += s->receive_count[part];
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(double),
      .send = s->send,
      .send_count = s->send_count,
      .receive = s->receive,
      .receive_count = s->receive_count,
      .capacity = received,
      .known = true,
  };
}

/* A walk over the tree from left to right, for the elements [element, element + count) of the own
 * slice that begins at `slice`. */
struct walk {
  const struct reduce_state *s;
  const struct reduce_block *next; /* the first one that has not been met */
  int64_t slice, slice_length, element, count;
};

/* The sum of a block that is held in pieces, or by one part. Returns where it lies: `to`, or where
 * it has been all the time. */
static const double *sum_block(struct walk *w, int64_t begin, int64_t end, bool nontemporal,
                               double *to, double *scratch) {
  const struct reduce_block *held = w->next;
  if (held->begin == begin && held->end == end) {
    w->next++;
    if (held->part != w->s->part)
      return w->s->receive + held->index * w->slice_length + (w->element - w->slice);
    if (end - begin == 1)
      return own_vector(w->s, begin, w->element);
    sum_own(w->s, begin, end, w->element, w->count, nontemporal, to, scratch);
    return to;
  }
  int64_t middle = reduce_second_half(begin, end);
  double *first = nontemporal ? scratch : to, *second = nontemporal ? scratch + COLUMN : scratch;
  const double *halves[2];
  halves[0] = sum_block(w, begin, middle, false, first, second);
  halves[1] = sum_block(w, middle, end, false, second, second + COLUMN);
  w->s->sum(2, nontemporal, halves, to, w->count);
  return to;
}

/* Whether all there is to add are own vectors, a power of two of them, and one block of others:
 * that is a tree over them all, since a + b is b + a bit by bit. */
static bool is_flat(const struct reduce_state *s) {
  int64_t own = s->end - s->begin;
  return s->block_count == 2 && s->own_blocks == 1 && own < FEW && (own & (own - 1)) == 0;
}

static void combine_flat(const struct reduce_state *s, int64_t element, int64_t received,
                         int64_t count, bool nontemporal, double *to) {
  const double *from[FEW];
  int own = (int)(s->end - s->begin);
  for (int k = 0; k < own; k++)
    from[k] = own_vector(s, s->begin + k, element);
  from[own] = s->receive + received;
  s->sum(own + 1, nontemporal, from, to, count);
}

static void combine_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct reduce_state *s = opaque;
  const struct reduce_round r = round_now(s);
  const int64_t slice = reduce_slice_begin(&r, s->part), length = reduce_slice_length(&r, s->part);
  const bool nontemporal =
      s->nontemporal && !s->collects; /* what goes on is wanted in the caches */
  double *to = result_at(s, &r), scratch[SCRATCH];
  (void)partial;
  if (s->parts == 1)
    sum_own_block(s, s->blocks, begin, end - begin, nontemporal, to + begin);
  else if (is_flat(s))
    combine_flat(s, slice + begin, begin, end - begin, nontemporal, to + begin);
  else
    for (int64_t count; begin < end; begin += count) {
      count = column_of(begin, end);
      struct walk walk = {s, s->blocks, slice, length, slice + begin, count};
      const double *sum = sum_block(&walk, 0, s->vectors, nontemporal, to + begin, scratch);
      if (sum != to + begin)
        s->sum(1, nontemporal, &sum, to + begin, count);
    }
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

/* -- The oracle ------------------------------------------------------------------------------- */

/* The vectors of the next pass. */
static void advance_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct reduce_state *s = opaque;
  (void)partial;
  fill_vectors(s, s->passes + 2, begin, end);
}

static int advance_then(void *opaque, const void *total) {
  (void)total;
  ((struct reduce_state *)opaque)->passes++;
  return PHASE_CHECK;
}

/* Adds up the vectors in another way, which comes to the same tree: blocks of rising numbers of
 * vectors wait on a stack, and as soon as there are two of the same size they become one. */
static void add_again(int64_t vectors, const double *factor, int64_t count, double *to) {
  double stack[18][COLUMN];
  int top = -1;
  for (int64_t v = 0; v < vectors; v++) {
    top++;
    for (int64_t i = 0; i < count; i++)
      stack[top][i] = (double)(v + 1) * factor[i];
    for (int64_t pairs = v; pairs % 2 == 1; pairs /= 2, top--)
      for (int64_t i = 0; i < count; i++)
        stack[top - 1][i] += stack[top][i];
  }
  for (; top > 0; top--)
    for (int64_t i = 0; i < count; i++)
      stack[top - 1][i] += stack[top][i];
  for (int64_t i = 0; i < count; i++)
    to[i] = stack[0][i];
}

/* 1 + 2 + ... + vectors. */
static double sum_of_numbers(int64_t vectors) {
  return (double)vectors * (double)(vectors + 1) / 2;
}

static void check_column(const struct reduce_state *s, int64_t element, int64_t count,
                         const double *result, struct reduce_checked *found) {
  double factor[COLUMN], again[COLUMN];
  const double numbers = sum_of_numbers(s->vectors);
  fill_factors(s->passes, element, count, factor);
  add_again(s->vectors, factor, count, again);
  for (int64_t i = 0; i < count; i++) {
    double pass = result[i] / numbers - fraction(element + i);
    minmax_add(&found->pass, pass);
    found->wrong += !(result[i] == again[i]);
  }
}

/* Which elements result[i] and those that follow it are: they lie in the order of the rounds. */
static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct reduce_state *s = opaque;
  struct reduce_checked found = {.pass = MINMAX_NONE};
  for (int64_t i = begin, count; i < end; i += count) {
    int64_t element = i;
    count = column_of(i, end);
    if (!s->collects) {
      struct reduce_round r = reduce_round_at(s->n, s->slice, s->parts, i / s->slice);
      int64_t rest = s->slice - i % s->slice;
      element = reduce_slice_begin(&r, s->part) + i % s->slice;
      count = count < rest ? count : rest;
    }
    check_column(s, element, count, s->result + i, &found);
  }
  *(struct reduce_checked *)partial = found;
}

static int64_t checked(const void *opaque) {
  const struct reduce_state *s = opaque;
  return s->collects && s->part != 0 ? 0 : s->result_count;
}

static void checked_combine(void *into, const void *from) {
  struct reduce_checked *all = into;
  const struct reduce_checked *more = from;
  minmax_combine(&all->pass, &more->pass);
  all->wrong += more->wrong;
}

static int check_then(void *opaque, const void *total) {
  ((struct reduce_state *)opaque)->checked =
      total ? *(const struct reduce_checked *)total : (struct reduce_checked){0};
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .extent = elements, .body = fill_body},
    [PHASE_CLEAR] = {.name = "clear", .stage = STAGE_SETUP, .extent = results, .body = clear_body},
    [PHASE_PARTIAL] = {.name = "partial",
                       .stage = STAGE_TIMED,
                       .extent = others_elements,
                       .request = partial_request,
                       .body = partial_body,
                       .edge = 0,
                       .then = partial_then},
    [PHASE_COMBINE] = {.name = "combine",
                       .stage = STAGE_TIMED,
                       .extent = own_elements,
                       .request = combine_request,
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
                     .extent = checked,
                     .body = check_body,
                     .partial_bytes = sizeof(struct reduce_checked),
                     .combine = checked_combine,
                     .then = check_then},
};

/* Each vector's element is rounded twice when it is made and once on each level of the tree; the
 * sum of the numbers is exact, and the two operations here round once each. All terms are positive,
 * so each rounding is relative to what pass + 1 bounds. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct reduce_checked *found = &((const struct reduce_state *)opaque)->checked;
  double levels = ceil(log2((double)problem->value[REDUCE_VECTORS])), expected = (double)passes;
  struct verdict verdict = {.tolerance = (levels + 4) * DBL_EPSILON};
  /* without an element there is nothing to say the pass */
  const double furthest = problem->n == 0 ? expected : minmax_furthest(&found->pass, expected);
  snprintf(verdict.value, sizeof verdict.value, "%.17g", furthest);
  snprintf(verdict.expected, sizeof verdict.expected, "%.17g", expected);
  verdict.error = fabs(furthest - expected) / (expected + 1);
  verdict.error += (double)imaxabs(problem->n - found->pass.count) + (double)found->wrong;
  return verdict;
}

const struct kernel kernel_reduce = {
    .name = "reduce",
    .summary = "sum of many vectors element by element, the same bits however they are spread",
    .description = description,
    .counting = counting,
    .oracle = oracle,
    .exchanged = exchanged,
    .expectation = expectation,
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
    .phases = phases,
    .phase_count = sizeof phases / sizeof *phases,
    .work = reduce_work,
    .verify = verify,
};
