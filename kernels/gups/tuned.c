/* gups' tuned path: elements of the sequence without a chain of dependences between them, updates
 * whose words are prefetched. */
#include "kernels/blocks/minmax.h"
#include "kernels/gups/gups.h"

/* How far ahead of its update a word is prefetched. More than the misses that a core's first cache
 * can have open (24 on Zen 4, a dozen on others): prefetched to the second cache (prefetcht1), more
 * are under way. Measured on Zen 4, ns an update: no prefetching, or to the first cache at any
 * distance, 9 to 11; to the second 24 ahead 6.9, 48 ahead 5.6, 64 to 96 ahead 5.3. */
enum { DISTANCE = 64, SECOND_CACHE = 2 };

/* At most 32 at a time: what k doublings push out at the top, h, comes back as h + h x + h x^2, and
 * h itself is too short to be pushed out again. All from x, so that the loop vectorizes. */
static void make(uint64_t *restrict next, int64_t blocks, uint64_t *restrict made, int64_t each) {
  enum { STRIDE = 32 };
  for (int64_t i = 0; i < blocks; i++)
    for (int64_t left = each, stride; left > 0; left -= stride, made += stride) {
      const uint64_t x = next[i];
      stride = min_of(left, STRIDE);
      for (int64_t k = 1; k <= stride; k++) {
        uint64_t h = x >> (64 - k);
        made[k - 1] = (x << k) ^ h ^ (h << 1) ^ (h << 2);
      }
      next[i] = made[stride - 1];
    }
}

/* Updates that are all for words that the caller may write; `table` is word 0 of the table. */
static void update_all(uint64_t *restrict table, uint64_t mask, const uint64_t *restrict updates,
                       int64_t count) {
  int64_t i = 0;
  for (; i < count - DISTANCE; i++) {
    __builtin_prefetch(&table[updates[i + DISTANCE] & mask], 0, SECOND_CACHE);
    table[updates[i] & mask] ^= updates[i];
  }
  for (; i < count; i++)
    table[updates[i] & mask] ^= updates[i];
}

/* Picks the updates for these words, some at a time, unless all are. */
static void update(const struct gups_words *words, const uint64_t *updates, int64_t count) {
  enum { SOME = 1024 };
  uint64_t picked[SOME], *table = words->at - words->first;
  const uint64_t first = words->first, own = words->count, mask = words->mask;
  if (own == mask + 1) {
    update_all(table, mask, updates, count);
    return;
  }
  for (int64_t i = 0; i < count; i += SOME) {
    int64_t end = min_of(i + SOME, count), taken = 0;
    for (int64_t k = i; k < end; k++) {
      picked[taken] = updates[k];
      taken += (updates[k] & mask) - first < own; /* no branch, which would be unpredictable */
    }
    update_all(table, mask, picked, taken);
  }
}

const struct gups_path gups_tuned = {make, update};
