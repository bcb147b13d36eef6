/* The peers of the kernels barrier, allreduce and pingpong: bare loops of the MPI calls that do the
 * same. Nothing is computed, and nothing looks at what was received. */
#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sample.h"
#include "common/error.h"
#include "common/memory.h"
#include "common/streams.h"

struct bare_loop {
  int64_t n, burst; /* doubles of an allreduce, bytes of a ping-pong's message; messages one way */
  int rank;
  void *send, *receive;
};

static void barrier(const struct bare_loop *loop) {
  (void)loop;
  MPI_Barrier(MPI_COMM_WORLD);
}

static void allreduce(const struct bare_loop *loop) {
  MPI_Allreduce(loop->send, loop->receive, (int)loop->n, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

/* One round trip between ranks 0 and 1, as the OSU latency test. */
static void pingpong(const struct bare_loop *loop) {
  const int peer = loop->rank ^ 1, bytes = (int)loop->n;
  for (int turn = 0; turn < 2 && peer < 2; turn++)
    for (int64_t i = 0; i < (turn == 0 ? loop->burst : 1); i++)
      if (turn == loop->rank)
        MPI_Send(loop->send, bytes, MPI_BYTE, peer, 0, MPI_COMM_WORLD);
      else
        MPI_Recv(loop->receive, bytes, MPI_BYTE, peer, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
}

static const struct operation {
  void (*round)(const struct bare_loop *loop);
  size_t item_bytes;
} operations[] = {{barrier, 0}, {allreduce, sizeof(double)}, {pingpong, 1}};
static const char *const operation_names[] = {"barrier", "allreduce", "pingpong", NULL};

/* The slowest rank's time for one round. */
static double pass(const struct operation *operation, const struct bare_loop *loop,
                   int64_t rounds) {
  double slowest_s;
  MPI_Barrier(MPI_COMM_WORLD);
  double start_s = MPI_Wtime();
  for (int64_t i = 0; i < rounds; i++)
    operation->round(loop);
  double mine_s = MPI_Wtime() - start_s;
  MPI_Allreduce(&mine_s, &slowest_s, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
  return slowest_s / (double)rounds;
}

static int make_buffers(struct bare_loop *loop, size_t item_bytes, struct error *error) {
  size_t bytes = (size_t)loop->n * item_bytes;
  if (memory_allocate(&loop->send, loop->n, item_bytes, "what is sent", error) ||
      memory_allocate(&loop->receive, loop->n, item_bytes, "what is received", error))
    return error->code;
  if (bytes > 0) {
    memset(loop->send, 1, bytes);
    memset(loop->receive, 2, bytes);
  }
  return 0;
}

static int run(const struct operation *operation, struct bare_loop *loop, int64_t rounds,
               double *round_s, int64_t passes, struct error *error) {
  if (make_buffers(loop, operation->item_bytes, error))
    return error->code;
  for (int64_t i = 0; i < passes; i++)
    round_s[i] = pass(operation, loop, rounds);
  free(loop->send);
  free(loop->receive);
  return 0;
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct bare_loop loop = {.n = 1, .burst = 1};
  int64_t rounds = 1000, reps = 10, warmup = 1;
  bool bare = false;
  int ranks;
  unsigned choice = 0;
  const struct cli_option options[] = {
      {"operation", 'o', "NAME", "barrier, allreduce or pingpong (barrier)", .choice = &choice,
       .words = operation_names},
      {"size", 'n', "N", "doubles of an allreduce, bytes of a ping-pong's message (1)",
       .count = &loop.n, .max = INT_MAX},
      {"burst", 'b', "N", "messages of a ping-pong before the answer (1)", .count = &loop.burst,
       .min = 1, .max = 1000000},
      {"rounds", 'k', "N", "calls in a repetition (1000)", .count = &rounds, .min = 1,
       .max = 1000000000},
      {"reps", 'r', "N", "timed repetitions (10)", .count = &reps, .min = 1, .max = 1000000},
      {"warmup", 'w', "N", "untimed ones first (1)", .count = &warmup, .max = 1000000},
      {"median", 'm', NULL, "only the median, in seconds", .flag = &bare},
      {0},
  };
  sample_begin("bench_mpi_bare", options,
               "Prints how long one round of a bare loop of MPI calls takes.",
               "  mpirun -np 2 bench_mpi_bare -o barrier\n"
               "  mpirun -np 2 bench_mpi_bare -o pingpong -n 1Mi -k 100 --median\n",
               argc, argv);
  const struct operation *operation = &operations[choice];
  double *round_s = calloc((size_t)(warmup + reps), sizeof *round_s);
  if (!round_s) {
    error_set(&error, EXIT_MACHINE, "no memory for %lld repetitions", (long long)reps);
    return error_print(&error, "bench_mpi_bare");
  }
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &loop.rank);
  MPI_Comm_size(MPI_COMM_WORLD, &ranks);
  if (operation->round == pingpong && ranks < 2)
    error_set(&error, EXIT_USAGE, "a ping-pong takes two ranks: mpirun -np 2");
  if (error.code || run(operation, &loop, rounds, round_s, warmup + reps, &error)) {
    error_print(&error, "bench_mpi_bare");
    MPI_Abort(MPI_COMM_WORLD, error.code);
  }
  if (loop.rank == 0)
    sample_print(operation_names[choice], round_s + warmup, (size_t)reps, bare);
  MPI_Finalize();
  free(round_s);
  return streams_finish("bench_mpi_bare", 0);
}
