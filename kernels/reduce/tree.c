/* reduce: the sum over the tree. */
#include "kernels/reduce/reduce.h"

enum { FEW = REDUCE_FEW };

/* Where the second half of a block of at least two vectors begins. */
static int64_t second_half(int64_t begin, int64_t end) {
  int64_t size = 1;
  while (2 * size < end - begin)
    size *= 2;
  return begin + size;
}

/* How many columns a sum can need at once beside its result: one for each level of the tree, and
 * one more for the last sum where its first half cannot lie in the result. */
enum { COLUMN = REDUCE_COLUMN, SCRATCH = 18 * COLUMN };

/* A walk over the tree from left to right, for the elements [element, element + count). */
struct walk {
  const struct reduce_state *s;
  const struct reduce_block *next; /* the first one that does not lie before it */
  struct reduce_round round;
  int64_t element, count;
};

static bool is_own(const struct reduce_state *s, int64_t begin, int64_t end) {
  return s->begin <= begin && end <= s->end;
}

/* The sum of a block of the tree: of one that another part holds it has come from there. Returns
 * where it lies: `to`, or where it has been all the time. */
static const double *sum_block(struct walk *w, int64_t begin, int64_t end, bool nontemporal,
                               double *to, double *scratch) {
  const struct reduce_state *s = w->s;
  const double *x[FEW];
  while (w->next->end <= begin)
    w->next++;
  if (w->next->begin == begin && w->next->end == end && w->next->part != s->part)
    return s->receive + w->next->index * reduce_slice_length(&w->round, s->part) +
           (w->element - reduce_slice_begin(&w->round, s->part));
  if (is_own(s, begin, end) && end - begin == 1)
    return reduce_vector(s, begin, w->element);
  if (is_own(s, begin, end) && end - begin <= FEW) {
    for (int64_t v = begin; v < end; v++)
      x[v - begin] = reduce_vector(s, v, w->element);
    s->sum((int)(end - begin), nontemporal, x, to, w->count);
    return to;
  }
  int64_t middle = second_half(begin, end);
  double *first = nontemporal ? scratch : to, *second = nontemporal ? scratch + COLUMN : scratch;
  x[0] = sum_block(w, begin, middle, false, first, second);
  x[1] = sum_block(w, middle, end, false, second, second + COLUMN);
  s->sum(2, nontemporal, x, to, w->count);
  return to;
}

/* The same to one place. Few own vectors take no scratch; others are added a column at a time. */
static void sum_vectors(const struct reduce_state *s, int64_t begin, int64_t end, int64_t element,
                        int64_t count, bool nontemporal, double *to) {
  double scratch[SCRATCH];
  const int64_t step = is_own(s, begin, end) && end - begin <= FEW ? count : COLUMN;
  for (int64_t done = 0; done < count; done += step) {
    struct walk walk = {s, s->blocks, reduce_round_now(s), element + done,
                        min_of(count - done, step)};
    const double *sum = sum_block(&walk, begin, end, nontemporal, to + done, scratch);
    if (sum != to + done)
      s->sum(1, nontemporal, &sum, to + done, walk.count);
  }
}

void reduce_sum_own(const struct reduce_state *s, int64_t number, int64_t element, int64_t count,
                    double *to) {
  const struct reduce_block *block = &s->blocks[s->first_own + number];
  sum_vectors(s, block->begin, block->end, element, count, s->nontemporal, to);
}

/* Whether all there is to add are own vectors, a power of two of them, and one block of others:
 * that is a tree over them all, since a + b is b + a bit by bit. */
static bool is_flat(const struct reduce_state *s) {
  int64_t own = s->end - s->begin;
  return s->block_count == 2 && s->own_blocks == 1 && own < FEW && (own & (own - 1)) == 0;
}

static void sum_flat(const struct reduce_state *s, int64_t element, int64_t received, int64_t count,
                     bool nontemporal, double *to) {
  const double *from[FEW];
  int own = (int)(s->end - s->begin);
  for (int k = 0; k < own; k++)
    from[k] = reduce_vector(s, s->begin + k, element);
  from[own] = s->receive + received;
  s->sum(own + 1, nontemporal, from, to, count);
}

void reduce_sum_slice(const struct reduce_state *s, int64_t begin, int64_t count, double *to) {
  const struct reduce_round r = reduce_round_now(s);
  const int64_t element = reduce_slice_begin(&r, s->part) + begin;
  const bool nontemporal =
      s->nontemporal && !s->collects; /* what is passed on should stay in the caches */
  if (s->parts > 1 && is_flat(s))
    sum_flat(s, element, begin, count, nontemporal, to);
  else
    sum_vectors(s, 0, s->vectors, element, count, nontemporal, to);
}
