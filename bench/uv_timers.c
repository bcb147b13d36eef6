/* What `async_driver wait` is compared with: a bare libuv loop with one uv_timer for each wait. The
 * time excludes closing the timers, and nothing counts what arrived but a callback. libuv reads the
 * clock once before the first timer is started, so that here every wait begins at that moment. */
#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

#include "bench/sample.h"
#include "common/clock.h"
#include "common/error.h"
#include "common/streams.h"

static void arrived(uv_timer_t *timer) {
  ++*(int64_t *)timer->data;
}

static int start_all(uv_loop_t *loop, uv_timer_t *timers, int64_t n, uint64_t delay_ms,
                     int64_t *count) {
  int code = 0;
  uv_update_time(loop);
  for (int64_t i = 0; i < n && code == 0; i++) {
    uv_timer_init(loop, &timers[i]);
    timers[i].data = count;
    code = uv_timer_start(&timers[i], arrived, delay_ms, 0);
  }
  return code;
}

static int wait_for_all(uv_timer_t *timers, int64_t n, uint64_t delay_ms, double *wall_s,
                        struct error *error) {
  uv_loop_t loop;
  int64_t count = 0;
  int code = uv_loop_init(&loop);
  if (code == 0) {
    int64_t start_ns = clock_now_ns();
    code = start_all(&loop, timers, n, delay_ms, &count);
    uv_run(&loop, UV_RUN_DEFAULT);
    *wall_s = (double)(clock_now_ns() - start_ns) * 1e-9;
    for (int64_t i = 0; code == 0 && i < n; i++)
      uv_close((uv_handle_t *)&timers[i], NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }
  if (code < 0)
    return error_set(error, EXIT_MACHINE, "libuv: %s", uv_strerror(code));
  if (count != n)
    return error_set(error, EXIT_WRONG, "%lld of %lld timers fired", (long long)count,
                     (long long)n);
  return 0;
}

int main(int argc, char **argv) {
  struct error error = {0};
  int64_t n = 100000, delay_ns = 50000000, reps = 10, warmup = 1;
  bool bare = false;
  const struct cli_option options[] = {
      {"size", 'n', "N", "timers (100000)", .count = &n, .min = 1, .max = 100000000},
      {"delay", 'd', "TIME", "of each (50ms), in whole milliseconds", .duration_ns = &delay_ns,
       .max = INT64_C(3600000000000)},
      {"reps", 'r', "N", "timed repetitions (10)", .count = &reps, .min = 1, .max = 100000},
      {"warmup", 'w', "N", "untimed ones first (1)", .count = &warmup, .max = 100000},
      {"median", 'm', NULL, "only the median, in seconds", .flag = &bare},
      {0},
  };
  sample_begin("bench_uv_timers", options,
               "Prints the time of many concurrent timers in a bare libuv loop.",
               "  bench_uv_timers\n  bench_uv_timers -n 1e6 -d 50ms --median\n", argc, argv);
  if (delay_ns % 1000000 != 0)
    error_set(&error, EXIT_USAGE, "--delay: libuv's timers take whole milliseconds");
  uv_timer_t *timers = calloc((size_t)n, sizeof *timers);
  double *walls_s = calloc((size_t)(warmup + reps), sizeof *walls_s);
  if (!error.code && (!timers || !walls_s))
    error_set(&error, EXIT_MACHINE, "no memory for %lld timers", (long long)n);
  for (int64_t i = 0; i < warmup + reps && !error.code; i++)
    wait_for_all(timers, n, (uint64_t)(delay_ns / 1000000), &walls_s[i], &error);
  if (!error.code)
    sample_print("libuv's timers", walls_s + warmup, (size_t)reps, bare);
  free(timers);
  free(walls_s);
  return streams_finish("bench_uv_timers", error.code ? error_print(&error, "bench_uv_timers") : 0);
}
