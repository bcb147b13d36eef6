/* The peer of the drivers: the body of the kernel sumsq, called in a bare loop. */
#include <stdio.h>
#include <stdlib.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/streams.h"
#include "engine/options.h"
#include "kernels/kernel.h"

extern const struct kernel kernel_sumsq;

/* Room for a partial result, as the engine aligns it. */
struct sum_partial {
  _Alignas(16) char bytes[64];
};

static int run(const struct problem *problem, int64_t passes, double *walls_s,
               struct error *error) {
  const struct kernel *kernel = &kernel_sumsq;
  const struct phase *phase = &kernel->phases[0];
  int64_t units = kernel->units(problem);
  size_t state_bytes = (kernel->state_bytes + 63) / 64 * 64;
  struct sum_partial partial;
  char *state = aligned_alloc(64, state_bytes);
  if (!state)
    return error_set(error, EXIT_MACHINE, "no memory for a state");
  for (size_t i = 0; i < state_bytes; i++)
    state[i] = 0;
  kernel->open(state, problem, &(struct part){.count = 1, .end = units}, error);
  for (int64_t i = 0; i < passes && !error->code; i++) {
    int64_t start_ns = clock_now_ns();
    phase->body(state, 0, units, &partial);
    walls_s[i] = (double)(clock_now_ns() - start_ns) * 1e-9;
    phase->then(state, &partial);
    struct verdict verdict = kernel->verify(state, problem, i + 1);
    if (!(verdict.error <= verdict.tolerance))
      error_set(error, EXIT_WRONG, "%s instead of %s", verdict.value, verdict.expected);
  }
  free(state);
  return error->code;
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct problem problem = {.n = 10000000};
  int64_t reps = 10, warmup = 1;
  bool bare = false;
  const struct cli_option options[] = {
      {"size", 'n', "N", "numbers to square and add (10000000)", .count = &problem.n, .min = 1,
       .max = INT64_C(1000000000000)},
      {"reps", 'r', "N", "timed repetitions (10)", .count = &reps, .min = 1, .max = 1000000},
      {"warmup", 'w', "N", "untimed ones first (1)", .count = &warmup, .max = 1000000},
      {"median", 'm', NULL, "only the median, in seconds", .flag = &bare},
      {0},
  };
  options_default(&kernel_sumsq, &problem);
  sample_begin("bench_bare", options,
               "Prints how long the body of sumsq takes when nothing but a loop calls it.",
               "  bench_bare\n  bench_bare -n 1e7 -r 100 --median\n", argc, argv);
  double *walls_s = calloc((size_t)(warmup + reps), sizeof *walls_s);
  if (!walls_s)
    error_set(&error, EXIT_MACHINE, "no memory for %lld repetitions", (long long)reps);
  else if (run(&problem, warmup + reps, walls_s, &error) == 0)
    sample_print("the body of sumsq", walls_s + warmup, (size_t)reps, bare);
  free(walls_s);
  return streams_finish("bench_bare", error.code ? error_print(&error, "bench_bare") : 0);
}
