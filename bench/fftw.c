/* The peer of the kernel fft: FFTW's own choice among its algorithms, made by measuring them
 * (FFTW_MEASURE), on one core. The transform there is timed, the one back again is the check. */
#include <complex.h>
#include <fftw3.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/memory.h"
#include "common/streams.h"

struct transform {
  int64_t n;
  fftw_complex *x, *y; /* the numbers and their transform; the same place for one in place */
  fftw_plan forward, inverse;
};

static fftw_complex value(int64_t i) {
  return (double)(i % 7) - 3 + ((double)(i % 11) - 5) * I;
}

/* Measuring takes longer than what is measured: what was found is kept for the next launch. */
static int plan(struct transform *t, const char *wisdom, struct error *error) {
  if (wisdom)
    fftw_import_wisdom_from_filename(wisdom); /* the file may not exist yet */
  t->forward = fftw_plan_dft_1d((int)t->n, t->x, t->y, FFTW_FORWARD, FFTW_MEASURE);
  t->inverse = fftw_plan_dft_1d((int)t->n, t->y, t->x, FFTW_BACKWARD, FFTW_ESTIMATE);
  if (!t->forward || !t->inverse)
    return error_set(error, EXIT_MACHINE, "FFTW has no plan");
  if (wisdom && !fftw_export_wisdom_to_filename(wisdom))
    return error_set(error, EXIT_MACHINE, "--wisdom: %s: cannot be written", wisdom);
  return 0;
}

/* Planning overwrites the data: they come after it. */
static int make(struct transform *t, bool in_place, const char *wisdom, struct error *error) {
  void *x = NULL, *y = NULL;
  memory_allocate(&x, t->n, sizeof(fftw_complex), "the data", error);
  if (!error->code && !in_place)
    memory_allocate(&y, t->n, sizeof(fftw_complex), "the transform", error);
  t->x = x;
  t->y = in_place ? x : y;
  if (error->code || plan(t, wisdom, error))
    return error->code;
  for (int64_t i = 0; i < t->n; i++)
    t->x[i] = value(i);
  return 0;
}

static void drop(struct transform *t) {
  fftw_destroy_plan(t->forward);
  fftw_destroy_plan(t->inverse);
  if (t->y != t->x)
    free(t->y);
  free(t->x);
}

/* FFTW does not scale: what has come back is n times as much. */
static int check_and_scale(struct transform *t, struct error *error) {
  double furthest = 0, size = (double)t->n;
  int64_t numbers = 0;
  for (int64_t i = 0; i < t->n; i++) {
    t->x[i] /= size;
    double distance = cabs(t->x[i] - value(i));
    furthest = distance > furthest ? distance : furthest;
    numbers += distance == distance;
  }
  if (numbers < t->n || furthest > 1e-9)
    return error_set(error, EXIT_WRONG, "a number that came back is off by %g", furthest);
  return 0;
}

static int run(struct transform *t, double *walls_s, int64_t passes, struct error *error) {
  for (int64_t i = 0; i < passes && !error->code; i++) {
    int64_t start_ns = clock_now_ns();
    fftw_execute(t->forward);
    walls_s[i] = (double)(clock_now_ns() - start_ns) * 1e-9;
    fftw_execute(t->inverse);
    check_and_scale(t, error);
  }
  return error->code;
}

int main(int argc, char **argv) {
  struct error error = {0};
  struct transform t = {.n = 1 << 21};
  const char *wisdom = NULL;
  int64_t reps = 10, warmup = 1;
  bool bare = false, in_place = false;
  const struct cli_option options[] = {
      {"size", 'n', "N", "complex numbers (2^21)", .count = &t.n, .min = 1, .max = 1 << 30},
      {"place", 'p', "PLACE", "in: in place; out: from one array to another (out)",
       .flag = &in_place, .words = CLI_WORDS("out", "in")},
      {"wisdom", 'f', "FILE", "a file to read the measured plan from, or else to write it to",
       .text = &wisdom},
      {"reps", 'r', "N", "timed repetitions (10)", .count = &reps, .min = 1, .max = 100000},
      {"warmup", 'w', "N", "untimed ones first (1)", .count = &warmup, .max = 100000},
      {"median", 'm', NULL, "only the median, in seconds", .flag = &bare},
      {0},
  };
  sample_begin("bench_fftw", options, "Prints the time of a transform by FFTW.",
               "  bench_fftw\n  bench_fftw -n 2^20 --place in --median\n", argc, argv);
  double *walls_s = calloc((size_t)(warmup + reps), sizeof *walls_s);
  if (!walls_s)
    error_set(&error, EXIT_MACHINE, "no memory for %lld repetitions", (long long)reps);
  else if (make(&t, in_place, wisdom, &error) == 0 && run(&t, walls_s, warmup + reps, &error) == 0)
    sample_print("FFTW", walls_s + warmup, (size_t)reps, bare);
  drop(&t);
  free(walls_s);
  return streams_finish("bench_fftw", error.code ? error_print(&error, "bench_fftw") : 0);
}
