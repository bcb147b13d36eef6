#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "engine/comm.h"
#include "engine/ranges.h"

struct local_comm {
  void *bytes; /* what gather handed out */
  size_t capacity;
  int64_t ticket;
};

static int start(struct comm *comm, const struct transfer *transfer, struct error *error) {
  (void)comm;
  (void)transfer;
  (void)error;
  return 0;
}

struct copying {
  const struct transfer *transfer;
  const struct side *to;
};

static char *halo_unit(const struct side *side, int64_t unit) {
  const struct halo *halo = &side->request.as.halo;
  return (char *)halo->own + (unit - side->part.begin) * (int64_t)halo->unit_bytes;
}

static void copy_piece(void *context, const struct piece *piece) {
  const struct copying *copying = context;
  const struct side *from = &copying->transfer->sides[piece->part], *to = copying->to;
  memcpy(halo_unit(to, piece->begin), halo_unit(from, piece->begin),
         (size_t)(piece->end - piece->begin) * to->request.as.halo.unit_bytes);
}

/* Halos and own units never overlap, so the order of the copies does not matter. */
static void copy_halo(const struct transfer *transfer, const struct side *to) {
  const struct part *part = &to->part;
  struct copying copying = {transfer, to};
  halo_pieces(part->bounds[part->count], transfer->grain, part->index, part->count,
              to->request.as.halo.width, true, copy_piece, &copying);
}

static void copy_shift(const struct transfer *transfer, const struct side *to) {
  const struct part *part = &to->part;
  const struct shift *into = &to->request.as.shift;
  int source = comm_next_part(part, -into->direction);
  if (source < 0 || part->begin == part->end)
    return;
  const struct shift *from = &transfer->sides[source].request.as.shift;
  assert(from->direction == into->direction && from->send_bytes == into->receive_bytes);
  if (into->receive_bytes > 0)
    memcpy(into->receive, from->send, into->receive_bytes);
}

static void copy_gather(const struct transfer *transfer, const struct side *to) {
  const struct gather *into = &to->request.as.gather;
  for (int i = 0; i < to->part.count; i++) {
    const struct part *part = &transfer->sides[i].part;
    size_t offset = (size_t)part->begin * into->unit_bytes;
    size_t size = (size_t)(part->end - part->begin) * into->unit_bytes;
    if (i != to->part.index && size > 0)
      memcpy((char *)into->all + offset,
             (const char *)transfer->sides[i].request.as.gather.all + offset, size);
  }
}

static void copy_broadcast(const struct transfer *transfer, const struct side *to) {
  const struct broadcast *into = &to->request.as.broadcast;
  const struct broadcast *from = &transfer->sides[into->root].request.as.broadcast;
  assert(from->root == into->root && from->size == into->size);
  if (into->root != to->part.index && into->size > 0)
    memcpy(into->bytes, from->bytes, into->size);
}

/* Where the piece for `part` begins in what is sent, in items. */
static int64_t piece_offset(const struct exchange *from, int part) {
  int64_t offset = 0;
  for (int i = 0; i < part; i++)
    offset += from->send_count[i];
  return offset;
}

static int copy_exchange(const struct transfer *transfer, struct side *to, struct error *error) {
  struct exchange *into = &to->request.as.exchange;
  int64_t received = 0;
  for (int i = 0; i < to->part.count; i++) {
    const struct exchange *from = &transfer->sides[i].request.as.exchange;
    int64_t count = from->send_count[to->part.index], offset = piece_offset(from, to->part.index);
    assert(i != to->part.index || count == 0);
    assert(!into->known || into->receive_count[i] == count);
    into->receive_count[i] = count;
    if (count > into->capacity - received)
      return comm_overrun(&to->part, into->capacity, error);
    if (count > 0)
      memcpy((char *)into->receive + (size_t)received * into->item_bytes,
             (const char *)from->send + (size_t)offset * into->item_bytes,
             (size_t)count * into->item_bytes);
    received += count;
  }
  return 0;
}

static int finish(struct comm *comm, const struct transfer *transfer, struct error *error) {
  for (int i = 0; i < comm->parts; i++) {
    struct side *to = &transfer->sides[i];
    if (transfer->kind == REQUEST_HALO)
      copy_halo(transfer, to);
    else if (transfer->kind == REQUEST_SHIFT)
      copy_shift(transfer, to);
    else if (transfer->kind == REQUEST_GATHER)
      copy_gather(transfer, to);
    else if (transfer->kind == REQUEST_BROADCAST)
      copy_broadcast(transfer, to);
    else if (transfer->kind == REQUEST_EXCHANGE && copy_exchange(transfer, to, error))
      return error->code;
  }
  return 0;
}

static int gather(struct comm *comm, const void *bytes, size_t size, struct gathered *all,
                  struct error *error) {
  struct local_comm *own = comm->own;
  if (size > own->capacity) {
    void *more = realloc(own->bytes, size);
    if (!more)
      return error_set(error, EXIT_MACHINE, "no memory to gather %zu bytes", size);
    own->bytes = more;
    own->capacity = size;
  }
  if (size > 0)
    memcpy(own->bytes, bytes, size);
  *all = (struct gathered){own->bytes, size};
  return 0;
}

static int join(struct comm *comm, struct joining *joining, struct error *error) {
  (void)comm;
  (void)joining;
  (void)error;
  return 0;
}

static void sum(struct comm *comm, const double *own, double *all, int64_t count) {
  (void)comm;
  memcpy(all, own, (size_t)count * sizeof *all);
}

static int64_t ticket(struct comm *comm) {
  return ((struct local_comm *)comm->own)->ticket++;
}

static void tickets_reset(struct comm *comm) {
  ((struct local_comm *)comm->own)->ticket = 0;
}

static void do_nothing(struct comm *comm) {
  (void)comm;
}

__attribute__((noreturn)) static void abort_all(struct comm *comm, int code) {
  (void)comm;
  exit(code);
}

static void close_local(struct comm *comm) {
  struct local_comm *own = comm->own;
  if (own)
    free(own->bytes);
  free(own);
  comm->own = NULL;
}

static void same_clock(struct comm *comm, struct clock_offset *offset) {
  (void)comm;
  *offset = (struct clock_offset){0};
}

int comm_local_open(struct comm *comm, int parts, struct error *error) {
  *comm = (struct comm){
      .parts = parts,
      .held = parts,
      .processes = 1,
      .processes_on_node = 1,
      .nodes = 1,
      .first_on_node = true,
      .start = start,
      .finish = finish,
      .gather = gather,
      .join = join,
      .sum = sum,
      .ticket = ticket,
      .tickets_reset = tickets_reset,
      .tickets_finish = do_nothing,
      .barrier = do_nothing,
      .compare_clocks = same_clock,
      .abort = abort_all,
      .close = close_local,
      .own = calloc(1, sizeof(struct local_comm)),
  };
  return comm->own ? 0 : error_set(error, EXIT_MACHINE, "no memory for %d parts", parts);
}
