#include "engine/poison.h"

#include <string.h>

enum { POISON = 0xff };

static void poison_halo(const struct part *part, const struct halo *halo) {
  int64_t units = part->bounds[part->count];
  int64_t low = part->begin < halo->width ? part->begin : halo->width;
  int64_t high = units - part->end < halo->width ? units - part->end : halo->width;
  size_t unit = halo->unit_bytes;
  char *own = halo->own;
  if (part->begin == part->end)
    return;
  memset(own - low * (int64_t)unit, POISON, (size_t)low * unit);
  memset(own + (part->end - part->begin) * (int64_t)unit, POISON, (size_t)high * unit);
}

static void poison_gather(const struct part *part, const struct gather *gather) {
  char *all = gather->all;
  size_t unit = gather->unit_bytes;
  if (part->begin > 0)
    memset(all, POISON, (size_t)part->begin * unit);
  if (part->end < part->bounds[part->count])
    memset(all + (size_t)part->end * unit, POISON,
           (size_t)(part->bounds[part->count] - part->end) * unit);
}

static void poison_exchange(const struct part *part, struct exchange *exchange) {
  if (exchange->capacity > 0)
    memset(exchange->receive, POISON, (size_t)exchange->capacity * exchange->item_bytes);
  if (!exchange->known)
    memset(exchange->receive_count, POISON, (size_t)part->count * sizeof(int64_t));
}

void poison_received(struct side *side) {
  struct request *request = &side->request;
  const struct part *part = &side->part;
  if (request->kind == REQUEST_HALO)
    poison_halo(part, &request->as.halo);
  else if (request->kind == REQUEST_SHIFT && request->as.shift.receive_bytes > 0)
    memset(request->as.shift.receive, POISON, request->as.shift.receive_bytes);
  else if (request->kind == REQUEST_GATHER)
    poison_gather(part, &request->as.gather);
  else if (request->kind == REQUEST_BROADCAST && request->as.broadcast.root != part->index &&
           request->as.broadcast.size > 0)
    memset(request->as.broadcast.bytes, POISON, request->as.broadcast.size);
  else if (request->kind == REQUEST_EXCHANGE)
    poison_exchange(part, &request->as.exchange);
}
