/* gups' oracle: all updates of a pass once more, which undoes them. */
#include <inttypes.h>
#include <stdio.h>

#include "kernels/gups/gups.h"

/* All updates of a pass once more, one after another from where the last pass ended; then each word
 * must be its own number again. */
void gups_undo(void *opaque, int64_t begin, int64_t end, void *partial) {
  const struct gups_state *s = opaque;
  const struct gups_words words = gups_words_of(s, begin, end);
  const int64_t all = s->each * s->part.bounds[s->part.count];
  struct gups_finding finding = {.words = words.count};
  uint64_t x = s->place;
  for (int64_t i = 0; i < all; i++) {
    x = (x << 1) ^ ((int64_t)x < 0 ? 7 : 0);
    uint64_t word = (x & words.mask) - words.first;
    if (word < words.count)
      words.at[word] ^= x;
  }
  for (uint64_t i = 0; i < words.count; i++)
    finding.wrong += words.at[i] != words.first + i;
  finding.place = x;
  *(struct gups_finding *)partial = finding;
}

void gups_undo_combine(void *into, const void *from) {
  ((struct gups_finding *)into)->wrong += ((const struct gups_finding *)from)->wrong;
  ((struct gups_finding *)into)->words += ((const struct gups_finding *)from)->words;
}

void gups_undo_then(void *opaque, const void *total) {
  struct gups_state *s = opaque;
  s->finding = total ? *(const struct gups_finding *)total : (struct gups_finding){0};
  s->place = s->finding.place;
}

struct verdict gups_verify(const void *opaque, const struct problem *problem, int64_t passes) {
  const struct gups_state *s = opaque;
  const struct gups_finding *finding = &s->finding;
  const int64_t updates = s->each * s->part.bounds[s->part.count];
  struct verdict verdict = {.tolerance = 0};
  snprintf(verdict.value, sizeof verdict.value, "%" PRIu64 " words, %" PRIu64 " wrong",
           finding->words, finding->wrong);
  snprintf(verdict.expected, sizeof verdict.expected, "%" PRId64 " words, 0 wrong", problem->n);
  verdict.error = (double)finding->wrong + (finding->words != (uint64_t)problem->n) +
                  (s->passes != passes) + (updates != problem->n * problem->value[GUPS_UPDATES]);
  return verdict;
}
