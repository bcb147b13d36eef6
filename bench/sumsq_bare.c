/* The kernel sumsq in bare loops: how fast each variant of kernels/sumsq/tuned.c is here, and that
 * it does the work: time(2n) / time(n) is near 2 where nothing turned the loop into its closed
 * form. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/stats.h"
#include "common/streams.h"
#include "kernels/sumsq/sumsq.h"

enum { ADDITIONS = 200000 };

/* The time of a clock cycle: additions that wait for one another take a cycle each on the
 * processors of today. The shortest of several counts. */
static double cycle_s(void) {
  int64_t best_ns = INT64_MAX;
  for (int try = 0; try < 50; try++) {
    int64_t start_ns = clock_now_ns();
    uint64_t sum = 1;
    for (int i = 0; i < ADDITIONS / 8; i++) {
#define ADD                                                                                        \
  sum += (uint64_t)i;                                                                              \
  __asm__ volatile("" : "+r"(sum));
      ADD ADD ADD ADD ADD ADD ADD ADD
#undef ADD
    }
    int64_t elapsed_ns = clock_now_ns() - start_ns;
    best_ns = elapsed_ns < best_ns ? elapsed_ns : best_ns;
  }
  return (double)best_ns * 1e-9 / ADDITIONS;
}

/* The time of adding [0, n) in ranges of `grain`. */
static double run_s(const struct sumsq_variant *variant, int64_t n, int64_t grain,
                    struct error *error) {
  uint128 sum = 0, count = (uint128)n;
  int64_t start_ns = clock_now_ns();
  for (int64_t begin = 0; begin < n; begin += grain)
    sum += sumsq_with(variant, begin, n - begin < grain ? n : begin + grain);
  int64_t elapsed_ns = clock_now_ns() - start_ns;
  if (n > 0 && sum != count * (count - 1) * (2 * count - 1) / 6)
    error_set(error, EXIT_WRONG, "variant %s: the sum of %" PRId64 " numbers is wrong",
              variant->name, n);
  return (double)elapsed_ns * 1e-9;
}

/* Measures n and 2n in turn, so that what disturbs the machine disturbs both alike. */
static int measure_variant(const struct sumsq_variant *variant, int64_t n, int64_t reps,
                           int64_t grain) {
  double *times = malloc((size_t)reps * sizeof *times),
         *ratios = malloc((size_t)reps * sizeof *ratios);
  struct error error = {0};
  if (!times || !ratios)
    error_set(&error, EXIT_MACHINE, "no memory for %" PRId64 " times", reps);
  double cycle = cycle_s();
  double least_2n = INFINITY;
  for (int64_t r = 0; r < reps && !error.code; r++) {
    times[r] = run_s(variant, n, grain, &error);
    double time_2n = run_s(variant, 2 * n, grain, &error);
    least_2n = fmin(least_2n, time_2n);
    ratios[r] = time_2n / times[r];
  }
  if (!error.code) {
    stats_sort(times, (size_t)reps);
    stats_sort(ratios, (size_t)reps);
    struct interval time = stats_interval(times, (size_t)reps, 0.95);
    struct interval ratio = stats_interval(ratios, (size_t)reps, 0.95);
    printf("%-9s median %.4f ms [%.4f, %.4f], min %.4f ms, %6.3f G elements/s, "
           "%.3f cycles/element, time(2n)/time(n) %.3f [%.3f, %.3f], of the minima %.3f\n",
           variant->name, time.median * 1e3, time.low * 1e3, time.high * 1e3, times[0] * 1e3,
           (double)n / time.median * 1e-9, time.median / cycle / (double)n, ratio.median, ratio.low,
           ratio.high, least_2n / times[0]);
  }
  free(times);
  free(ratios);
  return error.code ? error_print(&error, "sumsq_bare") : 0;
}

int main(int argc, char **argv) {
  int64_t n = 10000000, reps = 201, grain = INT64_C(1) << 40;
  const struct cli_option options[] = {
      {"size", 'n', "N", "numbers (1e7)", .count = &n, .min = 1, .max = 500000000000},
      {"reps", 'r', "N", "repetitions (201)", .count = &reps, .min = 1, .max = 1000000},
      {"grain", 'g', "N", "range size (n)", .count = &grain, .min = 1, .max = INT64_C(1) << 40},
      {0},
  };
  sample_begin("bench_sumsq_bare", options,
               "Times the tuned variants of the kernel sumsq in a bare loop.",
               "Best on a processor of its own: taskset -c 1 bench_sumsq_bare -n 1e7", argc, argv);
  int code = 0;
  for (const struct sumsq_variant *variant = sumsq_variants; variant->name && !code; variant++)
    if (variant->supported())
      code = measure_variant(variant, n, reps, grain);
  return streams_finish("bench_sumsq_bare", code);
}
