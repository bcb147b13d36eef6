#include "common/alarm.h"

#ifdef __linux__
#  include <errno.h>
#  include <sys/timerfd.h>
#  include <unistd.h>

static void ring(uv_poll_t *handle, int status, int events) {
  const struct alarm *alarm = handle->data;
  uint64_t times;
  (void)status;
  (void)events;
  if (read(alarm->fd, &times, sizeof times) < 0) {
    /* nothing to read: the alarm was set again meanwhile */
  }
}

int alarm_open(struct alarm *alarm, uv_loop_t *loop) {
  *alarm = (struct alarm){.loop = loop,
                          .fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)};
  if (alarm->fd < 0)
    return uv_translate_sys_error(errno);
  int code = uv_poll_init(loop, &alarm->handle, alarm->fd);
  if (code < 0) {
    close(alarm->fd);
    alarm->fd = -1;
    return code;
  }
  alarm->handle.data = alarm;
  return uv_poll_start(&alarm->handle, UV_READABLE, ring);
}

static void closed(uv_handle_t *handle) {
  close(((struct alarm *)handle->data)->fd);
}

void alarm_close(struct alarm *alarm) {
  if (alarm->fd >= 0)
    uv_close((uv_handle_t *)&alarm->handle, closed);
}

int alarm_set(struct alarm *alarm, int64_t time_ns) {
  /* 0 would disarm it */
  int64_t at = time_ns > 0 ? time_ns : 1;
  struct itimerspec when = {.it_value = {at / 1000000000, at % 1000000000}};
  return timerfd_settime(alarm->fd, TFD_TIMER_ABSTIME, &when, NULL) == 0
             ? 0
             : uv_translate_sys_error(errno);
}

#else

static void ring(uv_timer_t *handle) {
  (void)handle;
}

int alarm_open(struct alarm *alarm, uv_loop_t *loop) {
  alarm->loop = loop;
  return uv_timer_init(loop, &alarm->handle);
}

void alarm_close(struct alarm *alarm) {
  uv_close((uv_handle_t *)&alarm->handle, NULL);
}

int alarm_set(struct alarm *alarm, int64_t time_ns) {
  uv_update_time(alarm->loop);
  int64_t left_ns = time_ns - (int64_t)uv_hrtime();
  uint64_t left_ms = left_ns > 0 ? (uint64_t)(left_ns + 999999) / 1000000 : 0;
  return uv_timer_start(&alarm->handle, ring, left_ms, 0);
}

#endif
