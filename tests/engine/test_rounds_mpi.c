/* Rounds over MPI report each fault of the library under them: a message or a sum that is stale,
 * zeroed, incomplete or changed in a bit, a barrier that a rank leaves too early. MPI's profiling
 * interface plants them. To be run with two ranks. */
#include <mpi.h>
#include <string.h>

#include "common/clock.h"
#include "engine/comm_mpi.h"
#include "engine/measure.h"
#include "tests/check.h"
#include "tests/engine/models.h"

enum planted { HONEST, ZEROED, STALE, SHORT, BIT, EARLY, ALL_EARLY, KINDS };
static const char *const names[KINDS] = {"nothing",    "zeros",         "what came before",
                                         "half of it", "a bit changed", "a rank that is early",
                                         "no barrier"};

enum { ROUNDS = 500, FAULTY = 817, PASSES = 2 }; /* FAULTY: the call that is; in the last pass */

static struct {
  enum planted kind;
  int64_t calls; /* in the TIMED stage */
  bool timed;    /* it is under way */
  int rank;
} fault;

/* Spoils what has just come, in one of all calls; `before` is what stood there. */
static void spoil(void *bytes, const void *before, size_t size) {
  char *data = bytes;
  if (!fault.timed || ++fault.calls != FAULTY)
    return;
  if (fault.kind == ZEROED)
    memset(data, 0, size);
  else if (fault.kind == STALE)
    memcpy(data, before, size);
  else if (fault.kind == SHORT)
    memcpy(data + size / 2, (const char *)before + size / 2, size - size / 2);
  else if (fault.kind == BIT)
    data[0] ^= 2;
}

/* Keeps what stands where a message will come. */
static size_t keep(char before[1024], const void *bytes, int count, MPI_Datatype type) {
  int item;
  MPI_Type_size(type, &item);
  size_t size = (size_t)count * (size_t)item;
  if (size <= 1024)
    memcpy(before, bytes, size);
  return size <= 1024 ? size : 0;
}

int MPI_Recv(void *bytes, int count, MPI_Datatype type, int source, int tag, MPI_Comm comm,
             MPI_Status *status) {
  char before[1024];
  size_t size = keep(before, bytes, count, type);
  int code = PMPI_Recv(bytes, count, type, source, tag, comm, status);
  spoil(bytes, before, size);
  return code;
}

int MPI_Allreduce(const void *own, void *all, int count, MPI_Datatype type, MPI_Op op,
                  MPI_Comm comm) {
  char before[1024];
  size_t size = keep(before, all, count, type);
  int code = PMPI_Allreduce(own, all, count, type, op, comm);
  if (fault.rank == 0)
    spoil(all, before, size);
  return code;
}

/* EARLY: rank 0 omits its first barrier and is one ahead of rank 1 until its last. Rank 1 is
 * slow, so that nobody is right by chance. */
int MPI_Barrier(MPI_Comm comm) {
  int64_t barriers = 1;
  if (fault.timed && fault.kind == ALL_EARLY)
    barriers = 0;
  if (fault.timed && fault.kind == EARLY && fault.rank == 0 && ++fault.calls % ROUNDS <= 1)
    barriers = fault.calls % ROUNDS == 1 ? 0 : 2;
  for (int64_t i = 0; i < barriers; i++)
    PMPI_Barrier(comm);
  if (fault.timed && fault.kind >= EARLY && fault.rank == 1)
    clock_sleep_until(clock_now_ns() + 200000);
  return MPI_SUCCESS;
}

static int pass(void *context, struct session *session, struct error *error) {
  fault.timed = true;
  measure_plain_pass(context, session, error);
  fault.timed = false;
  return error->code;
}

static const struct kernel *find_kernel(const char *name) {
  int i = 0;
  while (strcmp(kernel_list[i]->name, name) != 0)
    i++;
  return kernel_list[i];
}

/* Whether all ranks find all passes right. */
static bool is_right(struct comm *comm, const char *name, int64_t n, const char *settings,
                     enum planted kind) {
  const struct kernel *kernel = find_kernel(name);
  struct execution execution = {.name = "ranks", .comm = comm, .team = &team_serial, .pass = pass};
  struct subject subject = {
      .kernel = kernel, .problem = problem_of(kernel, n, settings), .grain = 1};
  int right, all;
  fault.kind = kind;
  fault.calls = 0;
  right = execution_is_right(&execution, &subject, PASSES);
  PMPI_Allreduce(&right, &all, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
  return all;
}

static void check(struct comm *comm, const char *name, int64_t n, const char *settings,
                  enum planted first, enum planted last) {
  CHECK(is_right(comm, name, n, settings, HONEST), "%s n=%ld: right without a fault", name, n);
  for (enum planted kind = first; kind <= last; kind++)
    CHECK(!is_right(comm, name, n, settings, kind), "%s n=%ld does not see %s", name, n,
          names[kind]);
}

int main(int argc, char **argv) {
  struct comm comm;
  struct error error = {0};
  int failed, any;
  CHECK(comm_mpi_open(&comm, false, &argc, &argv, &error) == 0, "%s", error.message);
  fault.rank = comm.process;
  check(&comm, "pingpong", 8, "rounds=500", ZEROED, BIT);
  check(&comm, "pingpong", 100, "rounds=500 burst=2", ZEROED, BIT);
  check(&comm, "allreduce", 1, "rounds=500", ZEROED, BIT);
  check(&comm, "allreduce", 30, "rounds=500", ZEROED, BIT);
  check(&comm, "barrier", ROUNDS, NULL, EARLY, ALL_EARLY);
  failed = test_result();
  PMPI_Allreduce(&failed, &any, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
  comm.close(&comm);
  return any;
}
