/* One alarm on a libuv loop, set to a moment of the monotonic clock. On Linux it is a timer file
 * descriptor and so exact to tens of microseconds; elsewhere libuv's timer, up to 1 ms late. */
#ifndef QUARTET_ALARM_H
#define QUARTET_ALARM_H

#include <stdint.h>
#include <uv.h>

struct alarm {
  uv_loop_t *loop;
#ifdef __linux__
  int fd;
  uv_poll_t handle;
#else
  uv_timer_t handle;
#endif
};

/* Returns 0 or a libuv error. */
int alarm_open(struct alarm *alarm, uv_loop_t *loop);
/* Begins closing; the loop must then run until nothing is active. */
void alarm_close(struct alarm *alarm);
/* Makes the loop's next wait end at time_ns (clock_now_ns) or soon after. */
int alarm_set(struct alarm *alarm, int64_t time_ns);

#endif
