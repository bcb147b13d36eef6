/* The peer of the kernel dgemm: OpenBLAS, called as its users call it. */
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/memory.h"
#include "common/streams.h"

struct matrices {
  double *a, *b, *c;
  int64_t n;
};

/* A and B have their column's number in each column, as in PRK, so that the sum of C is known. */
static int make(struct matrices *m, struct error *error) {
  void *memory[3] = {NULL, NULL, NULL};
  int64_t n = m->n;
  for (int i = 0; i < 3 && !error->code; i++)
    memory_allocate(&memory[i], n * n, sizeof(double), "a matrix", error);
  m->a = memory[0];
  m->b = memory[1];
  m->c = memory[2];
  for (int64_t i = 0; !error->code && i < n * n; i++) {
    m->a[i] = m->b[i] = (double)(i % n);
    m->c[i] = 0;
  }
  return error->code;
}

static int check(const struct matrices *m, int64_t passes, struct error *error) {
  double sum = 0, n = (double)m->n;
  double expected = 0.25 * n * n * n * (n - 1) * (n - 1) * (double)passes;
  for (int64_t i = 0; i < m->n * m->n; i++)
    sum += m->c[i];
  if (!(fabs(sum - expected) <= 1e-8 * expected))
    return error_set(error, EXIT_WRONG, "the sum of C is %.15g instead of %.15g", sum, expected);
  return 0;
}

static int run(struct matrices *m, double *walls_s, int64_t passes, struct error *error) {
  blasint n = (blasint)m->n;
  if (make(m, error))
    return error->code;
  for (int64_t i = 0; i < passes; i++) {
    int64_t start_ns = clock_now_ns();
    cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, n, n, n, 1, m->a, n, m->b, n, 1, m->c,
                n);
    walls_s[i] = (double)(clock_now_ns() - start_ns) * 1e-9;
  }
  return check(m, passes, error);
}

/* Which OpenBLAS is loaded, the run time decides. */
static int take_threads(int64_t threads, struct error *error) {
  openblas_set_num_threads((int)threads);
  if (threads > 1 && openblas_get_parallel() == OPENBLAS_SEQUENTIAL)
    return error_set(error, EXIT_MACHINE, "--threads: the OpenBLAS that was loaded is serial (%s)",
                     openblas_get_config());
  return 0;
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct matrices m = {.n = 2000};
  int64_t threads = 1, reps = 5, warmup = 1;
  bool bare = false;
  const struct cli_option options[] = {
      {"size", 'n', "N", "rows and columns (2000)", .count = &m.n, .min = 2, .max = 30000},
      {"threads", 't', "N", "of OpenBLAS (1)", .count = &threads, .min = 1, .max = 4096},
      {"reps", 'r', "N", "timed repetitions (5)", .count = &reps, .min = 1, .max = 100000},
      {"warmup", 'w', "N", "untimed ones first (1)", .count = &warmup, .max = 100000},
      {"median", 'm', NULL, "only the median, in seconds", .flag = &bare},
      {0},
  };
  sample_begin("bench_openblas", options, "Prints the time of C += A B by OpenBLAS.",
               "  bench_openblas\n  bench_openblas -n 1000 -t 2 --median\n", argc, argv);
  double *walls_s = calloc((size_t)(warmup + reps), sizeof *walls_s);
  if (!walls_s)
    error_set(&error, EXIT_MACHINE, "no memory for %lld repetitions", (long long)reps);
  else if (take_threads(threads, &error) == 0 && run(&m, walls_s, warmup + reps, &error) == 0)
    sample_print("OpenBLAS", walls_s + warmup, (size_t)reps, bare);
  free(m.a);
  free(m.b);
  free(m.c);
  free(walls_s);
  return streams_finish("bench_openblas", error.code ? error_print(&error, "bench_openblas") : 0);
}
