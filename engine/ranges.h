/* The division of units: a problem into parts, a part into ranges. Pure arithmetic: every process
 * can compute what any other holds. */
#ifndef QUARTET_RANGES_H
#define QUARTET_RANGES_H

#include <stdint.h>

#include "kernels/kernel.h"

/* Part `index` of `count` of a problem of `units`: as equal as multiples of `grain` allow (0: of
 * one unit). With a fixed grain no range crosses from one part to the next, whatever their number.
 */
struct part part_of(int64_t units, int64_t grain, int index, int count);

/* The ranges of one phase in one part, numbered from 0 in the order of their units. */
struct ranges {
  int64_t begin, end; /* the units covered */
  int64_t grain;      /* the size of each range but the last; 0: as below */
  int64_t edge;   /* grain 0: the first and the last range have this size, if there is an inside */
  int64_t pieces; /* grain 0: how many nearly equal ranges the inside has */
  int64_t count;  /* how many ranges in all */
  /* The ranges [inner_begin, inner_end) hold no unit within the phase's edge. */
  int64_t inner_begin, inner_end;
};

/* Cuts [begin, end). grain > 0: ranges of that size, counted from `begin`. grain 0: `workers`
 * nearly equal ranges; `edge` units at each end (0: none) are ranges of their own. */
struct ranges ranges_make(int64_t begin, int64_t end, int64_t grain, int64_t workers, int64_t edge);

/* The units of range k, 0 <= k < count. */
void range_at(const struct ranges *ranges, int64_t k, int64_t *begin, int64_t *end);

/* The number of the range that holds `unit`. */
int64_t range_of(const struct ranges *ranges, int64_t unit);

/* A run of consecutive units that one part has and another needs. */
struct piece {
  int part; /* the other part */
  int64_t begin, end;
};

/* Calls visit(context, piece) for each run of units that part `index` must receive (`receive`), or
 * else send, when every part needs the `width` units on either side of its own. */
typedef void piece_visit(void *context, const struct piece *piece);
void halo_pieces(int64_t units, int64_t grain, int index, int count, int64_t width, bool receive,
                 piece_visit *visit, void *context);

/* The order in which a dynamic or guided schedule hands out `count` ranges to processes: the holder
 * of ticket t gets the t-th chunk. The caller draws tickets and passes them in rising order. */
struct chunks {
  int64_t count, least;  /* ranges in all; smallest chunk */
  int64_t takers;        /* guided: each chunk is what remains over twice this; 0: always `least` */
  int64_t ticket, begin; /* the next ticket, and where its chunk begins */
};

/* The chunk of `ticket` as ranges [*begin, *end); false when none are left. */
bool chunks_take(struct chunks *chunks, int64_t ticket, int64_t *begin, int64_t *end);

#endif
