/* The peer of the kernel stream: STREAM's loops in plain C with OpenMP, on the same pages that a
 * kernel gets. The compiler makes of them what it will. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/memory.h"
#include "common/streams.h"

static const double scalar = 0.42;

struct loop_arrays {
  double *a, *b, *c;
  int64_t n, threads;
};

static int allocate(struct loop_arrays *x, struct error *error) {
  void *memory[3] = {NULL, NULL, NULL};
  for (int i = 0; i < 3 && !error->code; i++)
    memory_allocate(&memory[i], x->n, sizeof(double), "an array", error);
  x->a = memory[0];
  x->b = memory[1];
  x->c = memory[2];
  return error->code;
}

/* By the threads that use them, for first touch. */
static void fill(const struct loop_arrays *x) {
  double *a = x->a, *b = x->b, *c = x->c;
#pragma omp parallel for num_threads((int)x->threads) schedule(static)
  for (int64_t i = 0; i < x->n; i++) {
    a[i] = 0;
    b[i] = 1;
    c[i] = 2;
  }
}

static void copy(const struct loop_arrays *x) {
  double *restrict a = x->a;
  const double *restrict b = x->b;
#pragma omp parallel for num_threads((int)x->threads) schedule(static)
  for (int64_t i = 0; i < x->n; i++)
    a[i] = b[i];
}

static void triad(const struct loop_arrays *x) {
  double *restrict a = x->a;
  const double *restrict b = x->b, *restrict c = x->c;
#pragma omp parallel for num_threads((int)x->threads) schedule(static)
  for (int64_t i = 0; i < x->n; i++)
    a[i] = b[i] + scalar * c[i];
}

static int check(const struct loop_arrays *x, double expected, struct error *error) {
  for (int64_t i = 0; i < x->n; i++)
    if (!(fabs(x->a[i] - expected) <= 1e-13 * expected))
      return error_set(error, EXIT_WRONG, "element %lld is %g instead of %g", (long long)i, x->a[i],
                       expected);
  return 0;
}

static int run(struct loop_arrays *x, bool is_copy, double *walls_s, int64_t passes,
               struct error *error) {
  if (allocate(x, error))
    return error->code;
  fill(x);
  for (int64_t i = 0; i < passes; i++) {
    int64_t start_ns = clock_now_ns();
    if (is_copy)
      copy(x);
    else
      triad(x);
    walls_s[i] = (double)(clock_now_ns() - start_ns) * 1e-9;
  }
  return check(x, is_copy ? 1 : 1 + scalar * 2, error);
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct loop_arrays x = {.n = 1 << 24, .threads = 1};
  int64_t reps = 20, warmup = 1;
  bool bare = false, is_copy = false;
  const struct cli_option options[] = {
      {"op", 'o', "OP", "copy: a = b; triad: a = b + s*c (triad)", .flag = &is_copy,
       .words = CLI_WORDS("triad", "copy")},
      {"size", 'n', "N", "elements of each array (2^24)", .count = &x.n, .min = 1,
       .max = INT64_C(1) << 40},
      {"threads", 't', "N", "OpenMP threads (1)", .count = &x.threads, .min = 1, .max = 4096},
      {"reps", 'r', "N", "timed repetitions (20)", .count = &reps, .min = 1, .max = 1000000},
      {"warmup", 'w', "N", "untimed ones first (1)", .count = &warmup, .max = 1000000},
      {"median", 'm', NULL, "only the median, in seconds", .flag = &bare},
      {0},
  };
  sample_begin(
      "bench_stream_loop", options, "Prints the time of an operation of STREAM in a plain loop.",
      "  bench_stream_loop\n  bench_stream_loop -o copy -n 2^25 -t 2 --median\n", argc, argv);
  double *walls_s = calloc((size_t)(warmup + reps), sizeof *walls_s);
  if (!walls_s)
    error_set(&error, EXIT_MACHINE, "no memory for %lld repetitions", (long long)reps);
  else if (run(&x, is_copy, walls_s, warmup + reps, &error) == 0)
    sample_print("the plain loop", walls_s + warmup, (size_t)reps, bare);
  free(x.a);
  free(x.b);
  free(x.c);
  free(walls_s);
  return streams_finish("bench_stream_loop",
                        error.code ? error_print(&error, "bench_stream_loop") : 0);
}
