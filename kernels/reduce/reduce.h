/* reduce: what the files of the kernel share. */
#ifndef QUARTET_REDUCE_H
#define QUARTET_REDUCE_H

#include "kernels/blocks/minmax.h"
#include "kernels/blocks/nontemporal.h"
#include "kernels/kernel.h"

enum { REDUCE_VECTORS, REDUCE_RESULT, REDUCE_SLICE, REDUCE_PATH }; /* options */
enum { REDUCE_RESULT_SCATTERED, REDUCE_RESULT_ROOT };

#define REDUCE_FEW 16 /* as many vectors are added up at a time; the page states it, too */

/* So much is done at a time of what goes through memory of its own: it stays in the first cache. */
enum { REDUCE_COLUMN = 1024 };

/* to[i] becomes the sum of from[0][i] .. from[few - 1][i] for i in [0, count), 1 <= few <=
 * REDUCE_FEW, in the order of the binary tree: neighbors first. `to` may be one of them.
 * nontemporal: non-temporal stores, after which nontemporal_fence must follow. */
typedef void reduce_sum(int few, bool nontemporal, const double *const *from, double *to,
                        int64_t count);

/* The same for whole cache lines of `to`. */
void reduce_lines(int few, bool nontemporal, const double *const *from, double *to,
                  struct lines lines);

/* -- The state -------------------------------------------------------------------------------- */

/* A block of the tree, cut at the last vector. */
struct reduce_block {
  int64_t begin, end; /* its vectors */
  int part;           /* who holds them */
  int64_t index;      /* if it is not us: where its sum lies in what we receive, in slices */
};

/* The chunk of one round, [begin, begin + length), in slices of `size` but the last. */
struct reduce_round {
  int64_t begin, length, size;
};

/* What a CHECK finds: the number of the pass that each element says, which is the same where all is
 * right (see check_column); and how many elements have other bits than they should have. */
struct reduce_checked {
  struct minmax pass;
  int64_t wrong;
};

struct reduce_state {
  int64_t n, vectors, begin, end; /* this part holds the vectors [begin, end) */
  int part, parts;
  int64_t slice;    /* the largest, in elements */
  int64_t rounds;   /* in a pass */
  int64_t round;    /* the one that is under way */
  bool collects;    /* whether the slices of the result go to the first part */
  bool nontemporal; /* whether what is computed is stored by non-temporal stores */
  int64_t passes;   /* done, by our own count */
  int64_t stride;   /* from one vector to the next */
  double *x;        /* own vectors */
  double *result;   /* see result_at */
  int64_t result_count;
  struct reduce_block *blocks; /* of all parts, in order */
  int64_t block_count, own_blocks, first_own;
  double *send, *receive;
  int64_t *send_count, *receive_count;
  reduce_sum *sum; /* the implementation */
  struct reduce_checked checked;
};

/* Allocates the state of a part, and frees it. As in struct kernel. */
int reduce_open(void *state, const struct problem *problem, const struct part *part,
                struct error *error);
void reduce_close(void *state);

/* The work model. As in struct kernel. */
struct work reduce_work(const struct problem *problem, int parts);

/* Round `number` when every part's slice has `slice` elements. */
struct reduce_round reduce_round_at(int64_t n, int64_t slice, int parts, int64_t number);

/* The first element of a part's slice in a round, and how many it has. */
int64_t reduce_slice_begin(const struct reduce_round *round, int part);
int64_t reduce_slice_length(const struct reduce_round *round, int part);

/* That of the round that is under way. */
struct reduce_round reduce_round_now(const struct reduce_state *s);

/* Own vector `number` from an element on. */
static inline double *reduce_vector(const struct reduce_state *s, int64_t number, int64_t element) {
  return s->x + (number - s->begin) * s->stride + element;
}

/* Elements [element, element + count) of the sum of own block `number` (tree.c). */
void reduce_sum_own(const struct reduce_state *s, int64_t number, int64_t element, int64_t count,
                    double *to);

/* `count` elements of the sum of all vectors, from element `begin` of the own slice on. */
void reduce_sum_slice(const struct reduce_state *s, int64_t begin, int64_t count, double *to);

/* What the phases partial and combine request (exchange.c). As in struct phase. */
void reduce_partial_request(void *state, struct request *request);
void reduce_combine_request(void *state, struct request *request);

/* -- The oracle ------------------------------------------------------------------------------- */

/* The elements [begin, end) of the own vectors in a pass, numbered from 1. */
void reduce_fill(const struct reduce_state *s, int64_t pass, int64_t begin, int64_t end);

/* Extent, body, combine and then of the phase that checks the result; and the verdict. As in struct
 * phase and struct kernel. */
int64_t reduce_check_extent(const void *state);
void reduce_check(void *state, int64_t begin, int64_t end, void *checked);
void reduce_check_combine(void *into, const void *from);
int reduce_check_then(void *state, const void *checked);
struct verdict reduce_verify(const void *state, const struct problem *problem, int64_t passes);

#endif
