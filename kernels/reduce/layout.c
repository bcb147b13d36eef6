/* reduce: the blocks, the rounds and the memory: what lies where, and what it costs. */
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/nontemporal.h"
#include "kernels/blocks/path.h"
#include "kernels/reduce/reduce.h"

/* The largest block of `vectors` vectors that begins at `begin` and ends by `end`. */
static int64_t block_end(int64_t begin, int64_t end, int64_t vectors) {
  int64_t size = 1;
  while (begin % (2 * size) == 0 && size < vectors && min_of(begin + 2 * size, vectors) <= end)
    size *= 2;
  return min_of(begin + size, vectors);
}

static int64_t count_blocks(int64_t begin, int64_t end, int64_t vectors) {
  int64_t count = 0;
  for (; begin < end; begin = block_end(begin, end, vectors))
    count++;
  return count;
}

struct reduce_round reduce_round_at(int64_t n, int64_t slice, int parts, int64_t number) {
  const int64_t begin = number * slice * parts, length = min_of(n - begin, slice * parts);
  return (struct reduce_round){begin, length, quotient_up(length, parts)};
}

int64_t reduce_slice_begin(const struct reduce_round *r, int part) {
  return r->begin + min_of(part * r->size, r->length);
}

int64_t reduce_slice_length(const struct reduce_round *r, int part) {
  return reduce_slice_begin(r, part + 1) - reduce_slice_begin(r, part);
}

struct reduce_round reduce_round_now(const struct reduce_state *s) {
  return reduce_round_at(s->n, s->slice, s->parts, s->round);
}

/* Vectors of many elements do not begin at the same place of a page: their lines would share few
 * sets of a cache (cache-set conflicts). */
static int64_t stride_of(int64_t n) {
  enum { PAGE = 512, OFF = 9 * LINE };
  return n < 8 * PAGE ? n : n + ((OFF - n) % PAGE + PAGE) % PAGE;
}

static int64_t slice_of(const struct problem *problem, int parts) {
  const int64_t whole = quotient_up(problem->n, parts), slice = problem->value[REDUCE_SLICE];
  return max_of(parts == 1 || slice == 0 ? whole : min_of(slice, whole), 1);
}

static bool collects(const struct problem *problem, int parts) {
  return problem->value[REDUCE_RESULT] == REDUCE_RESULT_ROOT && parts > 1;
}

/* As stream with stores=auto. Also for data that are sent: when they are computed again, their
 * cache lines are still in the caches of the receivers. */
static bool is_nontemporal(const struct problem *problem, int parts) {
  double bytes = 8.0 * (double)problem->n * ((double)problem->value[REDUCE_VECTORS] + 1) / parts;
  return HAVE_NONTEMPORAL && problem->value[REDUCE_PATH] == PATH_TUNED && bytes > NONTEMPORAL_BYTES;
}

static bool is_result_nontemporal(const struct problem *problem, int parts) {
  return is_nontemporal(problem, parts) && !collects(problem, parts);
}

/* A part's share of what is allocated, in elements. */
struct sizes {
  int64_t x, result, send, receive;
};

static struct sizes sizes_of(const struct problem *problem, const struct part *part,
                             int64_t all_blocks) {
  const int64_t n = problem->n, vectors = problem->value[REDUCE_VECTORS];
  const int64_t slice = slice_of(problem, part->count),
                rounds = quotient_up(n, slice * part->count);
  const int64_t own_blocks = count_blocks(part->begin, part->end, vectors);
  struct reduce_round first = reduce_round_at(n, slice, part->count, 0);
  struct reduce_round last = reduce_round_at(n, slice, part->count, rounds > 0 ? rounds - 1 : 0);
  int64_t own = reduce_slice_length(&first, part->index);
  struct sizes sizes = {
      .x = (part->end - part->begin) * stride_of(n),
      .result = rounds == 0 ? 0 : (rounds - 1) * slice + reduce_slice_length(&last, part->index),
      .send = own_blocks * (first.length - own),
      .receive = (all_blocks - own_blocks) * own,
  };
  if (collects(problem, part->count))
    sizes.result = part->index == 0 ? n : own;
  return sizes;
}

static int64_t blocks_of_all(const int64_t *bounds, int parts, int64_t vectors) {
  int64_t count = 0;
  for (int i = 0; i < parts; i++)
    count += count_blocks(bounds[i], bounds[i + 1], vectors);
  return count;
}

static void list_blocks(struct reduce_state *s, const int64_t *bounds) {
  struct reduce_block *block = s->blocks;
  int64_t received = 0;
  for (int part = 0; part < s->parts; part++) {
    if (part == s->part)
      s->first_own = block - s->blocks;
    for (int64_t begin = bounds[part], end; begin < bounds[part + 1]; begin = end) {
      end = block_end(begin, bounds[part + 1], s->vectors);
      *block++ = (struct reduce_block){begin, end, part, part == s->part ? 0 : received++};
    }
    if (part == s->part)
      s->own_blocks = block - s->blocks - s->first_own;
  }
}

static int open_lists(struct reduce_state *s, const struct part *part, int64_t all_blocks,
                      struct error *error) {
  s->block_count = all_blocks;
  if (memory_allocate(&s->blocks, all_blocks, sizeof *s->blocks, "the blocks", error) ||
      memory_allocate(&s->send_count, s->parts, sizeof(int64_t), "the counts", error) ||
      memory_allocate(&s->receive_count, s->parts, sizeof(int64_t), "the counts", error))
    return error->code;
  list_blocks(s, part->bounds);
  return 0;
}

int reduce_open(void *opaque, const struct problem *problem, const struct part *part,
                struct error *error) {
  struct reduce_state *s = opaque;
  int64_t all_blocks = blocks_of_all(part->bounds, part->count, problem->value[REDUCE_VECTORS]);
  struct sizes sizes = sizes_of(problem, part, all_blocks);
  s->n = problem->n;
  s->vectors = problem->value[REDUCE_VECTORS];
  s->begin = part->begin;
  s->end = part->end;
  s->part = part->index;
  s->parts = part->count;
  s->slice = slice_of(problem, part->count);
  s->rounds = quotient_up(s->n, s->slice * s->parts);
  s->collects = collects(problem, part->count);
  s->nontemporal = is_nontemporal(problem, part->count);
  s->stride = stride_of(s->n);
  s->result_count = sizes.result;
  if (open_lists(s, part, all_blocks, error) ||
      memory_allocate(&s->x, sizes.x, sizeof(double), "the vectors", error) ||
      memory_allocate(&s->result, sizes.result, sizeof(double), "the result", error) ||
      memory_allocate(&s->send, sizes.send, sizeof(double), "what is sent", error) ||
      memory_allocate(&s->receive, sizes.receive, sizeof(double), "what is received", error))
    return error->code;
  return 0;
}

void reduce_close(void *opaque) {
  struct reduce_state *s = opaque;
  free(s->x);
  free(s->result);
  free(s->blocks);
  free(s->send);
  free(s->receive);
  free(s->send_count);
  free(s->receive_count);
}

/* -- The work model --------------------------------------------------------------------------- */

/* Without a fixed grain the vectors are cut like this. (With one, reduce_work cannot know
 * how: it may then be off by a slice for each block.) */
static struct part part_at(int64_t vectors, int index, int count) {
  return (struct part){index, count, vectors * index / count, vectors * (index + 1) / count, NULL};
}

/* The messages of a round: each part that holds vectors sends to each that has a slice; and, if the
 * result is collected, each that has one to the first part. */
static double messages_of(const struct reduce_round *r, int64_t vectors, int parts,
                          bool collected) {
  double count = 0, slices = r->size > 0 ? (double)quotient_up(r->length, r->size) : 0;
  for (int i = 0; i < parts; i++) {
    struct part part = part_at(vectors, i, parts);
    if (part.begin < part.end)
      count += slices - (i < slices);
  }
  return count + (collected && slices > 0 ? slices - 1 : 0);
}

static double memory_of(const struct problem *problem, int parts) {
  const int64_t vectors = problem->value[REDUCE_VECTORS];
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
    bytes += (double)blocks * sizeof(struct reduce_block) + 2.0 * parts * sizeof(int64_t);
  }
  return bytes;
}

struct work reduce_work(const struct problem *problem, int parts) {
  const int64_t n = problem->n, vectors = problem->value[REDUCE_VECTORS];
  const int64_t slice = slice_of(problem, parts), rounds = quotient_up(n, slice * parts);
  const double array_bytes = 8 * (double)n;
  struct work work = {
      .operations = (double)(vectors - 1) * (double)n,
      .bytes = (double)(vectors + 1) * array_bytes,
      .traffic = (double)(vectors + 1 + !is_result_nontemporal(problem, parts)) * array_bytes,
      .memory = memory_of(problem, parts),
  };
  if (rounds > 0) {
    struct reduce_round first = reduce_round_at(n, slice, parts, 0),
                        last = reduce_round_at(n, slice, parts, rounds - 1);
    bool collected = collects(problem, parts);
    work.messages = (double)(rounds - 1) * messages_of(&first, vectors, parts, collected) +
                    messages_of(&last, vectors, parts, collected);
  }
  return work;
}
