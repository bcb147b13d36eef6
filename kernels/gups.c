/* gups: random updates of a table, as RandomAccess of the HPC Challenge (HPCC). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/memory.h"
#include "kernels/kernel.h"

enum { UPDATES, LOOKAHEAD };
enum { PHASE_FILL, PHASE_MAKE, PHASE_APPLY, PHASE_UNDO };

/* The table is cut into so many blocks (fewer if it has fewer words); each also makes its share of
 * the updates, from a place of its own in the sequence. */
enum { BLOCKS = 64 };

/* How far ahead of its update a word is prefetched. More than the misses that a core's first cache
 * can have open (24 on Zen 4, a dozen on others): prefetched to the second cache (prefetcht1), more
 * are under way. Measured on Zen 4, ns an update: no prefetching, or to the first cache at any
 * distance, 9 to 11; to the second 24 ahead 6.9, 48 ahead 5.6, 64 to 96 ahead 5.3. */
enum { DISTANCE = 64, SECOND_CACHE = 2 };

static const struct kernel_option options[] = {
    {"updates", OPTION_COUNT, 1, 1, 1024, "update", "for each word of the table; HPCC makes 4"},
    {"lookahead", OPTION_COUNT, 16, 1, 1024, "update",
     "that each of 64 blocks makes before they are applied; 16 for each worker keep HPCC's rule"},
    {0},
};

struct finding {
  uint64_t wrong, words;
};

struct state {
  struct part part;  /* in blocks */
  uint64_t mask;     /* words of the table - 1 */
  int block_shift;   /* words of a block, as a power of two */
  int64_t each;      /* updates that a block makes in a pass */
  int64_t lookahead; /* in a round, at most */
  int64_t done;      /* by each block in this pass */
  uint64_t *table;   /* the own blocks */
  uint64_t *next;    /* of each own block: where it is in the sequence */
  uint64_t *made;    /* of each own block: lookahead updates */
  uint64_t *send, *received;
  int64_t *send_count, *receive_count; /* for and from each part */
  struct finding finding;
};

static int64_t blocks_of(int64_t n) {
  return n < BLOCKS ? n : BLOCKS;
}

static int64_t units(const struct problem *problem) {
  return blocks_of(problem->n);
}

/* The sequence of HPCC: x -> 2 x, plus x^2 + x + 1 if the highest bit falls out: the powers of x
 * modulo x^63 + x^2 + x + 1 over GF(2), by 64 bits. */
static uint64_t after(uint64_t x) {
  return (x << 1) ^ ((uint64_t)((int64_t)x >> 63) & 7);
}

/* Element k of the sequence, k >= 0, whose element 0 is 1: by squaring (HPCC,
 * RandomAccess/utility.c, describes it). */
static uint64_t element(int64_t k) {
  uint64_t square[64], x = 1; /* square[i]: of 2^i, the polynomial x^(2 i) */
  for (int i = 0; i < 64; i++) {
    square[i] = x;
    x = after(after(x));
  }
  x = 1;
  for (int bit = 62; bit >= 0; bit--) {
    uint64_t squared = 0;
    for (int i = 0; i < 64; i++)
      squared ^= x >> i & 1 ? square[i] : 0;
    x = k >> bit & 1 ? after(squared) : squared;
  }
  return x;
}

static int allocate(uint64_t **memory, int64_t count, int64_t words, const char *what,
                    struct error *error) {
  void *got;
  if (memory_allocate(&got, count, (size_t)words * sizeof(uint64_t), what, error))
    return error->code;
  *memory = got;
  return 0;
}

static int allocate_counts(int64_t **counts, int parts, struct error *error) {
  void *got;
  if (memory_allocate(&got, parts, sizeof(int64_t), "the parts' counts", error))
    return error->code;
  *counts = got;
  return 0;
}

static int open_part(void *opaque, const struct problem *problem, const struct part *part,
                     struct error *error) {
  struct state *s = opaque;
  int64_t n = problem->n, own = part->end - part->begin;
  int64_t all_made = blocks_of(n) * problem->value[LOOKAHEAD];
  s->part = *part;
  s->mask = (uint64_t)n - 1;
  while (blocks_of(n) << s->block_shift < n)
    s->block_shift++;
  s->each = n / blocks_of(n) * problem->value[UPDATES];
  s->lookahead = problem->value[LOOKAHEAD];
  if (allocate(&s->table, own, INT64_C(1) << s->block_shift, "the table", error) ||
      allocate(&s->next, own, 1, "the places in the sequence", error) ||
      allocate(&s->made, own, s->lookahead, "the updates made", error))
    return error->code;
  if (part->count == 1) /* nothing is sent */
    return 0;
  if (allocate(&s->send, own, s->lookahead, "the updates to send", error) ||
      allocate(&s->received, all_made - own * s->lookahead, 1, "the updates received", error) ||
      allocate_counts(&s->send_count, part->count, error) ||
      allocate_counts(&s->receive_count, part->count, error))
    return error->code;
  return 0;
}

static void close_part(void *opaque) {
  struct state *s = opaque;
  free(s->table);
  free(s->next);
  free(s->made);
  free(s->send);
  free(s->received);
  free(s->send_count);
  free(s->receive_count);
}

/* The block, by its number over the whole table, that the update x goes to. */
static int64_t block_of(const struct state *s, uint64_t x) {
  return (int64_t)((x & s->mask) >> s->block_shift);
}

/* The number of a block's first word. */
static uint64_t first_word(const struct state *s, int64_t block) {
  return (uint64_t)block << s->block_shift;
}

/* Where the own blocks would begin if word 0 of the whole table lay at the result: an address to
 * count from, so a number. */
static uint64_t *own_words(const struct state *s, int64_t block) {
  return s->table + (first_word(s, block) - first_word(s, s->part.begin));
}

static void fill_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  uint64_t *restrict words = own_words(s, begin);
  const uint64_t first = first_word(s, begin), count = first_word(s, end) - first;
  (void)partial;
  for (uint64_t i = 0; i < count; i++)
    words[i] = first + i;
}

/* How many updates each block makes in this round. */
static int64_t round_length(const struct state *s) {
  int64_t left = s->each - s->done;
  return left < s->lookahead ? left : s->lookahead;
}

/* The `count` elements after x, at most 32 at a time: what k doublings push out at the top, h,
 * comes back as h + h x + h x^2, and h itself is too short to be pushed out again. All from x, so
 * that the loop vectorises. Returns the last. */
static uint64_t make(uint64_t x, uint64_t *restrict made, int64_t count) {
  enum { STRIDE = 32 };
  for (int64_t begin = 0; begin < count; begin += STRIDE) {
    int64_t stride = count - begin < STRIDE ? count - begin : STRIDE;
    for (int64_t k = 1; k <= stride; k++) {
      uint64_t h = x >> (64 - k);
      made[begin + k - 1] = (x << k) ^ h ^ (h << 1) ^ (h << 2);
    }
    x = made[begin + stride - 1];
  }
  return x;
}

static void make_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t length = round_length(s);
  (void)partial;
  for (int64_t block = begin; block < end; block++) {
    int64_t own = block - s->part.begin;
    uint64_t x = s->done == 0 ? element(block * s->each) : s->next[own];
    s->next[own] = make(x, s->made + own * length, length);
  }
}

/* Which part owns a block: few parts, or few blocks in each. */
static int owner_of(const struct part *part, int64_t block) {
  int low = 0, high = part->count - 1;
  while (low < high) {
    int middle = low + (high - low) / 2;
    if (block < part->bounds[middle + 1])
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

/* Puts what other parts need in the order of the parts. */
static void apply_request(void *opaque, struct request *request) {
  struct state *s = opaque;
  const struct part *part = &s->part;
  const int64_t made = (part->end - part->begin) * round_length(s);
  int owner[BLOCKS];
  int64_t place[BLOCKS] = {0}, sum = 0; /* of each block's owner; there are no more owners */
  for (int64_t block = 0; block < part->bounds[part->count]; block++)
    owner[block] = owner_of(part, block);
  for (int i = 0; i < part->count; i++)
    s->send_count[i] = 0;
  for (int64_t i = 0; i < made; i++)
    s->send_count[owner[block_of(s, s->made[i])]]++;
  s->send_count[part->index] = 0;
  for (int64_t block = 0; block < part->bounds[part->count]; block++)
    if (block == part->bounds[owner[block]]) {
      place[block] = sum;
      sum += s->send_count[owner[block]];
    }
  for (int64_t i = 0; i < made; i++) {
    int to = owner[block_of(s, s->made[i])];
    if (to != part->index)
      s->send[place[part->bounds[to]]++] = s->made[i];
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = sizeof(uint64_t),
      .send = s->send,
      .send_count = s->send_count,
      .receive = s->received,
      .receive_count = s->receive_count,
      .capacity = (part->bounds[part->count] - (part->end - part->begin)) * s->lookahead,
  };
}

/* Updates that all go to words counted from `words`. */
static void update(uint64_t *restrict words, uint64_t mask, const uint64_t *restrict updates,
                   int64_t count) {
  int64_t i = 0;
  for (; i < count - DISTANCE; i++) {
    __builtin_prefetch(&words[updates[i + DISTANCE] & mask], 0, SECOND_CACHE);
    words[updates[i] & mask] ^= updates[i];
  }
  for (; i < count; i++)
    words[updates[i] & mask] ^= updates[i];
}

/* Picks those for the blocks [begin, end) out of some updates, and applies them. Bodies that run at
 * the same time each look at all updates and write their own blocks alone. */
static void update_some(struct state *s, int64_t begin, int64_t end, const uint64_t *updates,
                        int64_t count) {
  enum { SOME = 1024 };
  uint64_t picked[SOME];
  const uint64_t low = first_word(s, begin), words = first_word(s, end) - low;
  for (int64_t i = 0; i < count; i += SOME) {
    int64_t some = count - i < SOME ? count - i : SOME, taken = 0;
    for (int64_t k = i; k < i + some; k++) {
      picked[taken] = updates[k];
      taken += (updates[k] & s->mask) - low < words; /* no branch, which nobody could predict */
    }
    update(s->table - first_word(s, s->part.begin), s->mask, picked, taken);
  }
}

static int64_t received_count(const struct state *s) {
  int64_t count = 0;
  for (int i = 0; i < s->part.count; i++)
    count += s->receive_count[i];
  return count;
}

static void apply_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const int64_t made = (s->part.end - s->part.begin) * round_length(s);
  (void)partial;
  if (end - begin == s->part.bounds[s->part.count]) { /* the whole table: nothing to pick */
    update(s->table, s->mask, s->made, made);
    return;
  }
  update_some(s, begin, end, s->made, made);
  if (s->part.count > 1)
    update_some(s, begin, end, s->received, received_count(s));
}

static int apply_then(void *opaque, const void *total) {
  struct state *s = opaque;
  (void)total;
  s->done += round_length(s);
  if (s->done < s->each)
    return PHASE_MAKE;
  s->done = 0;
  return PHASE_END;
}

/* All updates of a pass once more, from the first to the last, one after another; then each word
 * must be its own number again. */
static void undo_body(void *opaque, int64_t begin, int64_t end, void *partial) {
  struct state *s = opaque;
  const uint64_t low = first_word(s, begin), words = first_word(s, end) - low;
  const int64_t all = s->each * s->part.bounds[s->part.count];
  uint64_t *own = own_words(s, begin), x = 1;
  struct finding finding = {0, words};
  for (int64_t i = 0; i < all; i++) {
    x = (x << 1) ^ ((int64_t)x < 0 ? 7 : 0);
    uint64_t word = (x & s->mask) - low;
    if (word < words)
      own[word] ^= x;
  }
  for (uint64_t i = 0; i < words; i++)
    finding.wrong += own[i] != low + i;
  *(struct finding *)partial = finding;
}

static void undo_combine(void *into, const void *from) {
  ((struct finding *)into)->wrong += ((const struct finding *)from)->wrong;
  ((struct finding *)into)->words += ((const struct finding *)from)->words;
}

static int undo_then(void *opaque, const void *total) {
  ((struct state *)opaque)->finding = total ? *(const struct finding *)total : (struct finding){0};
  return PHASE_END;
}

static const struct phase phases[] = {
    [PHASE_FILL] = {.name = "fill", .stage = STAGE_SETUP, .body = fill_body},
    [PHASE_MAKE] = {.name = "make", .stage = STAGE_TIMED, .body = make_body},
    [PHASE_APPLY] = {.name = "apply",
                     .stage = STAGE_TIMED,
                     .request = apply_request,
                     .body = apply_body,
                     .edge = EDGE_ALL,
                     .then = apply_then},
    [PHASE_UNDO] = {.name = "undo",
                    .stage = STAGE_CHECK,
                    .body = undo_body,
                    .partial_bytes = sizeof(struct finding),
                    .combine = undo_combine,
                    .then = undo_then},
};

static struct work work(const struct problem *problem, int parts) {
  double n = (double)problem->n, updates = n * (double)problem->value[UPDATES];
  double made = (double)(blocks_of(problem->n) * problem->value[LOOKAHEAD]);
  double rounds = updates / made;
  return (struct work){
      .operations = updates,
      /* a line of the cache is read and written for each, but only 8 bytes of it are asked for */
      .bytes = 16 * updates,
      .traffic = 128 * updates,
      .messages = rounds * parts * (parts - 1),
      .memory = 8 * (n + made + (parts > 1 ? parts * made + 2.0 * parts * parts : 0)),
  };
}

static struct verdict verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct finding *finding = &((const struct state *)opaque)->finding;
  struct verdict verdict = {.tolerance = 0};
  (void)passes; /* each pass is undone */
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64 " words, %" PRIu64 " wrong",
           finding->words, finding->wrong);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRId64 " words, 0 wrong", problem->n);
  verdict.error = (double)finding->wrong + (finding->words != (uint64_t)problem->n);
  return verdict;
}

const struct kernel kernel_gups = {
    .name = "gups",
    .summary = "updates of random words of a table: the latency of memory and network",
    .description =
        "Changes random words of a table of n 64-bit words, n a power of two: for each element x "
        "of "
        "a pseudo-random sequence, word x mod n becomes itself XOR x. RandomAccess of the HPC "
        "Challenge (HPCC; D. Koester, B. Lucas, RandomAccess rules; P. Luszczek et al., 2005), "
        "with "
        "its sequence. The table is cut into 64 blocks, each of which makes its share of the "
        "updates from a place of its own in the sequence. In turn, all blocks make some updates, "
        "the parts exchange those that are another's, and each block takes those that are its "
        "own.",
    .counting =
        "An operation is one update: 10^9 of them a second are 1 GUPS. Bytes: the 16 that an "
        "update "
        "asks for; in fact it moves a line of the cache there and back, 128 bytes. HPCC lets a "
        "process look ahead by 1024 updates at most; with the default of 16 a block all workers "
        "together look ahead by 1024, so W workers may use --set lookahead=16W. More is outside "
        "the rule.",
    .oracle =
        "After each pass all updates are made once more, in one sequence from its first element on "
        "and without blocks, which undoes them: every word must be its own number again. Exact; "
        "HPCC allows 1 % of the words to be wrong.",
    .exchanged =
        "In each round every part sends every other the updates that are for its blocks; how many "
        "they are depends on the data, so a round of counts goes before.",
    .expectation =
        "Each update misses the caches, so what limits it is how many misses a core can have open "
        "at once; the words are prefetched for that, to the second-level cache, which can have "
        "more "
        "open than the first, and the table has huge pages, or address translation would miss too. "
        "It scales with the cores while the memory has more requests "
        "to give than they can open. Each round is two synchronisations of the workers, and "
        "between parts a handful of small messages: a larger lookahead makes them rarer. By HPCC's "
        "rule (1,024 updates under way) a round takes some 10 us, too short for two threads to "
        "gain "
        "anything on the cores measured; processes exchange for half of it.",
    .unit = "block of the table",
    .operation = "updates",
    .bound = BOUND_MEMORY,
    .size = {"n", OPTION_POWER, 1 << 24, 1, INT64_C(1) << 40, "word",
             "words of the table, a power of two"},
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
