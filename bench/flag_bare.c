/* The peer of the kernels pingpong and barrier on threads: a bare loop of flags between two cores,
 * each in a cache line of its own. */
#include <omp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/streams.h"

enum { ALIGNMENT = 128 };

static struct { _Alignas(ALIGNMENT) _Atomic uint64_t number; } flags[2];

static void raise_flag(int flag, uint64_t number) {
  atomic_store_explicit(&flags[flag].number, number, memory_order_release);
}

static void wait_for(int flag, uint64_t number) {
  while (atomic_load_explicit(&flags[flag].number, memory_order_acquire) < number)
    continue;
}

static inline void barrier(int thread, uint64_t number) {
  raise_flag(thread, number);
  wait_for(!thread, number);
}

/* One round trip. */
static inline void pingpong(int thread, uint64_t number) {
  if (thread == 0)
    raise_flag(0, number);
  wait_for(!thread, number);
  if (thread == 1)
    raise_flag(1, number);
}

/* A loop for each thread and operation, into which the compiler puts the flags themselves. */
static void run_rounds(bool is_barrier, int thread, int64_t rounds) {
  const uint64_t end = (uint64_t)rounds + 2;
  if (is_barrier)
    for (uint64_t number = 2; number < end; number++)
      barrier(thread, number);
  else if (thread == 0)
    for (uint64_t number = 2; number < end; number++)
      pingpong(0, number);
  else
    for (uint64_t number = 2; number < end; number++)
      pingpong(1, number);
}

static int64_t rounds_ns(bool is_barrier, int64_t rounds) {
  int64_t ns = 0;
  flags[0].number = flags[1].number = 0;
#pragma omp parallel num_threads(2)
  {
    int thread = omp_get_thread_num();
    barrier(thread, 1);
    int64_t start_ns = clock_now_ns();
    run_rounds(is_barrier, thread, rounds);
    if (thread == 0)
      ns = clock_now_ns() - start_ns;
  }
  return ns;
}

int main(int argc, char **argv) {
  struct error error = {0};
  int64_t rounds = 1000, reps = 10, warmup = 1;
  bool bare = false;
  const char *name = "barrier";
  const struct cli_option options[] = {
      {"operation", 'o', "NAME", "barrier or pingpong (barrier)", .text = &name},
      {"rounds", 'k', "N", "barriers or round trips in a repetition (1000)", .count = &rounds,
       .min = 1, .max = 1000000000},
      {"reps", 'r', "N", "timed repetitions (10)", .count = &reps, .min = 1, .max = 1000000},
      {"warmup", 'w', "N", "untimed ones first (1)", .count = &warmup, .max = 1000000},
      {"median", 'm', NULL, "only the median, in seconds", .flag = &bare},
      {0},
  };
  sample_begin("bench_flag_bare", options,
               "Prints how long one round of a bare loop of flags takes two threads.",
               "  bench_flag_bare -o barrier\n  bench_flag_bare -o pingpong --median\n", argc,
               argv);
  bool is_barrier = strcmp(name, "barrier") == 0;
  double *round_s = calloc((size_t)(warmup + reps), sizeof *round_s);
  if (!is_barrier && strcmp(name, "pingpong") != 0)
    error_set(&error, EXIT_USAGE, "--operation: '%s': must be one of: barrier, pingpong", name);
  else if (!round_s)
    error_set(&error, EXIT_MACHINE, "no memory for %lld repetitions", (long long)reps);
  omp_set_dynamic(0);
  if (!error.code && omp_get_num_procs() < 2)
    error_set(&error, EXIT_MACHINE, "needs two cores");
  if (error.code)
    return error_print(&error, "bench_flag_bare");
  for (int64_t i = 0; i < warmup + reps; i++)
    round_s[i] = (double)rounds_ns(is_barrier, rounds) * 1e-9 / (double)rounds;
  sample_print(name, round_s + warmup, (size_t)reps, bare);
  free(round_s);
  return streams_finish("bench_flag_bare", 0);
}
