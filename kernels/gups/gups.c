/* gups: random updates of a table, as RandomAccess of the HPC Challenge (HPCC): for each element x
 * of a pseudo-random sequence, table[x mod n] ^= x.
 *
 * A unit is a block of the table, of which there are 64 (or one for each word); a block also makes
 * its share of the updates, from a place of its own in the sequence.
 *
 *   fill   (set-up) each word is its own number; the places in the sequence
 *   make   (timed, once for each round) the next `lookahead` updates of each block
 *   apply  (timed, once for each round) sends other parts what is for their blocks, and updates
 *   undo   (check) all updates once more, which undoes them; finds the places of the next
 *          pass, which continues in the sequence, so that each has updates of its own
 *
 * tuned.c computes many elements of the sequence at a time and prefetches the words; oracle.c
 * undoes the updates. */
#include "kernels/gups/gups.h"

#include <stdlib.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"
#include "kernels/blocks/path.h"
#include "kernels/gups/page.h"

enum { FILL, MAKE, APPLY, UNDO };
enum { BLOCKS = 64 };

static const struct kernel_option options[] = {
    {"updates", OPTION_COUNT, 1, 1, 1024, "update", "for each word of the table; HPCC makes 4"},
    {"lookahead", OPTION_COUNT, 16, 1, 1024, "update",
     "that each of 64 blocks makes before they are applied; 16 for each worker keep HPCC's rule"},
    PATH_OPTION,
    {0},
};

/* -- The algorithm: the sequence and the updates ---------------------------------------------- */

/* The sequence of HPCC: x -> 2 x, plus x^2 + x + 1 if the highest bit falls out: the powers of x
 * modulo x^64 + x^2 + x + 1 over GF(2). */
static uint64_t after(uint64_t x) {
  return (x << 1) ^ (x >> 63 ? 7 : 0);
}

static void make(uint64_t *restrict next, int64_t blocks, uint64_t *restrict made, int64_t each) {
  for (int64_t i = 0; i < blocks; i++)
    for (int64_t k = 0; k < each; k++)
      *made++ = next[i] = after(next[i]);
}

static void update(const struct gups_words *words, const uint64_t *updates, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    uint64_t word = (updates[i] & words->mask) - words->first;
    if (word < words->count)
      words->at[word] ^= updates[i];
  }
}

static const struct gups_path reference = {make, update};
static const struct gups_path *const paths[] = {
    [PATH_REFERENCE] = &reference, [PATH_TUNED] = &gups_tuned};

/* Element k of the sequence, k >= 0, whose element 0 is 1: x^k by squaring, each square by Horner's
 * rule in x^2. */
static uint64_t element(int64_t k) {
  uint64_t power = 1;
  for (int bit = 62; bit >= 0; bit--) {
    uint64_t square = 0;
    if (k >> bit == 0) /* 1 squared is 1 */
      continue;
    for (int i = 63; i >= 0; i--)
      square = after(after(square)) ^ (power >> i & 1);
    power = k >> bit & 1 ? after(square) : square;
  }
  return power;
}

/* -- The state -------------------------------------------------------------------------------- */

static int64_t units(const struct problem *problem) {
  return min_of(problem->n, BLOCKS);
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct gups_state *s = opaque;
  const int64_t n = problem->n, blocks = units(problem), own = part->end - part->begin;
  s->part = *part;
  s->mask = (uint64_t)n - 1;
  while (blocks << s->block_shift < n)
    s->block_shift++;
  s->each = n / blocks * problem->value[GUPS_UPDATES];
  s->lookahead = problem->value[GUPS_LOOKAHEAD];
  s->path = paths[problem->value[GUPS_PATH]];
  const size_t made = (size_t)s->lookahead * sizeof(uint64_t);
  if (memory_allocate(&s->table, own, sizeof(uint64_t) << s->block_shift, "the table", error) ||
      memory_allocate(&s->next, own, sizeof(uint64_t), "the places in the sequence", error) ||
      memory_allocate(&s->made, own, made, "the updates made", error))
    return error->code;
  if (part->count == 1) /* nothing is sent */
    return 0;
  if (memory_allocate(&s->send, own, made, "the updates to send", error) ||
      memory_allocate(&s->received, blocks - own, made, "the updates received", error) ||
      memory_allocate(&s->send_count, part->count, 2 * sizeof(int64_t), "the counts", error))
    return error->code;
  s->receive_count = s->send_count + part->count;
  return 0;
}

static void close_part(void *opaque) {
  struct gups_state *s = opaque;
  free(s->table);
  free(s->next);
  free(s->made);
  free(s->send);
  free(s->received);
  free(s->send_count);
}

/* Where the own blocks are in the sequence when a pass begins. */
static void find_places(struct gups_state *s) {
  const struct part *part = &s->part;
  const int64_t blocks = part->bounds[part->count];
  for (int64_t block = part->begin; block < part->end; block++)
    s->next[block - part->begin] = element((s->passes * blocks + block) * s->each);
}

static int fill_then(void *opaque, const void *total) {
  struct gups_state *s = opaque;
  (void)total;
  s->place = element(0);
  find_places(s);
  return PHASE_END;
}

static int undo_then(void *opaque, const void *total) {
  struct gups_state *s = opaque;
  gups_undo_then(opaque, total);
  s->passes++;
  find_places(s);
  return PHASE_END;
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct gups_words words = gups_words_of(opaque, begin, end);
  (void)partial;
  for (uint64_t i = 0; i < words.count; i++)
    words.at[i] = words.first + i;
}

/* -- Rounds ----------------------------------------------------------------------------------- */

/* How many updates each block makes in this round. */
static int64_t round_length(const struct gups_state *s) {
  return min_of(s->each - s->done, s->lookahead);
}

static void make_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct gups_state *s = opaque;
  const int64_t own = begin - s->part.begin, length = round_length(s);
  (void)partial;
  s->path->make(s->next + own, end - begin, s->made + own * length, length);
}

/* The block, by its number over the whole table, that an update is for. */
static int64_t block_of(const struct gups_state *s, uint64_t x) {
  return (int64_t)((x & s->mask) >> s->block_shift);
}

/* Puts the updates for other parts in the order of their blocks, and so of the parts. */
static void apply_request(void *opaque, struct request *request) {
  struct gups_state *s = opaque;
  const struct part *part = &s->part;
  const int64_t own = part->end - part->begin, made = own * round_length(s);
  const int64_t *bounds = part->bounds;
  int64_t count[BLOCKS] = {0}, place[BLOCKS], sum = 0;
  for (int64_t i = 0; i < made; i++)
    count[block_of(s, s->made[i])]++;
  for (int i = 0; i < part->count; i++) {
    const int64_t before = sum;
    for (int64_t block = bounds[i]; block < bounds[i + 1] && i != part->index; block++) {
      place[block] = sum;
      sum += count[block];
    }
    s->send_count[i] = sum - before;
  }
  for (int64_t i = 0; i < made; i++) {
    const int64_t block = block_of(s, s->made[i]);
    if (block < part->begin || block >= part->end)
      s->send[place[block]++] = s->made[i];
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(uint64_t),
      .send = s->send,
      .send_count = s->send_count,
      .receive = s->received,
      .receive_count = s->receive_count,
      .capacity = (bounds[part->count] - own) * s->lookahead,
  };
}

/* Bodies that run at the same time each look at all updates and write their own blocks alone. */
static void apply_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct gups_state *s = opaque;
  const struct gups_words words = gups_words_of(s, begin, end);
  int64_t received = 0;
  (void)partial;
  s->path->update(&words, s->made, (s->part.end - s->part.begin) * round_length(s));
  for (int i = 0; s->receive_count && i < s->part.count; i++)
    received += s->receive_count[i];
  s->path->update(&words, s->received, received);
}

static int apply_then(void *opaque, const void *total) {
  struct gups_state *s = opaque;
  (void)total;
  s->done += round_length(s);
  if (s->done < s->each)
    return MAKE;
  s->done = 0;
  return PHASE_END;
}

static const struct phase phases[] = {
    [FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body, .then = fill_then},
    [MAKE] = {.name = "make", .stage = STAGE_TIMED, .body = make_body},
    [APPLY] = {.name = "apply",
               .stage = STAGE_TIMED,
               .request = apply_request,
               .body = apply_body,
               .edge = EDGE_ALL,
               .then = apply_then},
    [UNDO] = {.name = "undo",
              .stage = STAGE_CHECK,
              .body = gups_undo,
              .partial_bytes = sizeof(struct gups_finding),
              .combine = gups_undo_combine,
              .then = undo_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n, updates = n * (double)problem->value[GUPS_UPDATES];
  double made = (double)(units(problem) * problem->value[GUPS_LOOKAHEAD]);
  double rounds = updates / made;
  return (struct work){
      .operations = updates,
      /* a line of the cache is read and written for each, but only 8 bytes of it are used */
      .bytes = 16 * updates,
      .traffic = 128 * updates,
      .messages = rounds * parts * (parts - 1),
      .memory = 8 * (n + made + (parts > 1 ? parts * made + 2.0 * parts * parts : 0)),
  };
}

const struct kernel kernel_gups = {
    .name = "gups",
    .summary = "random updates of a table (RandomAccess): the latency of memory and network",
    KERNEL_PAGE,
    .unit = "block of the table",
    .operation = "updates",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_POWER, 1 << 24, 1, INT64_C(1) << 40, "word",
             "words of the table, a power of two"},
    .options = options,
    .state_bytes = sizeof(struct gups_state),
    .units = units,
    .open = open_part,
    .close = close_part,
    KERNEL_PHASES(phases),
    .work = work,
    .verify = gups_verify,
};
