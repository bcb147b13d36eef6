#include "drivers/engine/comm_mpi.h"

#include <limits.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "drivers/engine/clock.h"
#include "drivers/engine/ranges.h"

struct own {
  MPI_Request *requests; /* of the halo exchange under way */
  int request_count, request_capacity;
  char *bytes; /* what gather handed out */
  size_t capacity;
  int *sizes, *offsets; /* of gather's pieces, one for each process */
  MPI_Win window;       /* the counter of turns, on rank 0 */
  int64_t *counter;
};

/* Posts one message of a halo. */
struct posting {
  struct own *own;
  const struct halo_side *side;
  MPI_Datatype unit;
  bool receive;
  int code; /* of MPI, or MPI_ERR_NO_MEM */
};

static MPI_Request *next_request(struct own *own) {
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

static void post_piece(void *context, const struct piece *piece) {
  struct posting *posting = context;
  const struct halo_side *side = posting->side;
  char *address =
      (char *)side->halo.own + (piece->begin - side->part.begin) * (int64_t)side->halo.unit_bytes;
  int64_t count = piece->end - piece->begin;
  MPI_Request *request = next_request(posting->own);
  if (posting->code != MPI_SUCCESS)
    return;
  if (!request || count > INT_MAX)
    posting->code = MPI_ERR_NO_MEM;
  else if (posting->receive)
    posting->code =
        MPI_Irecv(address, (int)count, posting->unit, piece->part, 0, MPI_COMM_WORLD, request);
  else
    posting->code =
        MPI_Isend(address, (int)count, posting->unit, piece->part, 0, MPI_COMM_WORLD, request);
}

static int mpi_error(int code, const char *what, struct error *error) {
  char text[MPI_MAX_ERROR_STRING];
  int length;
  if (code == MPI_SUCCESS)
    return 0;
  MPI_Error_string(code, text, &length);
  return error_set(error, EXIT_MACHINE, "MPI: %s: %s", what, text);
}

static int halo_start(struct comm *comm, const struct halo_exchange *exchange,
                      struct error *error) {
  struct own *own = comm->own;
  const struct halo_side *side = exchange->sides;
  struct posting posting = {.own = own, .side = side, .code = MPI_SUCCESS};
  own->request_count = 0;
  /* counts in units, so that neither a part nor a long unit overflows MPI's int */
  if (side->halo.unit_bytes > INT_MAX)
    return error_set(error, EXIT_MACHINE, "MPI: a unit of %zu bytes is too large for one message",
                     side->halo.unit_bytes);
  MPI_Type_contiguous((int)side->halo.unit_bytes, MPI_BYTE, &posting.unit);
  MPI_Type_commit(&posting.unit);
  for (int receive = 1; receive >= 0; receive--) {
    posting.receive = receive;
    halo_pieces(exchange->units, exchange->grain, side->part.index, side->part.count,
                side->halo.width, receive, post_piece, &posting);
  }
  MPI_Type_free(&posting.unit); /* lives on until its messages are through */
  return mpi_error(posting.code, "halo", error);
}

static int halo_finish(struct comm *comm, const struct halo_exchange *exchange,
                       struct error *error) {
  struct own *own = comm->own;
  int code = MPI_SUCCESS;
  (void)exchange;
  /* not MPI_Waitall: gcc takes MPICH's MPI_STATUSES_IGNORE for an array that is too small */
  for (int i = 0; i < own->request_count && code == MPI_SUCCESS; i++)
    code = MPI_Wait(&own->requests[i], MPI_STATUS_IGNORE);
  return mpi_error(code, "halo", error);
}

static int gather(struct comm *comm, const void *bytes, size_t size, struct gathered *all,
                  struct error *error) {
  struct own *own = comm->own;
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
      MPI_Abort(MPI_COMM_WORLD, EXIT_MACHINE); /* the others wait in the call below */
    own->bytes = more;
    own->capacity = (size_t)total;
  }
  int code = MPI_Allgatherv(bytes, my_size, MPI_BYTE, own->bytes, own->sizes, own->offsets,
                            MPI_BYTE, MPI_COMM_WORLD);
  *all = (struct gathered){own->bytes, (size_t)total};
  return mpi_error(code, "gather", error);
}

/* Opened when first needed: a window costs milliseconds that most runs need not pay. */
static void open_counter(struct own *own, int rank) {
  MPI_Win_allocate(rank == 0 ? (MPI_Aint)sizeof(int64_t) : 0, sizeof(int64_t), MPI_INFO_NULL,
                   MPI_COMM_WORLD, (void *)&own->counter, &own->window);
  MPI_Win_lock_all(MPI_MODE_NOCHECK, own->window);
}

static void turns_begin(struct comm *comm) {
  struct own *own = comm->own;
  const int64_t zero = 0;
  int64_t before;
  if (own->window == MPI_WIN_NULL)
    open_counter(own, comm->process);
  MPI_Barrier(MPI_COMM_WORLD);
  if (comm->process == 0) {
    MPI_Fetch_and_op(&zero, &before, MPI_INT64_T, 0, 0, MPI_REPLACE, own->window);
    MPI_Win_flush(0, own->window);
  }
  MPI_Barrier(MPI_COMM_WORLD);
}

static int64_t turn(struct comm *comm) {
  struct own *own = comm->own;
  const int64_t one = 1;
  int64_t before;
  MPI_Fetch_and_op(&one, &before, MPI_INT64_T, 0, 0, MPI_SUM, own->window);
  MPI_Win_flush(0, own->window);
  return before;
}

static void barrier(struct comm *comm) {
  (void)comm;
  MPI_Barrier(MPI_COMM_WORLD);
}

/* The pause is for mpiexec to pass on what was printed: with MPICH's the very message that says why
 * was once seen lost. */
__attribute__((noreturn)) static void abort_all(struct comm *comm, int code) {
  (void)comm;
  clock_sleep_until(clock_now_ns() + 300000000);
  MPI_Abort(MPI_COMM_WORLD, code);
  exit(code);
}

static void close_mpi(struct comm *comm) {
  struct own *own = comm->own;
  if (own) {
    if (own->window != MPI_WIN_NULL) {
      MPI_Win_unlock_all(own->window);
      MPI_Win_free(&own->window);
    }
    free(own->requests);
    free(own->bytes);
    free(own->sizes);
    free(own->offsets);
    free(own);
    comm->own = NULL;
  }
  MPI_Finalize();
}

static void count_nodes(struct comm *comm) {
  MPI_Comm node;
  int rank_on_node, first;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &node);
  MPI_Comm_rank(node, &rank_on_node);
  MPI_Comm_size(node, &comm->processes_on_node);
  MPI_Comm_free(&node);
  first = rank_on_node == 0;
  MPI_Allreduce(&first, &comm->nodes, 1, MPI_INT, MPI_SUM, MPI_COMM_WORLD);
}

int comm_mpi_open(struct comm *comm, int *argc, char ***argv, struct error *error) {
  int rank, size, provided;
  MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  struct own *own = calloc(1, sizeof *own);
  *comm = (struct comm){
      .parts = size,
      .first_part = rank,
      .held = 1,
      .process = rank,
      .processes = size,
      .halo_start = halo_start,
      .halo_finish = halo_finish,
      .gather = gather,
      .turn = turn,
      .turns_begin = turns_begin,
      .barrier = barrier,
      .abort = abort_all,
      .close = close_mpi,
      .own = own,
  };
  count_nodes(comm);
  if (own) {
    own->window = MPI_WIN_NULL;
    own->sizes = malloc((size_t)size * sizeof(int));
    own->offsets = malloc((size_t)size * sizeof(int));
  }
  if (!own || !own->sizes || !own->offsets)
    MPI_Abort(MPI_COMM_WORLD, EXIT_MACHINE);
  if (provided < MPI_THREAD_FUNNELED)
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
