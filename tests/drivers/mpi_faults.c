/* Preloaded into mpi_driver: MPI calls that misbehave as the environment says, by the profiling
 * interface (MPI 3.1, chapter 14).
 *
 * QUARTET_MPI_FAULT=late: rank 1 leaves each barrier and each gathering 50 ms late.
 * QUARTET_MPI_FAULT=zero: of each message after the 200th that a rank sends or gets from a
 * collective, the payload is zero. What the engine itself gathers (bytes) stays as it is.
 * QUARTET_MPI_FAULT=nodes: ranks of odd number seem to be on another machine, to which no window
 * for one-sided communication reaches, as with Open MPI 4.1 over TCP.
 * QUARTET_MPI_FAULT=far: likewise; what ranks of even number send or sum, and their barriers, take
 * 3 ms more. */
#include <mpi.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIRST_ZEROED = 200, LATE_US = 50000, TRAVEL_US = 3000 };

static bool fault_is(const char *name) {
  const char *fault = getenv("QUARTET_MPI_FAULT");
  return fault && strcmp(fault, name) == 0;
}

/* Whether ranks of odd number seem to be on another machine. */
static bool are_apart(void) {
  return fault_is("nodes") || fault_is("far");
}

static void travel(void) {
  int rank;
  PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank % 2 == 0 && fault_is("far"))
    usleep(TRAVEL_US);
}

static void be_late(void) {
  int rank;
  PMPI_Comm_rank(MPI_COMM_WORLD, &rank);
  if (rank == 1 && fault_is("late"))
    usleep(LATE_US);
}

static size_t bytes_of(int count, MPI_Datatype type) {
  int size;
  PMPI_Type_size(type, &size);
  return (size_t)count * (size_t)size;
}

/* Whether the message that is sent or received now is one of those that lose their payload. */
static bool loses_payload(void) {
  static int messages;
  return ++messages > FIRST_ZEROED && fault_is("zero");
}

/* Zeros to be sent in place of a message: never freed, as a nonblocking send may still read it. */
static const void *payload(const void *bytes, int count, MPI_Datatype type) {
  if (!loses_payload())
    return bytes;
  void *zeros = calloc(bytes_of(count, type) + 1, 1);
  if (!zeros)
    abort();
  return zeros;
}

int MPI_Barrier(MPI_Comm comm) {
  int code = PMPI_Barrier(comm);
  travel();
  be_late();
  return code;
}

int MPI_Send(const void *bytes, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm) {
  travel();
  return PMPI_Send(payload(bytes, count, type), count, type, to, tag, comm);
}

int MPI_Isend(const void *bytes, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *request) {
  return PMPI_Isend(payload(bytes, count, type), count, type, to, tag, comm, request);
}

int MPI_Sendrecv(const void *send, int send_count, MPI_Datatype send_type, int to, int send_tag,
                 void *receive, int receive_count, MPI_Datatype receive_type, int from,
                 int receive_tag, MPI_Comm comm, MPI_Status *status) {
  return PMPI_Sendrecv(payload(send, send_count, send_type), send_count, send_type, to, send_tag,
                       receive, receive_count, receive_type, from, receive_tag, comm, status);
}

int MPI_Bcast(void *bytes, int count, MPI_Datatype type, int root, MPI_Comm comm) {
  int rank, code = PMPI_Bcast(bytes, count, type, root, comm);
  PMPI_Comm_rank(comm, &rank);
  if (rank != root && loses_payload())
    memset(bytes, 0, bytes_of(count, type));
  return code;
}

int MPI_Ibcast(void *bytes, int count, MPI_Datatype type, int root, MPI_Comm comm,
               MPI_Request *request) {
  int code = MPI_Bcast(bytes, count, type, root, comm);
  *request = MPI_REQUEST_NULL;
  return code;
}

int MPI_Allgatherv(const void *send, int send_count, MPI_Datatype send_type, void *receive,
                   const int *counts, const int *displacements, MPI_Datatype receive_type,
                   MPI_Comm comm) {
  int rank, size;
  int code = PMPI_Allgatherv(send, send_count, send_type, receive, counts, displacements,
                             receive_type, comm);
  PMPI_Comm_rank(comm, &rank);
  PMPI_Comm_size(comm, &size);
  for (int i = 0; i < size && receive_type != MPI_BYTE; i++)
    if (i != rank && loses_payload())
      memset((char *)receive + bytes_of(displacements[i], receive_type), 0,
             bytes_of(counts[i], receive_type));
  be_late();
  return code;
}

int MPI_Iallgatherv(const void *send, int send_count, MPI_Datatype send_type, void *receive,
                    const int *counts, const int *displacements, MPI_Datatype receive_type,
                    MPI_Comm comm, MPI_Request *request) {
  int code = MPI_Allgatherv(send, send_count, send_type, receive, counts, displacements,
                            receive_type, comm);
  *request = MPI_REQUEST_NULL;
  return code;
}

int MPI_Allreduce(const void *send, void *receive, int count, MPI_Datatype type, MPI_Op op,
                  MPI_Comm comm) {
  travel();
  int code = PMPI_Allreduce(send, receive, count, type, op, comm);
  if (loses_payload())
    memset(receive, 0, bytes_of(count, type));
  return code;
}

int MPI_Comm_split_type(MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm *made) {
  int rank;
  PMPI_Comm_rank(comm, &rank);
  if (type == MPI_COMM_TYPE_SHARED && are_apart())
    return PMPI_Comm_split(comm, rank % 2, key, made);
  return PMPI_Comm_split_type(comm, type, key, info, made);
}

int MPI_Win_allocate(MPI_Aint bytes, int unit, MPI_Info info, MPI_Comm comm, void *memory,
                     MPI_Win *window) {
  if (are_apart())
    PMPI_Abort(comm, 99);
  return PMPI_Win_allocate(bytes, unit, info, comm, memory, window);
}

int MPI_Win_create(void *memory, MPI_Aint bytes, int unit, MPI_Info info, MPI_Comm comm,
                   MPI_Win *window) {
  if (are_apart())
    PMPI_Abort(comm, 99);
  return PMPI_Win_create(memory, bytes, unit, info, comm, window);
}
