/* The pack-send-unpack pipeline: an all-to-all exchange that overlaps with the computation.
 *
 * Every part exchanges data with every other part: a fixed number of items for each pair of an own
 * unit and a unit of the other part (one if the units are rows of a matrix; more for blocks). The
 * own units are cut into chunks. In step t a part
 *
 *   packs chunk t into one of two send buffers, while
 *   chunk t-1 is in transit, and
 *   unpacks chunk t-2, which has arrived in one of two receive buffers,
 *
 * so there are two steps more than chunks. A phase runs once for each step:
 *
 *   request:  pipeline_request(p, request);
 *   body:     const void *piece = pipeline_inbox(p);        NULL: nothing has arrived yet
 *             void *packed = pipeline_outbox(p);             NULL: everything is packed
 *   then:     if (pipeline_advance(p)) return the same phase;
 *
 * phase.edge is 0, as what is requested in a step is used in the next. In the send buffer the data
 * for each other part follow each other in the order of the parts; so do, in the receive buffer,
 * those from each other part. */
#ifndef QUARTET_BLOCKS_PIPELINE_H
#define QUARTET_BLOCKS_PIPELINE_H

#include "kernels/kernel.h"

struct span {
  int64_t begin, end;
};

struct pipeline {
  int part, parts;
  const int64_t *bounds; /* of the units of all parts; the engine's */
  int64_t per_pair;      /* items for a unit of one part and a unit of another */
  size_t item_bytes;
  int64_t chunk, chunks; /* units in a chunk; chunks of the part that has the most */
  int64_t step;          /* 0 .. chunks + 1 */
  void *send[2], *receive[2];
  int64_t send_items, receive_items; /* room in each */
  int64_t *send_count, *receive_count;
};

/* The units of the part that has most of them. */
int64_t pipeline_units(const struct part *part);

/* Allocates the buffers for chunks of `chunk` units, without touching their pages; pipeline_touch
 * does. To be used with several parts only. Returns 0, or the error's code. `p` is zeroed before,
 * and pipeline_close frees it, also after a failure. */
int pipeline_open(struct pipeline *p, const struct part *part, int64_t chunk, int64_t per_pair,
                  size_t item_bytes, struct error *error);
void pipeline_close(struct pipeline *p);

/* Writes the pages of the units [begin, end)'s share of the buffers (first touch). */
void pipeline_touch(const struct pipeline *p, int64_t begin, int64_t end);

/* The units of a part's chunk; empty if it has fewer chunks. */
struct span pipeline_chunk(const struct pipeline *p, int part, int64_t chunk);

/* The chunk to pack in this step, and where; NULL if all have been packed. */
void *pipeline_outbox(const struct pipeline *p);

/* The chunk to unpack in this step, which is number step - 2; NULL if there is none. */
const void *pipeline_inbox(const struct pipeline *p);

/* Sends and receives the chunk that was packed in the step before. */
void pipeline_request(struct pipeline *p, struct request *request);

/* Goes on to the next step. Returns false, and is at step 0, when all is done; false for a zeroed
 * pipeline, so that a kernel with one part need not open one. */
bool pipeline_advance(struct pipeline *p);

/* What the pipelines of all parts together cost when `units` units are cut evenly: the messages of
 * one exchange, and the bytes that are allocated. Nothing with one part. */
double pipeline_messages(int64_t units, int parts, int64_t chunk);
double pipeline_bytes(int64_t units, int parts, int64_t chunk, int64_t per_pair, size_t item_bytes);

#endif
