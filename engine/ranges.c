#include "engine/ranges.h"

static int64_t min_of(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t max_of(int64_t a, int64_t b) {
  return a > b ? a : b;
}

/* floor(whole * index / count) without overflow. */
static int64_t share(int64_t whole, int64_t index, int64_t count) {
  return whole / count * index + whole % count * index / count;
}

struct part part_of(int64_t units, int64_t grain, int index, int count) {
  int64_t size = grain > 0 ? grain : 1;
  int64_t blocks = units / size + (units % size != 0);
  int64_t first = share(blocks, index, count), last = share(blocks, index + 1, count);
  return (struct part){
      .index = index,
      .count = count,
      .begin = first == blocks ? units : first * size,
      .end = last == blocks ? units : last * size,
  };
}

static void cut_fixed(struct ranges *r, int64_t edge) {
  int64_t units = r->end - r->begin;
  r->count = units / r->grain + (units % r->grain != 0);
  if (edge == 0) {
    r->inner_end = r->count;
    return;
  }
  /* the first range that begins at or after begin + edge; the last that ends by end - edge */
  r->inner_begin = min_of(r->count, edge / r->grain + (edge % r->grain != 0));
  int64_t inside = max_of(0, units - edge);
  r->inner_end = max_of(r->inner_begin, inside / r->grain);
}

static void cut_equal(struct ranges *r, int64_t workers, int64_t edge) {
  int64_t units = r->end - r->begin;
  if (edge > 0 && units > 2 * edge) {
    r->edge = edge;
    r->pieces = min_of(workers, units - 2 * edge);
    r->count = r->pieces + 2;
    r->inner_begin = 1;
    r->inner_end = 1 + r->pieces;
  } else {
    r->pieces = r->count = min_of(workers, units);
    r->inner_end = edge > 0 ? 0 : r->count; /* all edge: nothing can run before the data is here */
  }
}

struct ranges ranges_make(int64_t begin, int64_t end, int64_t grain, int64_t workers,
                          int64_t edge) {
  struct ranges r = {.begin = begin, .end = end, .grain = grain};
  if (begin == end)
    return r;
  if (grain > 0)
    cut_fixed(&r, edge);
  else
    cut_equal(&r, workers, edge);
  return r;
}

void range_at(const struct ranges *r, int64_t k, int64_t *begin, int64_t *end) {
  if (r->grain > 0) {
    *begin = r->begin + k * r->grain;
    *end = r->end - *begin > r->grain ? *begin + r->grain : r->end;
    return;
  }
  int64_t inside = r->end - r->begin - 2 * r->edge, piece = r->edge > 0 ? k - 1 : k;
  int64_t first = r->begin + r->edge;
  *begin = piece < 0 ? r->begin : first + share(inside, piece, r->pieces);
  *end = piece < 0            ? first
         : piece == r->pieces ? r->end
                              : first + share(inside, piece + 1, r->pieces);
}

int64_t range_of(const struct ranges *r, int64_t unit) {
  if (r->grain > 0)
    return (unit - r->begin) / r->grain;
  int64_t low = 0, high = r->count - 1;
  while (low < high) {
    int64_t middle = low + (high - low) / 2, begin, end;
    range_at(r, middle, &begin, &end);
    if (unit < end)
      high = middle;
    else
      low = middle + 1;
  }
  return low;
}

static void visit_common(const struct part *part, int64_t begin, int64_t end, int other,
                         piece_visit *visit, void *context) {
  struct piece piece = {other, max_of(part->begin, begin), min_of(part->end, end)};
  if (piece.begin < piece.end)
    visit(context, &piece);
}

void halo_pieces(int64_t units, int64_t grain, int index, int count, int64_t width, bool receive,
                 piece_visit *visit, void *context) {
  const struct part me = part_of(units, grain, index, count);
  if (me.begin == me.end)
    return;
  /* Parts are visited in order of distance; once one is out of reach, so are the rest. */
  for (int step = -1; step <= 1; step += 2)
    for (int other = index + step; other >= 0 && other < count; other += step) {
      const struct part part = part_of(units, grain, other, count);
      if (part.begin == part.end)
        continue;
      int64_t gap = step < 0 ? me.begin - part.end : part.begin - me.end;
      if (gap >= width)
        break;
      const struct part *owner = receive ? &part : &me, *needer = receive ? &me : &part;
      if (owner->begin < needer->begin)
        visit_common(owner, needer->begin - width, needer->begin, other, visit, context);
      else
        visit_common(owner, needer->end, needer->end + width, other, visit, context);
    }
}

static int64_t chunk_size(const struct chunks *c) {
  int64_t rest = c->count - c->begin;
  int64_t size = c->takers > 0 ? max_of(c->least, rest / (2 * c->takers)) : c->least;
  return min_of(size, rest);
}

bool chunks_take(struct chunks *c, int64_t ticket, int64_t *begin, int64_t *end) {
  if (c->takers == 0) { /* all alike: no need to walk */
    int64_t tickets = c->count / c->least + (c->count % c->least != 0);
    c->begin = ticket < tickets ? ticket * c->least : c->count;
    c->ticket = ticket;
  }
  for (; c->ticket < ticket && c->begin < c->count; c->ticket++)
    c->begin += chunk_size(c);
  if (c->begin >= c->count)
    return false;
  *begin = c->begin;
  *end = c->begin + chunk_size(c);
  return true;
}
