/* The peer of the kernel barrier on threads: a bare loop of OpenMP barriers, and one of parallel
 * regions that do nothing. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/streams.h"

static void barriers(int threads, int64_t rounds) {
#pragma omp parallel num_threads(threads)
  for (int64_t i = 0; i < rounds; i++) {
#pragma omp barrier
  }
}

static void regions(int threads, int64_t rounds) {
  static volatile int done; /* or there would be nothing for a region to do */
  for (int64_t i = 0; i < rounds; i++) {
#pragma omp parallel num_threads(threads)
    (void)done;
  }
}

int main(int argc, char **argv) {
  struct error error = {0};
  int64_t threads = 2, rounds = 1000, reps = 10, warmup = 1;
  bool bare = false, fork = false;
  const struct cli_option options[] = {
      {"threads", 't', "N", "threads (2)", .count = &threads, .min = 1, .max = 65536},
      {"regions", 'p', NULL, "parallel regions in place of barriers in one", .flag = &fork},
      {"rounds", 'k', "N", "barriers or regions in a repetition (1000)", .count = &rounds, .min = 1,
       .max = 1000000000},
      {"reps", 'r', "N", "timed repetitions (10)", .count = &reps, .min = 1, .max = 1000000},
      {"warmup", 'w', "N", "untimed ones first (1)", .count = &warmup, .max = 1000000},
      {"median", 'm', NULL, "only the median, in seconds", .flag = &bare},
      {0},
  };
  sample_begin("bench_omp_bare", options,
               "Prints how long one round of a bare loop of OpenMP barriers takes.",
               "  bench_omp_bare -t 2\n  bench_omp_bare -t 2 --regions --median\n", argc, argv);
  double *round_s = calloc((size_t)(warmup + reps), sizeof *round_s);
  if (!round_s) {
    error_set(&error, EXIT_MACHINE, "no memory for %lld repetitions", (long long)reps);
    return error_print(&error, "bench_omp_bare");
  }
  omp_set_dynamic(0);
  for (int64_t i = 0; i < warmup + reps; i++) {
    int64_t start_ns = clock_now_ns();
    (fork ? regions : barriers)((int)threads, rounds);
    round_s[i] = (double)(clock_now_ns() - start_ns) * 1e-9 / (double)rounds;
  }
  sample_print(fork ? "parallel region" : "barrier", round_s + warmup, (size_t)reps, bare);
  free(round_s);
  return streams_finish("bench_omp_bare", 0);
}
