/* gups: what the kernel shares with its tuned implementation and its oracle. */
#ifndef QUARTET_GUPS_H
#define QUARTET_GUPS_H

#include "kernels/kernel.h"

enum { GUPS_UPDATES, GUPS_LOOKAHEAD, GUPS_PATH }; /* options */

/* Words [first, first + count) of a table of mask + 1 words. */
struct gups_words {
  uint64_t *at; /* word `first` */
  uint64_t first, count, mask;
};

struct gups_path {
  /* Writes the `each` elements of the sequence after next[i], i < blocks, side by side, and leaves
   * the last of them in next[i]. One call for many blocks, which are short. */
  void (*make)(uint64_t *restrict next, int64_t blocks, uint64_t *restrict made, int64_t each);

  /* Applies those of the updates that are for these words. Calls for different words may run at the
   * same time. */
  void (*update)(const struct gups_words *words, const uint64_t *updates, int64_t count);
};

extern const struct gups_path gups_tuned;

/* -- The state -------------------------------------------------------------------------------- */

struct gups_finding {
  uint64_t wrong, words;
  uint64_t place; /* the element of the sequence that the pass ended with */
};

struct gups_state {
  struct part part;  /* in blocks */
  uint64_t mask;     /* words of the table - 1 */
  int block_shift;   /* words of a block, as a power of two */
  int64_t each;      /* updates that a block makes in a pass */
  int64_t lookahead; /* in a round, at most */
  int64_t done;      /* by each block in this pass */
  int64_t passes;    /* before this one */
  uint64_t place;    /* the element of the sequence before this pass's first, by the oracle */
  uint64_t *table;   /* the own blocks */
  uint64_t *next;    /* of each own block: where it is in the sequence */
  uint64_t *made;    /* of each own block: lookahead updates */
  uint64_t *send, *received;
  int64_t *send_count, *receive_count; /* for and from each part */
  const struct gups_path *path;
  struct gups_finding finding;
};

/* The words of own blocks, which are numbered over the whole table. */
static inline struct gups_words gups_words_of(const struct gups_state *s, int64_t begin,
                                              int64_t end) {
  return (struct gups_words){.at = s->table + ((begin - s->part.begin) << s->block_shift),
                             .first = (uint64_t)begin << s->block_shift,
                             .count = (uint64_t)(end - begin) << s->block_shift,
                             .mask = s->mask};
}

/* The phase `undo`, and the verdict. As in struct phase and struct kernel. */
void gups_undo(void *state, int64_t begin, int64_t end, void *partial);
void gups_undo_combine(void *into, const void *from);
void gups_undo_then(void *state, const void *total);
struct verdict gups_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
