#include <stdlib.h>
#include <string.h>

#include "drivers/engine/comm.h"
#include "drivers/engine/ranges.h"

struct own {
  void *bytes; /* what gather handed out */
  size_t capacity;
  int64_t turn;
};

static int halo_start(struct comm *comm, const struct halo_exchange *exchange,
                      struct error *error) {
  (void)comm;
  (void)exchange;
  (void)error;
  return 0;
}

struct copying {
  const struct halo_exchange *exchange;
  const struct halo_side *to;
};

static char *unit_address(const struct halo_side *side, int64_t unit) {
  return (char *)side->halo.own + (unit - side->part.begin) * (int64_t)side->halo.unit_bytes;
}

static void copy_piece(void *context, const struct piece *piece) {
  const struct copying *copying = context;
  const struct halo_side *from = &copying->exchange->sides[piece->part], *to = copying->to;
  memcpy(unit_address(to, piece->begin), unit_address(from, piece->begin),
         (size_t)(piece->end - piece->begin) * to->halo.unit_bytes);
}

/* Halos and own units never overlap, so the order of the copies does not matter. */
static int halo_finish(struct comm *comm, const struct halo_exchange *exchange,
                       struct error *error) {
  (void)error;
  for (int i = 0; i < comm->parts; i++) {
    struct copying copying = {exchange, &exchange->sides[i]};
    halo_pieces(exchange->units, exchange->grain, i, comm->parts, copying.to->halo.width, true,
                copy_piece, &copying);
  }
  return 0;
}

static int gather(struct comm *comm, const void *bytes, size_t size, struct gathered *all,
                  struct error *error) {
  struct own *own = comm->own;
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

static int64_t turn(struct comm *comm) {
  return ((struct own *)comm->own)->turn++;
}

static void turns_begin(struct comm *comm) {
  ((struct own *)comm->own)->turn = 0;
}

static void barrier(struct comm *comm) {
  (void)comm;
}

__attribute__((noreturn)) static void abort_all(struct comm *comm, int code) {
  (void)comm;
  exit(code);
}

static void close_local(struct comm *comm) {
  struct own *own = comm->own;
  if (own)
    free(own->bytes);
  free(own);
  comm->own = NULL;
}

int comm_local_open(struct comm *comm, int parts, struct error *error) {
  *comm = (struct comm){
      .parts = parts,
      .held = parts,
      .processes = 1,
      .processes_on_node = 1,
      .nodes = 1,
      .halo_start = halo_start,
      .halo_finish = halo_finish,
      .gather = gather,
      .turn = turn,
      .turns_begin = turns_begin,
      .barrier = barrier,
      .abort = abort_all,
      .close = close_local,
      .own = calloc(1, sizeof(struct own)),
  };
  return comm->own ? 0 : error_set(error, EXIT_MACHINE, "no memory for %d parts", parts);
}
