/* Clocks. All durations are measured with the monotonic clock. */
#ifndef QUARTET_CLOCK_H
#define QUARTET_CLOCK_H

#include <stdint.h>

int64_t clock_now_ns(void);         /* CLOCK_MONOTONIC */
int64_t clock_wall_ns(void);        /* CLOCK_REALTIME, since 1970 */
int64_t clock_process_cpu_ns(void); /* CPU time of all threads of this process */

/* A counter that rises evenly and costs a third of a clock to read: the processor's time stamp
 * where that has a constant rate (x86-64, AArch64), else nanoseconds. Its unit is found by reading
 * both. */
static inline uint64_t clock_ticks(void) {
#if defined __x86_64__
  return __builtin_ia32_rdtsc();
#elif defined __aarch64__
  uint64_t ticks;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
#else
  return (uint64_t)clock_now_ns();
#endif
}

/* Blocks this thread until clock_now_ns() >= deadline_ns. */
void clock_sleep_until(int64_t deadline_ns);

/* The median cost of one clock_now_ns(), in seconds. */
double clock_overhead_s(void);

/* The resolution of the clock: the smallest difference of two readings, in seconds. It
 * is the clock's own step where that is longer than a reading. */
double clock_step_s(void);

#endif
