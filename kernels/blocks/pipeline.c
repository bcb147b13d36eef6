#include "kernels/blocks/pipeline.h"

#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "kernels/blocks/minmax.h"

static int64_t units_of(const struct pipeline *p, int part) {
  return p->bounds[part + 1] - p->bounds[part];
}

int64_t pipeline_units(const struct part *part) {
  int64_t most = 0;
  for (int i = 0; i < part->count; i++)
    most = max_of(most, part->bounds[i + 1] - part->bounds[i]);
  return most;
}

static int open_pair(struct pipeline *p, int i, struct error *error) {
  /* an item more than is needed: a buffer must not be NULL, which pointers cannot count from */
  return memory_allocate(&p->send[i], 1 + p->send_items, p->item_bytes, "what is sent", error) ||
                 memory_allocate(&p->receive[i], 1 + p->receive_items, p->item_bytes,
                                 "what is received", error)
             ? error->code
             : 0;
}

int pipeline_open(struct pipeline *p, const struct part *part, int64_t chunk, int64_t per_pair,
                  size_t item_bytes, struct error *error) {
  const int64_t own = part->end - part->begin, all = part->bounds[part->count];
  *p = (struct pipeline){.part = part->index,
                         .parts = part->count,
                         .bounds = part->bounds,
                         .per_pair = per_pair,
                         .item_bytes = item_bytes,
                         .chunk = chunk,
                         .chunks = quotient_up(pipeline_units(part), chunk),
                         .send_items = min_of(chunk, own) * (all - own) * per_pair};
  for (int i = 0; i < p->parts; i++)
    if (i != p->part)
      p->receive_items += min_of(chunk, units_of(p, i)) * own * per_pair;
  if (open_pair(p, 0, error) || open_pair(p, 1, error) ||
      memory_allocate(&p->send_count, p->parts, 2 * sizeof(int64_t), "the counts", error))
    return error->code;
  p->receive_count = p->send_count + p->parts;
  return 0;
}

void pipeline_close(struct pipeline *p) {
  for (int i = 0; i < 2; i++) {
    free(p->send[i]);
    free(p->receive[i]);
  }
  free(p->send_count);
}

static void touch(const struct pipeline *p, void *buffer, int64_t items, int64_t begin,
                  int64_t end) {
  const int64_t own = units_of(p, p->part), first = begin - p->bounds[p->part];
  const int64_t from = first * items / own, to = (first + end - begin) * items / own;
  memset((char *)buffer + (size_t)from * p->item_bytes, 0, (size_t)(to - from) * p->item_bytes);
}

void pipeline_touch(const struct pipeline *p, int64_t begin, int64_t end) {
  for (int i = 0; i < 2; i++) {
    touch(p, p->send[i], p->send_items, begin, end);
    touch(p, p->receive[i], p->receive_items, begin, end);
  }
}

struct span pipeline_chunk(const struct pipeline *p, int part, int64_t chunk) {
  const int64_t end = p->bounds[part + 1], begin = min_of(p->bounds[part] + chunk * p->chunk, end);
  return (struct span){begin, min_of(begin + p->chunk, end)};
}

void *pipeline_outbox(const struct pipeline *p) {
  return p->step < p->chunks ? p->send[p->step % 2] : NULL;
}

const void *pipeline_inbox(const struct pipeline *p) {
  return p->step >= 2 ? p->receive[p->step % 2] : NULL;
}

void pipeline_request(struct pipeline *p, struct request *request) {
  const int64_t chunk = p->step - 1;
  if (chunk < 0 || chunk >= p->chunks)
    return;
  const struct span own = pipeline_chunk(p, p->part, chunk);
  for (int i = 0; i < p->parts; i++) {
    const struct span other = pipeline_chunk(p, i, chunk);
    const int64_t items = i == p->part ? 0 : p->per_pair;
    p->send_count[i] = (own.end - own.begin) * units_of(p, i) * items;
    p->receive_count[i] = (other.end - other.begin) * units_of(p, p->part) * items;
  }
  request->kind = REQUEST_EXCHANGE;
  request->as.exchange = (struct exchange){
      .item_bytes = p->item_bytes,
      .send = p->send[chunk % 2],
      .send_count = p->send_count,
      .receive = p->receive[chunk % 2],
      .receive_count = p->receive_count,
      .capacity = p->receive_items,
      .known = true, /* as every part knows how all are cut */
  };
}

bool pipeline_advance(struct pipeline *p) {
  if (p->parts <= 1) /* there is no other part */
    return false;
  p->step = p->step < p->chunks + 1 ? p->step + 1 : 0;
  return p->step > 0;
}

/* With an even cut, units % owners parts have a unit more than the others; the other parts than
 * `owners` have none. */
struct cut {
  double owners, longer; /* parts; those with a unit more */
  int64_t units;         /* of the others */
};

static struct cut cut_of(int64_t units, int parts) {
  const int64_t owners = min_of(parts, units);
  if (owners <= 1)
    return (struct cut){0};
  return (struct cut){(double)owners, (double)(units % owners), units / owners};
}

double pipeline_messages(int64_t units, int parts, int64_t chunk) {
  const struct cut cut = cut_of(units, parts);
  if (cut.owners == 0)
    return 0;
  return (cut.owners - 1) * ((cut.owners - cut.longer) * (double)quotient_up(cut.units, chunk) +
                             cut.longer * (double)quotient_up(cut.units + 1, chunk));
}

/* All parts receive what all parts send; each has two buffers for either. */
double pipeline_bytes(int64_t units, int parts, int64_t chunk, int64_t per_pair,
                      size_t item_bytes) {
  const struct cut cut = cut_of(units, parts);
  const double less = (double)min_of(chunk, cut.units), more = (double)min_of(chunk, cut.units + 1);
  const double others = (double)(units - cut.units);
  const double items = (double)per_pair * ((cut.owners - cut.longer) * less * others +
                                           cut.longer * more * (others - 1));
  if (cut.owners == 0)
    return 0;
  return 4 * items * (double)item_bytes +
         2.0 * parts * (parts * sizeof(int64_t) + 2 * (double)item_bytes);
}
