#include "common/clock.h"

#include <errno.h>
#include <time.h>

#include "common/stats.h"

static int64_t read_ns(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t clock_now_ns(void) {
  return read_ns(CLOCK_MONOTONIC);
}

int64_t clock_wall_ns(void) {
  return read_ns(CLOCK_REALTIME);
}

int64_t clock_process_cpu_ns(void) {
  return read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

void clock_sleep_until(int64_t deadline_ns) {
  struct timespec t = {.tv_sec = deadline_ns / 1000000000, .tv_nsec = deadline_ns % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR)
    ;
}

double clock_overhead_s(void) {
  enum { SAMPLES = 101, READS = 20 };
  double cost_s[SAMPLES];
  for (int i = 0; i < SAMPLES; i++) {
    int64_t start_ns = clock_now_ns();
    for (int k = 0; k < READS; k++)
      clock_now_ns();
    /* the first read's own cost is in the interval too */
    cost_s[i] = (double)(clock_now_ns() - start_ns) * 1e-9 / (READS + 1);
  }
  stats_sort(cost_s, SAMPLES);
  return stats_median(cost_s, SAMPLES);
}

double clock_step_s(void) {
  enum { SAMPLES = 10 }; /* on a clock that moves with a timer's tick of 10 ms: 0.1 s */
  int64_t step_ns = INT64_MAX;
  for (int i = 0; i < SAMPLES; i++) {
    int64_t start_ns = clock_now_ns(), now_ns = start_ns;
    while (now_ns == start_ns)
      now_ns = clock_now_ns();
    step_ns = now_ns - start_ns < step_ns ? now_ns - start_ns : step_ns;
  }
  return (double)step_ns * 1e-9;
}
