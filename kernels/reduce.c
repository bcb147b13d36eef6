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
 * less memory is taken by what is sent and received. */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/random.h"
#include "kernels/kernel.h"

enum { VECTORS, RESULT, SLICE };
enum { RESULT_SCATTERED, RESULT_ROOT };
enum { PHASE_FILL, PHASE_CLEAR, PHASE_PARTIAL, PHASE_COMBINE, PHASE_ADVANCE, PHASE_CHECK };

static const char *const places[] = {"scattered", "root", NULL};

static const struct kernel_option options[] = {
    {"vectors", OPTION_COUNT, 4, 1, 1 << 16, "vector", "how many vectors are added up"},
    {"result", OPTION_CHOICE, RESULT_SCATTERED, RESULT_SCATTERED, RESULT_ROOT, NULL,
     "left in slices, one in each part, or collected in the first part", places},
    {"slice", OPTION_COUNT, 0, 0, 1 << 24, "element",
     "how much of a sum a part sends to another at a time; 0: all of its slice"},
    {0},
};

/* -- Sums of vectors -------------------------------------------------------------------------- */

enum { FEW = 16 }; /* that many are added up in registers */

/* Elements i .. i + LANES - 1 of the sum of x[0], ..., x[few - 1], as the tree has it. */
ALWAYS_INLINE vector tree_sum(int few, const double *const *x, int64_t i) {
  vector sum[FEW];
  for (int k = 0; k < few; k++)
    sum[k] = vector_load(x[k], i);
  for (int k = 0; k + 1 < few; k += 2)
    sum[k] += sum[k + 1];
  for (int k = 0; k + 2 < few; k += 4)
    sum[k] += sum[k + 2];
  for (int k = 0; k + 4 < few; k += 8)
    sum[k] += sum[k + 4];
  return few > 8 ? sum[0] + sum[8] : sum[0];
}

ALWAYS_INLINE void sum_lines(int few, bool past, const double *const *from, double *to,
                             struct lines lines) {
  const double *x[FEW];
  for (int k = 0; k < few; k++)
    x[k] = from[k];
  for (int64_t line = lines.begin; line < lines.end; line += LINE)
    for (int64_t i = line; i < line + LINE; i += LANES)
      if (past)
        nontemporal_store(to, i, tree_sum(few, x, i));
      else
        vector_store(to, i, tree_sum(few, x, i));
}

ALWAYS_INLINE void sum_either(int few, bool past, const double *const *from, double *to,
                              struct lines lines) {
  if (past)
    sum_lines(few, true, from, to, lines);
  else
    sum_lines(few, false, from, to, lines);
}

/* One by one, at the ends where no line is whole. */
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

/* The sum of 1 to FEW vectors of `count` elements; `to` may be one of them. past: the stores go
 * past the caches, and a fence must follow the last. */
static void sum_few(int few, bool past, const double *const *from, double *to, int64_t count) {
  struct lines lines = lines_of(to, count);
  sum_elements(few, from, to, 0, lines.begin);
  sum_elements(few, from, to, lines.end, count);
#define CASE(few)                                                                                  \
  case few:                                                                                        \
    sum_either(few, past, from, to, lines);                                                        \
    break;
  switch (few) {
    CASE(1)
    CASE(2)
    CASE(3)
    CASE(4)
    CASE(5)
    CASE(6)
    CASE(7)
    CASE(8)
    CASE(9)
    CASE(10)
    CASE(11)
    CASE(12)
    CASE(13)
    CASE(14)
    CASE(15)
    CASE(16)
  }
#undef CASE
}

/* -- The tree --------------------------------------------------------------------------------- */

/* A block of the tree, cut at the last vector. */
struct block {
  int64_t begin, end; /* its vectors */
  int part;           /* who holds them */
  int64_t index;      /* if it is not us: where its sum lies in what we receive, in slices */
};

/* The largest block of `vectors` vectors that begins at `begin` and ends by `end`. */
static int64_t block_end(int64_t begin, int64_t end, int64_t vectors) {
  int64_t size = 1;
  while (begin % (2 * size) == 0 && size < vectors &&
         (begin + 2 * size < vectors ? begin + 2 * size : vectors) <= end)
    size *= 2;
  return begin + size < vectors ? begin + size : vectors;
}

/* Where the second half of a block of at least two vectors begins. */
static int64_t second_half(int64_t begin, int64_t end) {
  int64_t size = 1;
  while (2 * size < end - begin)
    size *= 2;
  return begin + size;
}

static int64_t count_blocks(int64_t begin, int64_t end, int64_t vectors) {
  int64_t count = 0;
  for (; begin < end; begin = block_end(begin, end, vectors))
    count++;
  return count;
}

/* -- The state -------------------------------------------------------------------------------- */

/* The least and the greatest of what all elements of the result should say alike (see add_column),
 * how many of them say a number, and how many have not the bits that they should have. */
struct said {
  double least, greatest;
  int64_t count, wrong;
};

struct state {
  int64_t n, vectors, begin, end; /* this part holds the vectors [begin, end) */
  int part, parts;
  int64_t slice;  /* the largest, in elements */
  int64_t rounds; /* in a pass */
  int64_t round;  /* the one that is under way */
  bool collects;  /* whether the slices of the result go to the first part */
  bool past;      /* whether what is made is stored past the caches */
  int64_t passes; /* done, by our own count */
  int64_t stride; /* from one vector to the next */
  double *x;      /* own vectors */
  double *result; /* see result_at */
  int64_t result_count;
  struct block *blocks; /* of all parts, in order */
  int64_t block_count, own_blocks, first_own;
  double *send, *receive;
  int64_t *send_count, *receive_count;
  struct said said;
};

/* A part's share of what is allocated, in elements. */
struct sizes {
  int64_t x, result, send, receive;
};

/* Vectors of many elements do not begin at the same place of a page: their lines would be rivals
 * for the same few places in a cache. */
static int64_t stride_of(int64_t n) {
  enum { PAGE = 512, OFF = 9 * LINE };
  return n < 8 * PAGE ? n : n + ((OFF - n) % PAGE + PAGE) % PAGE;
}

static int64_t slice_of(const struct problem *problem, int parts) {
  const int64_t whole = problem->n / parts + (problem->n % parts != 0);
  int64_t slice = problem->value[SLICE];
  if (parts == 1 || slice == 0 || slice > whole)
    slice = whole;
  return slice > 0 ? slice : 1;
}

static bool collects(const struct problem *problem, int parts) {
  return problem->value[RESULT] == RESULT_ROOT && parts > 1;
}

/* As stream does with stores=auto. What is sent goes past the caches too: when it is made again,
 * its lines are still with those who received it. */
static bool stores_past(const struct problem *problem, int parts) {
  const double past_bytes = 16 << 20;
  double bytes = 8.0 * (double)problem->n * ((double)problem->value[VECTORS] + 1) / parts;
  return HAVE_NONTEMPORAL && bytes > past_bytes;
}

static bool result_past(const struct problem *problem, int parts) {
  return stores_past(problem, parts) && !collects(problem, parts);
}

/* The chunk of one round, [begin, begin + length), in slices of `size` but the last. */
struct round {
  int64_t begin, length, size;
};

static struct round round_at(int64_t n, int64_t slice, int parts, int64_t number) {
  int64_t begin = number * slice * parts, rest = n - begin;
  int64_t length = rest < slice * parts ? rest : slice * parts;
  return (struct round){begin, length, (length + parts - 1) / parts};
}

static struct round round_now(const struct state *s) {
  return round_at(s->n, s->slice, s->parts, s->round);
}

static int64_t slice_begin(const struct round *r, int part) {
  int64_t offset = part * r->size;
  return r->begin + (offset < r->length ? offset : r->length);
}

static int64_t slice_length(const struct round *r, int part) {
  return slice_begin(r, part + 1) - slice_begin(r, part);
}

static int64_t rounds_of(int64_t n, int64_t slice, int parts) {
  return n / (slice * parts) + (n % (slice * parts) != 0);
}

static struct sizes sizes_of(const struct problem *problem, const struct part *part,
                             int64_t all_blocks) {
  const int64_t n = problem->n, vectors = problem->value[VECTORS];
  const int64_t slice = slice_of(problem, part->count), rounds = rounds_of(n, slice, part->count);
  const int64_t own_blocks = count_blocks(part->begin, part->end, vectors);
  struct round first = round_at(n, slice, part->count, 0);
  struct round last = round_at(n, slice, part->count, rounds > 0 ? rounds - 1 : 0);
  int64_t own = slice_length(&first, part->index);
  struct sizes sizes = {
      .x = (part->end - part->begin) * stride_of(n),
      .result = rounds == 0 ? 0 : (rounds - 1) * slice + slice_length(&last, part->index),
      .send = own_blocks * (first.length - own),
      .receive = (all_blocks - own_blocks) * own,
  };
  if (collects(problem, part->count))
    sizes.result = part->index == 0 ? n : own;
  return sizes;
}

static int64_t units(const struct problem *problem) {
  return problem->value[VECTORS];
}

/* Four vectors of the default size, and the result, make ten times the caches. */
static int64_t default_size(const struct machine *machine) {
  return 2 * machine->cache_bytes / (int64_t)sizeof(double);
}

static int64_t blocks_of_all(const int64_t *bounds, int parts, int64_t vectors) {
  int64_t count = 0;
  for (int i = 0; i < parts; i++)
    count += count_blocks(bounds[i], bounds[i + 1], vectors);
  return count;
}

static void list_blocks(struct state *s, const int64_t *bounds) {
  struct block *block = s->blocks;
  int64_t received = 0;
  for (int part = 0; part < s->parts; part++) {
    if (part == s->part)
      s->first_own = block - s->blocks;
    for (int64_t begin = bounds[part], end; begin < bounds[part + 1]; begin = end) {
      end = block_end(begin, bounds[part + 1], s->vectors);
      *block++ = (struct block){begin, end, part, part == s->part ? 0 : received++};
    }
    if (part == s->part)
      s->own_blocks = block - s->blocks - s->first_own;
  }
}

static int allocate(double **memory, int64_t count, const char *what, struct error *error) {
  void *allocated;
  int code = memory_allocate(&allocated, count, sizeof(double), what, error);
  *memory = allocated;
  return code;
}

static int open_lists(struct state *s, const struct part *part, int64_t all_blocks,
                      struct error *error) {
  void *blocks, *send_count, *receive_count;
  s->block_count = all_blocks;
  if (memory_allocate(&blocks, all_blocks, sizeof *s->blocks, "the blocks", error))
    return error->code;
  s->blocks = blocks;
  if (memory_allocate(&send_count, s->parts, sizeof(int64_t), "the counts", error))
    return error->code;
  s->send_count = send_count;
  if (memory_allocate(&receive_count, s->parts, sizeof(int64_t), "the counts", error))
    return error->code;
  s->receive_count = receive_count;
  list_blocks(s, part->bounds);
  return 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t all_blocks = blocks_of_all(part->bounds, part->count, problem->value[VECTORS]);
  struct sizes sizes = sizes_of(problem, part, all_blocks);
  s->n = problem->n;
  s->vectors = problem->value[VECTORS];
  s->begin = part->begin;
  s->end = part->end;
  s->part = part->index;
  s->parts = part->count;
  s->slice = slice_of(problem, part->count);
  s->rounds = rounds_of(s->n, s->slice, s->parts);
  s->collects = collects(problem, part->count);
  s->past = stores_past(problem, part->count);
  s->stride = stride_of(s->n);
  s->result_count = sizes.result;
  if (open_lists(s, part, all_blocks, error) || allocate(&s->x, sizes.x, "the vectors", error) ||
      allocate(&s->result, sizes.result, "the result", error) ||
      allocate(&s->send, sizes.send, "what is sent", error) ||
      allocate(&s->receive, sizes.receive, "what is received", error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->x);
  free(s->result);
  free(s->blocks);
  free(s->send);
  free(s->receive);
  free(s->send_count);
  free(s->receive_count);
}

static double *own_vector(const struct state *s, int64_t number, int64_t element) {
  return s->x + (number - s->begin) * s->stride + element;
}

/* Where the result of the own slice of the current round goes: with those of the rounds before; or
 * where the whole result lies; or, on its way there, always to the same place. */
static double *result_at(const struct state *s, const struct round *r) {
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

static void fill_vectors(const struct state *s, int64_t pass, int64_t begin, int64_t end) {
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
  const struct state *s = opaque;
  return s->begin < s->end ? s->n : 0;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  (void)partial;
  fill_vectors(opaque, 1, begin, end);
}

static int64_t results(const void *opaque) {
  return ((const struct state *)opaque)->result_count;
}

static void clear_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
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
static void sum_own(const struct state *s, int64_t begin, int64_t end, int64_t element,
                    int64_t count, bool past, double *to, double *scratch) {
  const double *x[FEW];
  if (end - begin <= FEW) {
    for (int64_t v = begin; v < end; v++)
      x[v - begin] = own_vector(s, v, element);
    sum_few((int)(end - begin), past, x, to, count);
    return;
  }
  int64_t middle = second_half(begin, end);
  double *first = past ? scratch : to, *second = past ? scratch + COLUMN : scratch;
  sum_own(s, begin, middle, element, count, false, first, second);
  sum_own(s, middle, end, element, count, false, second, second + COLUMN);
  x[0] = first;
  x[1] = second;
  sum_few(2, past, x, to, count);
}

static void sum_own_block(const struct state *s, const struct block *block, int64_t element,
                          int64_t count, bool past, double *to) {
  double scratch[SCRATCH];
  int64_t step = block->end - block->begin > FEW ? COLUMN : count;
  for (int64_t done = 0; done < count; done += step)
    sum_own(s, block->begin, block->end, element + done, count - done < step ? count - done : step,
            past, to + done, scratch);
}

/* The others' slices of the current round, one after the other. */
static int64_t others_elements(const void *opaque) {
  const struct state *s = opaque;
  struct round r = round_now(s);
  return s->round < s->rounds && s->begin < s->end ? r.length - slice_length(&r, s->part) : 0;
}

/* Where a part's slice begins among those of all parts but ours. */
static int64_t others_begin(const struct state *s, const struct round *r, int part) {
  return slice_begin(r, part) - r->begin - (part > s->part ? slice_length(r, s->part) : 0);
}

static void partial_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const struct round r = round_now(s);
  (void)partial;
  for (int part = 0; part < s->parts; part++) {
    int64_t base = others_begin(s, &r, part), length = slice_length(&r, part);
    int64_t first = begin > base ? begin - base : 0;
    int64_t last = end - base < length ? end - base : length;
    if (part == s->part || first >= last)
      continue;
    for (int64_t k = 0; k < s->own_blocks; k++)
      sum_own_block(s, &s->blocks[s->first_own + k], slice_begin(&r, part) + first, last - first,
                    s->past, s->send + s->own_blocks * base + k * length + first);
  }
  nontemporal_fence();
}

/* While the next round's sums are made, the last one's result is on its way to the first part. */
static void partial_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  if (!s->collects || s->round == 0)
    return;
  struct round r = round_at(s->n, s->slice, s->parts, s->round - 1);
  for (int part = 0; part < s->parts; part++) {
    s->send_count[part] = part == 0 && s->part != 0 ? slice_length(&r, s->part) : 0;
    s->receive_count[part] = part != 0 && s->part == 0 ? slice_length(&r, part) : 0;
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(double),
      .send = s->result,
      .send_count = s->send_count,
      .receive = s->part == 0 ? s->result + r.begin + slice_length(&r, 0) : NULL,
      .receive_count = s->receive_count,
      .capacity = s->part == 0 ? r.length - slice_length(&r, 0) : 0,
      .known = true,
  };
}

static int partial_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  if (s->round < s->rounds)
    return PHASE_COMBINE;
  s->round = 0;
  return PHASE_END;
}

static int64_t own_elements(const void *opaque) {
  const struct state *s = opaque;
  struct round r = round_now(s);
  return slice_length(&r, s->part);
}

static void combine_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  const struct round r = round_now(s);
  const int64_t own = slice_length(&r, s->part);
  int64_t received = 0;
  for (int part = 0; part < s->parts; part++) {
    s->send_count[part] = part == s->part ? 0 : s->own_blocks * slice_length(&r, part);
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
  const struct state *s;
  const struct block *next; /* the first one that has not been met */
  int64_t slice, slice_length, element, count;
};

/* The sum of a block that is held in pieces, or by one part. Returns where it lies: `to`, or where
 * it has been all the time. */
static const double *sum_block(struct walk *w, int64_t begin, int64_t end, bool past, double *to,
                               double *scratch) {
  const struct block *held = w->next;
  if (held->begin == begin && held->end == end) {
    w->next++;
    if (held->part != w->s->part)
      return w->s->receive + held->index * w->slice_length + (w->element - w->slice);
    if (end - begin == 1)
      return own_vector(w->s, begin, w->element);
    sum_own(w->s, begin, end, w->element, w->count, past, to, scratch);
    return to;
  }
  int64_t middle = second_half(begin, end);
  double *first = past ? scratch : to, *second = past ? scratch + COLUMN : scratch;
  const double *halves[2];
  halves[0] = sum_block(w, begin, middle, false, first, second);
  halves[1] = sum_block(w, middle, end, false, second, second + COLUMN);
  sum_few(2, past, halves, to, w->count);
  return to;
}

/* Whether all there is to add are own vectors, a power of two of them, and one block of others:
 * that is a tree over them all, since a + b is b + a bit by bit. */
static bool is_flat(const struct state *s) {
  int64_t own = s->end - s->begin;
  return s->block_count == 2 && s->own_blocks == 1 && own < FEW && (own & (own - 1)) == 0;
}

static void combine_flat(const struct state *s, int64_t element, int64_t received, int64_t count,
                         bool past, double *to) {
  const double *from[FEW];
  int own = (int)(s->end - s->begin);
  for (int k = 0; k < own; k++)
    from[k] = own_vector(s, s->begin + k, element);
  from[own] = s->receive + received;
  sum_few(own + 1, past, from, to, count);
}

static void combine_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  const struct round r = round_now(s);
  const int64_t slice = slice_begin(&r, s->part), length = slice_length(&r, s->part);
  const bool past = s->past && !s->collects; /* what goes on is wanted in the caches */
  double *to = result_at(s, &r), scratch[SCRATCH];
  (void)partial;
  if (s->parts == 1)
    sum_own_block(s, s->blocks, begin, end - begin, past, to + begin);
  else if (is_flat(s))
    combine_flat(s, slice + begin, begin, end - begin, past, to + begin);
  else
    for (int64_t count; begin < end; begin += count) {
      count = column_of(begin, end);
      struct walk walk = {s, s->blocks, slice, length, slice + begin, count};
      const double *sum = sum_block(&walk, 0, s->vectors, past, to + begin, scratch);
      if (sum != to + begin)
        sum_few(1, past, &sum, to + begin, count);
    }
  nontemporal_fence();
}

/* The last slices of a pass are collected by one more partial phase, which has nothing to add. */
static int combine_then(void *opaque, const void *total) {
  struct state *s = opaque;
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
  const struct state *s = opaque;
  (void)partial;
  fill_vectors(s, s->passes + 2, begin, end);
}

static int advance_then(void *opaque, const void *total) {
  (void)total;
  ((struct state *)opaque)->passes++;
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

static void check_column(const struct state *s, int64_t element, int64_t count,
                         const double *result, struct said *said) {
  double factor[COLUMN], again[COLUMN];
  const double numbers = sum_of_numbers(s->vectors);
  fill_factors(s->passes, element, count, factor);
  add_again(s->vectors, factor, count, again);
  for (int64_t i = 0; i < count; i++) {
    double pass = result[i] / numbers - fraction(element + i);
    said->least = pass < said->least ? pass : said->least;
    said->greatest = pass > said->greatest ? pass : said->greatest;
    said->count += pass == pass; /* NaN is not */
    said->wrong += !(result[i] == again[i]);
  }
}

/* Which elements result[i] and those that follow it are: they lie in the order of the rounds. */
static void check_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct state *s = opaque;
  struct said said = {DBL_MAX, -DBL_MAX, 0, 0};
  for (int64_t i = begin, count; i < end; i += count) {
    int64_t element = i;
    count = column_of(i, end);
    if (!s->collects) {
      struct round r = round_at(s->n, s->slice, s->parts, i / s->slice);
      int64_t rest = s->slice - i % s->slice;
      element = slice_begin(&r, s->part) + i % s->slice;
      count = count < rest ? count : rest;
    }
    check_column(s, element, count, s->result + i, &said);
  }
  *(struct said *)partial = said;
}

static int64_t checked(const void *opaque) {
  const struct state *s = opaque;
  return s->collects && s->part != 0 ? 0 : s->result_count;
}

static void said_combine(void *into, const void *from) {
  struct said *all = into;
  const struct said *more = from;
  all->least = more->least < all->least ? more->least : all->least;
  all->greatest = more->greatest > all->greatest ? more->greatest : all->greatest;
  all->count += more->count;
  all->wrong += more->wrong;
}

static int check_then(void *opaque, const void *total) {
  ((struct state *)opaque)->said = total ? *(const struct said *)total : (struct said){0};
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
                     .partial_bytes = sizeof(struct said),
                     .combine = said_combine,
                     .then = check_then},
};

/* -- The model -------------------------------------------------------------------------------- */

/* Without a fixed grain the vectors are cut like this. (With one, work() is told too little to know
 * how; then it may be off by a slice for each block.) */
static struct part part_at(int64_t vectors, int index, int count) {
  return (struct part){index, count, vectors * index / count, vectors * (index + 1) / count, NULL};
}

/* The messages of a round: each part that holds vectors sends to each that has a slice; and, if the
 * result is collected, each that has one to the first part. */
static double messages_of(const struct round *r, int64_t vectors, int parts, bool collected) {
  double count = 0, slices = r->size > 0 ? (double)((r->length + r->size - 1) / r->size) : 0;
  for (int i = 0; i < parts; i++) {
    struct part part = part_at(vectors, i, parts);
    if (part.begin < part.end)
      count += slices - (i < slices);
  }
  return count + (collected && slices > 0 ? slices - 1 : 0);
}

static double memory_of(const struct problem *problem, int parts) {
  const int64_t vectors = problem->value[VECTORS];
  int64_t blocks = 0;
  double bytes = 0;
  for (int i = 0; i < parts; i++) {
    struct part part = part_at(vectors, i, parts);
    blocks += count_blocks(part.begin, part.end, vectors);
  }
  for (int i = 0; i < parts; i++) {
    struct part part = part_at(vectors, i, parts);
    struct sizes sizes = sizes_of(problem, &part, blocks);
    bytes += 8 * ((double)sizes.x + (double)sizes.result);
    bytes += 8 * ((double)sizes.send + (double)sizes.receive);
    bytes += (double)blocks * sizeof(struct block) + 2.0 * parts * sizeof(int64_t);
  }
  return bytes;
}

static struct work work(const struct problem *problem, int parts) {
  const int64_t n = problem->n, vectors = problem->value[VECTORS];
  const int64_t slice = slice_of(problem, parts), rounds = rounds_of(n, slice, parts);
  const double array_bytes = 8 * (double)n;
  struct work work = {
      .operations = (double)(vectors - 1) * (double)n,
      .bytes = (double)(vectors + 1) * array_bytes,
      .traffic = (double)(vectors + 1 + !result_past(problem, parts)) * array_bytes,
      .memory = memory_of(problem, parts),
  };
  if (rounds > 0) {
    struct round first = round_at(n, slice, parts, 0), last = round_at(n, slice, parts, rounds - 1);
    bool collected = collects(problem, parts);
    work.messages = (double)(rounds - 1) * messages_of(&first, vectors, parts, collected) +
                    messages_of(&last, vectors, parts, collected);
  }
  return work;
}

/* Each vector's element is rounded twice when it is made and once on each level of the tree; the
 * sum of the numbers is exact, and the two operations here round once each. All terms are positive,
 * so each rounding is relative to what pass + 1 bounds. */
static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct said *said = &((const struct state *)opaque)->said;
  double levels = ceil(log2((double)problem->value[VECTORS])), expected = (double)passes;
  double below = expected - said->least, above = said->greatest - expected;
  struct verdict verdict = {.tolerance = (levels + 4) * DBL_EPSILON};
  if (problem->n == 0) /* there is no element to tell the pass */
    below = above = 0;
  double furthest = below > above ? expected - below : expected + above;
  snprintf(verdict.value, sizeof verdict.value, "%.17g", furthest);
  snprintf(verdict.expected, sizeof verdict.expected, "%.17g", expected);
  verdict.error = fabs(furthest - expected) / (expected + 1);
  verdict.error += (double)imaxabs(problem->n - said->count) + (double)said->wrong;
  return verdict;
}

const struct kernel kernel_reduce = {
    .name = "reduce",
    .summary = "sum of many vectors element by element, the same bits however they are spread",
    .description =
        "Adds up V vectors of n doubles, element by element: the Reduce kernel of the Parallel "
        "Research Kernels (R. Van der Wijngaart, T. Mattson, HPEC 2014), which takes two vectors "
        "for each worker. The parts hold whole vectors. Each adds up its own, sends every other "
        "part one slice of the sum, and adds what it receives to its own slice: a reduce-scatter "
        "(E. Chan, M. Heimlich, A. Purkayastha, R. van de Geijn, \"Collective communication: "
        "theory, practice, and experience\", Concurrency and Computation: Practice and Experience "
        "19, 2007). With result=root the slices are then collected in the first part, where PRK "
        "has the sum.\n\n"
        "The additions are those of one binary tree over the vectors' numbers, so the sum is the "
        "same bit by bit for any number of parts and threads: a part adds up the whole subtrees "
        "that it holds, and sends the sum of each. Up to 16 vectors are read side by side and "
        "added in registers; more are added in pieces that stay in the first caches. What is made "
        "is stored past the caches where a part holds more than 16 MiB, but for slices that are "
        "collected. With several parts the option slice makes rounds of it, each over so many "
        "elements for each part: that takes less memory for messages, and more of them.",
    .counting =
        "As in PRK: (V - 1) n flop. Bytes: each vector is read once and the result written once, 8 "
        "(V + 1) n; traffic 8n more where the result is stored through the caches.",
    .oracle =
        "Element j of vector v is (v + 1)(k + f(j)) in pass k, from 1, with a fraction f(j) of 52 "
        "random bits; PRK's has k = 1 and f = 0. So the sum is V(V + 1)/2 (k + f(j)), up to the "
        "rounding of the terms and of one addition for each level of the tree (N. Higham, Accuracy "
        "and Stability of Numerical Algorithms, 2nd ed., 4.2), relative, (ceil(log2 V) + 4) "
        "2^-52. The least and the greatest over all elements are held against it. In each part the "
        "bits must also be those of the same tree walked in another way from vectors made anew.",
    .exchanged =
        "For each subtree that a part holds, two at most for each power of two, one slice to each "
        "other part: (P - 1)/P n elements in all if the vectors are spread in powers of two. With "
        "result=root (P - 1)/P n elements of the result go to the first part.",
    .expectation =
        "One part is limited by memory: V - 1 additions for V + 1 numbers. Threads scale until the "
        "memory does. Of P processes each sends and receives (P - 1)/P n numbers and reads V/P n: "
        "with two vectors a process, as in PRK, a message takes longer than the sum, and a few "
        "processes can take longer than one, which sends nothing. More vectors a process scale "
        "better. With result=root all of the result passes through the first part, which then "
        "limits.",
    .unit = "vector",
    .operation = "flop",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_COUNT, 1 << 23, 0, INT64_C(1) << 40, "element", "elements of each vector"},
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
