#include "engine/comm_mpi_clocks.h"

#include "common/clock.h"

/* The fastest of ROUND_TRIPS round trips is used: half of it bounds the error of the comparison.
 * The method of SKaMPI (T. Worsch, R. Reussner, W. Augustin, "On benchmarking collective MPI
 * operations", EuroPVM/MPI 2002). */
enum { ROUND_TRIPS = 20 };

static void answer(MPI_Comm leaders, int peer) {
  for (int i = 0; i < ROUND_TRIPS; i++) {
    int64_t now_ns;
    MPI_Recv(NULL, 0, MPI_BYTE, peer, 0, leaders, MPI_STATUS_IGNORE);
    now_ns = clock_now_ns();
    MPI_Send(&now_ns, 1, MPI_INT64_T, peer, 0, leaders);
  }
}

static void ask(MPI_Comm leaders, struct clock_offset *offset) {
  for (int i = 0; i < ROUND_TRIPS; i++) {
    int64_t there_ns, sent_ns = clock_now_ns();
    MPI_Send(NULL, 0, MPI_BYTE, 0, 0, leaders);
    MPI_Recv(&there_ns, 1, MPI_INT64_T, 0, 0, leaders, MPI_STATUS_IGNORE);
    int64_t error_ns = (clock_now_ns() - sent_ns + 1) / 2;
    if (i == 0 || error_ns < offset->error_ns) {
      offset->error_ns = error_ns;
      offset->ns = there_ns - (sent_ns + error_ns);
    }
  }
}

void clocks_compare(MPI_Comm node, MPI_Comm leaders, struct clock_offset *offset) {
  *offset = (struct clock_offset){0};
  if (leaders != MPI_COMM_NULL) {
    int rank, count;
    MPI_Comm_rank(leaders, &rank);
    MPI_Comm_size(leaders, &count);
    for (int peer = 1; peer < count; peer++)
      if (rank == 0)
        answer(leaders, peer);
      else if (rank == peer)
        ask(leaders, offset);
  }
  int64_t found[2] = {offset->ns, offset->error_ns};
  MPI_Bcast(found, 2, MPI_INT64_T, 0, node);
  *offset = (struct clock_offset){clock_now_ns(), found[0], found[1]};
}
