/* Clocks. All durations are measured with the monotonic clock. */
#ifndef QUARTET_CLOCK_H
#define QUARTET_CLOCK_H

#include <stdint.h>

int64_t clock_now_ns(void);         /* CLOCK_MONOTONIC */
int64_t clock_wall_ns(void);        /* CLOCK_REALTIME, since 1970 */
int64_t clock_process_cpu_ns(void); /* CPU time of all threads of this process */

/* Blocks this thread until clock_now_ns() >= deadline_ns. */
void clock_sleep_until(int64_t deadline_ns);

/* The median cost of one clock_now_ns(), in seconds. */
double clock_overhead_s(void);

#endif
