#include "engine/comm_mpi.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "engine/comm_mpi_clocks.h"
#include "engine/comm_mpi_tickets.h"
#include "engine/ending.h"
#include "engine/ranges.h"

struct mpi_comm {
  MPI_Request *requests; /* of the transfer in flight */
  int request_count, request_capacity;
  MPI_Datatype item; /* of this many bytes; MPI_DATATYPE_NULL: none was needed yet */
  size_t item_bytes;
  char *bytes; /* what gather handed out */
  size_t capacity;
  int *sizes, *offsets; /* of what is gathered, one for each process */
  struct tickets tickets;
  bool has_tickets;       /* they are open */
  MPI_Comm node, leaders; /* this machine's processes; the first of each, on one machine none */
};

/* One process without memory ends all: the others wait for it in a call. */
__attribute__((noreturn)) static void abort_for_memory(void) {
  fprintf(stderr, "%s: no memory for messages\n", program_invocation_short_name);
  ending_release();
  MPI_Abort(MPI_COMM_WORLD, EXIT_MACHINE);
  exit(EXIT_MACHINE);
}

static MPI_Request *next_request(struct mpi_comm *own) {
  if (own->request_count == own->request_capacity) {
    int capacity = own->request_capacity > 0 ? 2 * own->request_capacity : 8;
    MPI_Request *more = realloc(own->requests, (size_t)capacity * sizeof *more);
    if (!more)
      return NULL;
    own->requests = more;
    own->request_capacity = capacity;
  }
  return &own->requests[own->request_count++];
}

static int mpi_error(int code, const char *what, struct error *error) {
  char text[MPI_MAX_ERROR_STRING];
  int length;
  if (code == MPI_SUCCESS)
    return 0;
  MPI_Error_string(code, text, &length);
  return error_set(error, EXIT_MACHINE, "MPI: %s: %s", what, text);
}

/* Counting in items keeps the counts within MPI's int where bytes would not be. Most transfers have
 * the items of the one before: the type is kept. */
static int make_item(struct mpi_comm *own, size_t bytes, MPI_Datatype *item, struct error *error) {
  if (bytes > INT_MAX)
    return error_set(error, EXIT_MACHINE, "MPI: an item of %zu bytes is too large", bytes);
  if (own->item == MPI_DATATYPE_NULL || own->item_bytes != bytes) {
    if (own->item != MPI_DATATYPE_NULL)
      MPI_Type_free(&own->item); /* lives on until its messages are through */
    MPI_Type_contiguous((int)bytes, MPI_BYTE, &own->item);
    MPI_Type_commit(&own->item);
    own->item_bytes = bytes;
  }
  *item = own->item;
  return 0;
}

/* Posts one message; nothing for no items. */
static int post(struct mpi_comm *own, bool receive, void *address, int64_t count, MPI_Datatype item,
                int peer, struct error *error) {
  if (count == 0)
    return 0;
  if (count > INT_MAX)
    return error_set(error, EXIT_MACHINE, "MPI: a message of more than 2^31 items");
  MPI_Request *request = next_request(own);
  if (!request)
    return error_set(error, EXIT_MACHINE, "no memory for %d messages", own->request_count);
  int code = receive ? MPI_Irecv(address, (int)count, item, peer, 0, MPI_COMM_WORLD, request)
                     : MPI_Isend(address, (int)count, item, peer, 0, MPI_COMM_WORLD, request);
  return mpi_error(code, receive ? "receive" : "send", error);
}

struct posting {
  struct mpi_comm *own;
  const struct side *side;
  MPI_Datatype unit;
  bool receive;
  struct error *error;
};

static void post_piece(void *context, const struct piece *piece) {
  struct posting *posting = context;
  const struct side *side = posting->side;
  const struct halo *halo = &side->request.as.halo;
  char *address = (char *)halo->own + (piece->begin - side->part.begin) * (int64_t)halo->unit_bytes;
  if (!posting->error->code)
    post(posting->own, posting->receive, address, piece->end - piece->begin, posting->unit,
         piece->part, posting->error);
}

static int start_halo(struct mpi_comm *own, const struct transfer *transfer, struct error *error) {
  const struct side *side = transfer->sides;
  const struct part *part = &side->part;
  struct posting posting = {.own = own, .side = side, .error = error};
  if (make_item(own, side->request.as.halo.unit_bytes, &posting.unit, error))
    return error->code;
  for (int receive = 1; receive >= 0; receive--) {
    posting.receive = receive;
    halo_pieces(part->bounds[part->count], transfer->grain, part->index, part->count,
                side->request.as.halo.width, receive, post_piece, &posting);
  }
  return error->code;
}

static int start_shift(struct mpi_comm *own, const struct side *side, struct error *error) {
  const struct shift *shift = &side->request.as.shift;
  int from = comm_next_part(&side->part, -shift->direction);
  int to = comm_next_part(&side->part, shift->direction);
  union {
    const void *sent;
    void *as_mpi_wants_it;
  } send = {shift->send};
  if (side->part.begin == side->part.end)
    return 0;
  if (from >= 0 &&
      post(own, true, shift->receive, (int64_t)shift->receive_bytes, MPI_BYTE, from, error))
    return error->code;
  if (to >= 0)
    post(own, false, send.as_mpi_wants_it, (int64_t)shift->send_bytes, MPI_BYTE, to, error);
  return error->code;
}

/* Blocking collectives are faster than non-blocking ones, which are used only to overlap. */
static int start_gather(struct mpi_comm *own, const struct side *side, bool hidden,
                        struct error *error) {
  const struct gather *gather = &side->request.as.gather;
  const struct part *part = &side->part;
  MPI_Datatype unit = MPI_DATATYPE_NULL;
  if (part->bounds[part->count] > INT_MAX)
    return error_set(error, EXIT_MACHINE, "MPI: more than 2^31 units to gather");
  if (make_item(own, gather->unit_bytes, &unit, error))
    return error->code;
  for (int i = 0; i < part->count; i++) {
    own->offsets[i] = (int)part->bounds[i];
    own->sizes[i] = (int)(part->bounds[i + 1] - part->bounds[i]);
  }
  MPI_Request *request = hidden ? next_request(own) : NULL;
  int code = request ? MPI_Iallgatherv(MPI_IN_PLACE, 0, unit, gather->all, own->sizes, own->offsets,
                                       unit, MPI_COMM_WORLD, request)
                     : MPI_Allgatherv(MPI_IN_PLACE, 0, unit, gather->all, own->sizes, own->offsets,
                                      unit, MPI_COMM_WORLD);
  return mpi_error(code, "gather", error);
}

static int start_broadcast(struct mpi_comm *own, const struct side *side, bool hidden,
                           struct error *error) {
  const struct broadcast *b = &side->request.as.broadcast;
  enum { PIECE = 1 << 30 };
  for (size_t done = 0; done < b->size; done += PIECE) {
    char *bytes = (char *)b->bytes + done;
    int size = b->size - done < PIECE ? (int)(b->size - done) : PIECE;
    MPI_Request *request = hidden ? next_request(own) : NULL;
    int code = request ? MPI_Ibcast(bytes, size, MPI_BYTE, b->root, MPI_COMM_WORLD, request)
                       : MPI_Bcast(bytes, size, MPI_BYTE, b->root, MPI_COMM_WORLD);
    if (mpi_error(code, "broadcast", error))
      return error->code;
  }
  return 0;
}

/* Where each process's piece begins: the sum of the counts before it, in items. */
static int64_t items_before(const int64_t *count, int process) {
  int64_t sum = 0;
  for (int i = 0; i < process; i++)
    sum += count[i];
  return sum;
}

static int check_counts(const struct side *side, const struct exchange *e, struct error *error) {
  assert(e->send_count[side->part.index] == 0 && e->receive_count[side->part.index] == 0);
  if (items_before(e->receive_count, side->part.count) > e->capacity)
    return comm_overrun(&side->part, e->capacity, error);
  return 0;
}

/* Each process begins with its right neighbour, so that not all send to the same one first. */
static int start_exchange(struct mpi_comm *own, struct side *side, struct error *error) {
  struct exchange *e = &side->request.as.exchange;
  const int count = side->part.count, me = side->part.index;
  union {
    const void *sent;
    char *as_mpi_wants_it;
  } send = {e->send};
  MPI_Datatype item = MPI_DATATYPE_NULL;
  if (!e->known)
    MPI_Alltoall(e->send_count, 1, MPI_INT64_T, e->receive_count, 1, MPI_INT64_T, MPI_COMM_WORLD);
  if (check_counts(side, e, error) || make_item(own, e->item_bytes, &item, error))
    return error->code;
  for (int step = 1; step < count && !error->code; step++) {
    int from = (me - step + count) % count;
    post(own, true,
         (char *)e->receive + (size_t)items_before(e->receive_count, from) * e->item_bytes,
         e->receive_count[from], item, from, error);
  }
  for (int step = 1; step < count && !error->code; step++) {
    int to = (me + step) % count;
    post(own, false, send.as_mpi_wants_it + (size_t)items_before(e->send_count, to) * e->item_bytes,
         e->send_count[to], item, to, error);
  }
  return error->code;
}

static int start(struct comm *comm, const struct transfer *transfer, struct error *error) {
  struct mpi_comm *own = comm->own;
  struct side *side = transfer->sides;
  own->request_count = 0;
  switch (transfer->kind) {
  case REQUEST_HALO:
    return start_halo(own, transfer, error);
  case REQUEST_SHIFT:
    return start_shift(own, side, error);
  case REQUEST_GATHER:
    return start_gather(own, side, transfer->hidden, error);
  case REQUEST_BROADCAST:
    return start_broadcast(own, side, transfer->hidden, error);
  case REQUEST_EXCHANGE:
    return start_exchange(own, side, error);
  case REQUEST_BARRIER:
    return mpi_error(MPI_Barrier(MPI_COMM_WORLD), "barrier", error);
  case REQUEST_NONE:
    break;
  }
  return 0;
}

static int wait_for_all(struct mpi_comm *own, struct error *error) {
  int code = MPI_SUCCESS;
  /* not MPI_Waitall: gcc takes MPICH's MPI_STATUSES_IGNORE for an array that is too small */
  for (int i = 0; i < own->request_count && code == MPI_SUCCESS; i++)
    code = MPI_Wait(&own->requests[i], MPI_STATUS_IGNORE);
  return mpi_error(code, "transfer", error);
}

static int finish(struct comm *comm, const struct transfer *transfer, struct error *error) {
  (void)transfer;
  return wait_for_all(comm->own, error);
}

static int gather(struct comm *comm, const void *bytes, size_t size, struct gathered *all,
                  struct error *error) {
  struct mpi_comm *own = comm->own;
  int64_t mine = size > INT_MAX ? INT_MAX : (int64_t)size, total = 0;
  int my_size = (int)mine;
  MPI_Allgather(&my_size, 1, MPI_INT, own->sizes, 1, MPI_INT, MPI_COMM_WORLD);
  for (int i = 0; i < comm->processes; i++) {
    own->offsets[i] = total > INT_MAX ? INT_MAX : (int)total;
    total += own->sizes[i];
  }
  /* a piece that is too large counts as INT_MAX; the same on every rank: all leave here together */
  if (total >= INT_MAX)
    return error_set(error, EXIT_MACHINE,
                     "more than 2 GiB of partial results: use a larger --grain");
  if ((size_t)total > own->capacity) {
    char *more = realloc(own->bytes, (size_t)total);
    if (!more)
      abort_for_memory(); /* the others wait in the call below */
    own->bytes = more;
    own->capacity = (size_t)total;
  }
  int code = MPI_Allgatherv(bytes, my_size, MPI_BYTE, own->bytes, own->sizes, own->offsets,
                            MPI_BYTE, MPI_COMM_WORLD);
  *all = (struct gathered){own->bytes, (size_t)total};
  return mpi_error(code, "gather", error);
}

/* How what is joined begins: its size, and all of it if it is short. A message of this length still
 * is sent eagerly, without asking the receiver, by the MPI libraries tested. */
struct head {
  int64_t size;
  char bytes[4000 - sizeof(int64_t)];
};
enum { HEAD_TAG = 1, REST_TAG };

/* Posts a message of any length in pieces that MPI can count. */
static int post_long(struct mpi_comm *own, bool receive, char *bytes, size_t size, int peer,
                     struct error *error) {
  enum { PIECE = 1 << 30 };
  for (size_t done = 0; done < size && !error->code; done += PIECE)
    post(own, receive, bytes + done, (int64_t)(size - done < PIECE ? size - done : PIECE), MPI_BYTE,
         peer, error);
  return error->code;
}

static int receive_head(struct head *head, int peer, MPI_Request *request, struct error *error) {
  return mpi_error(MPI_Irecv(head, sizeof *head, MPI_BYTE, peer, HEAD_TAG, MPI_COMM_WORLD, request),
                   "receive", error);
}

static int send_head(const struct joining *joining, int peer, struct error *error) {
  struct head head; /* only what is sent of it is filled in */
  size_t size = joining->size <= sizeof head.bytes ? joining->size : 0;
  head.size = (int64_t)joining->size;
  if (size > 0)
    memcpy(head.bytes, joining->bytes, size);
  return mpi_error(MPI_Send(&head, (int)(offsetof(struct head, bytes) + size), MPI_BYTE, peer,
                            HEAD_TAG, MPI_COMM_WORLD),
                   "send", error);
}

/* One step between two processes, each of which gives, takes or both. */
static int join_with(struct mpi_comm *own, struct joining *joining, int peer, bool gives,
                     bool takes, struct error *error) {
  struct head head;
  MPI_Request request;
  char *room = NULL;
  head.size = 0;
  own->request_count = 0;
  if ((takes && receive_head(&head, peer, &request, error)) ||
      (gives && send_head(joining, peer, error)))
    return error->code;
  if (takes && mpi_error(MPI_Wait(&request, MPI_STATUS_IGNORE), "receive", error))
    return error->code;
  size_t more = (size_t)head.size;
  if (more > 0 && !(room = joining->room(joining, more)))
    abort_for_memory(); /* the peer waits */
  if (more > sizeof head.bytes)
    post_long(own, true, room, more, peer, error);
  else if (more > 0)
    memcpy(room, head.bytes, more);
  if (gives && joining->size > sizeof head.bytes && !error->code)
    post_long(own, false, joining->bytes, joining->size, peer, error);
  if (error->code || wait_for_all(own, error))
    return error->code;
  if (more > 0)
    joining->take(joining, more);
  return 0;
}

/* Recursive doubling (R. Thakur, R. Rabenseifner, W. Gropp, Int. J. High Performance Computing
 * Applications 19, 2005): after step k, blocks of 2^k processes have the same. Where their number
 * is no power of two, the first few give what they have to a neighbour, sit out and get it all
 * back. */
static int join(struct comm *comm, struct joining *joining, struct error *error) {
  struct mpi_comm *own = comm->own;
  int rank = comm->process, doubling = 1;
  while (2 * doubling <= comm->processes)
    doubling *= 2;
  int pairs = comm->processes - doubling;
  bool paired = rank < 2 * pairs, sits_out = paired && rank % 2 == 0;
  if (paired && join_with(own, joining, rank ^ 1, sits_out, !sits_out, error))
    return error->code;
  int me = paired ? rank / 2 : rank - pairs;
  for (int step = 1; step < doubling && !sits_out; step *= 2) {
    int peer = me ^ step;
    if (join_with(own, joining, peer < pairs ? 2 * peer + 1 : peer + pairs, true, true, error))
      return error->code;
  }
  if (sits_out)
    joining->size = 0; /* what comes back holds it */
  if (paired)
    join_with(own, joining, rank ^ 1, !sits_out, sits_out, error);
  return error->code;
}

/* An error ends all processes: MPI's default, on which rounds depend. */
static void send(struct comm *comm, int process, const void *bytes, size_t size) {
  (void)comm;
  MPI_Send(bytes, (int)size, MPI_BYTE, process, 0, MPI_COMM_WORLD);
}

static void receive(struct comm *comm, int process, void *bytes, size_t size) {
  (void)comm;
  MPI_Recv(bytes, (int)size, MPI_BYTE, process, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

/* The common case is one call, and the last thing done: two processes on one machine need some
 * 200 ns for a sum of one number. */
static void sum(struct comm *comm, const double *own, double *all, int64_t count) {
  enum { PIECE = 1 << 30 };
  (void)comm;
  for (; count > PIECE; own += PIECE, all += PIECE, count -= PIECE)
    MPI_Allreduce(own, all, PIECE, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  MPI_Allreduce(own, all, (int)count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

/* Opened when first needed: a window costs milliseconds that most runs need not pay. */
static void tickets_reset(struct comm *comm) {
  struct mpi_comm *own = comm->own;
  if (!own->has_tickets)
    tickets_open(&own->tickets, own->node, own->sizes);
  own->has_tickets = true;
  tickets_begin(&own->tickets);
}

static int64_t ticket(struct comm *comm) {
  return tickets_draw(&((struct mpi_comm *)comm->own)->tickets);
}

static void tickets_finish(struct comm *comm) {
  tickets_end(&((struct mpi_comm *)comm->own)->tickets);
}

static void barrier(struct comm *comm) {
  (void)comm;
  MPI_Barrier(MPI_COMM_WORLD);
}

static void compare_clocks(struct comm *comm, struct clock_offset *offset) {
  struct mpi_comm *own = comm->own;
  *offset = (struct clock_offset){0};
  if (comm->nodes > 1)
    clocks_compare(own->node, own->leaders, offset);
}

/* The pause is for mpiexec to pass on what was printed: with MPICH's the very message that says why
 * was once seen lost. */
__attribute__((noreturn)) static void abort_all(struct comm *comm, int code) {
  (void)comm;
  clock_sleep_until(clock_now_ns() + 300000000);
  ending_release();
  MPI_Abort(MPI_COMM_WORLD, code);
  exit(code);
}

static void close_mpi(struct comm *comm) {
  struct mpi_comm *own = comm->own;
  if (own) {
    if (own->has_tickets)
      tickets_close(&own->tickets);
    if (own->item != MPI_DATATYPE_NULL)
      MPI_Type_free(&own->item);
    if (own->leaders != MPI_COMM_NULL)
      MPI_Comm_free(&own->leaders);
    if (own->node != MPI_COMM_NULL)
      MPI_Comm_free(&own->node);
    free(own->requests);
    free(own->bytes);
    free(own->sizes);
    free(own->offsets);
    free(own);
    comm->own = NULL;
  }
  MPI_Finalize();
}

static void find_nodes(struct comm *comm, struct mpi_comm *own) {
  int rank_on_node, first;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &own->node);
  MPI_Comm_rank(own->node, &rank_on_node);
  MPI_Comm_size(own->node, &comm->processes_on_node);
  first = comm->first_on_node = rank_on_node == 0;
  MPI_Allreduce(&first, &comm->nodes, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
  if (comm->nodes > 1)
    MPI_Comm_split(MPI_COMM_WORLD, first ? 0 : MPI_UNDEFINED, comm->process, &own->leaders);
}

int comm_mpi_open(struct comm *comm, bool threaded, int *argc, char ***argv, struct error *error) {
  int rank, size, provided, wanted = threaded ? MPI_THREAD_FUNNELED : MPI_THREAD_SINGLE;
  MPI_Init_thread(argc, argv, wanted, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  struct mpi_comm *own = calloc(1, sizeof *own);
  *comm = (struct comm){
      .parts = size,
      .first_part = rank,
      .held = 1,
      .process = rank,
      .processes = size,
      .start = start,
      .finish = finish,
      .gather = gather,
      .join = join,
      .send = send,
      .receive = receive,
      .sum = sum,
      .ticket = ticket,
      .tickets_reset = tickets_reset,
      .tickets_finish = tickets_finish,
      .barrier = barrier,
      .compare_clocks = compare_clocks,
      .abort = abort_all,
      .close = close_mpi,
      .own = own,
  };
  if (own) {
    own->item = MPI_DATATYPE_NULL;
    own->node = own->leaders = MPI_COMM_NULL;
    find_nodes(comm, own);
    own->sizes = malloc((size_t)size * sizeof(int));
    own->offsets = malloc((size_t)size * sizeof(int));
  }
  if (!own || !own->sizes || !own->offsets)
    abort_for_memory();
  if (provided < wanted)
    return error_set(error, EXIT_MACHINE,
                     "this MPI cannot be used beside threads (it gives level %d, "
                     "MPI_THREAD_FUNNELED is needed)",
                     provided);
  return 0;
}

const char *comm_mpi_library(void) {
  static char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length;
  MPI_Get_library_version(text, &length);
  text[strcspn(text, ",\n")] = 0;
  return text;
}
