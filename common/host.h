/* Facts of the machine and of this process. */
#ifndef QUARTET_HOST_H
#define QUARTET_HOST_H

#include <stdint.h>

/* Cores that this process may run on: its affinity mask, cut down to a cgroup's CPU quota (rounded
 * up). At least 1. */
int host_cores(void);

/* Cores' worth of time that this process may use at most: a cgroup's CPU quota, rounded up, or all
 * the cores that are online. At least 1. */
int host_quota(void);

/* How many cores were busy, with whatever, in the next `window_ms` milliseconds, during which this
 * thread sleeps; 0.5 is half of one. Negative when it cannot be told. */
double host_busy_cores(int window_ms);

/* Bytes that can still be allocated without swapping or being killed: the least of MemAvailable and
 * what the cgroup (v1 or v2) leaves. Negative when it cannot be told. */
double host_memory_available(void);

/* The peak resident set of this process in KiB (VmHWM; unlike ru_maxrss it does not inherit the
 * parent's), 0 when it cannot be told. */
int64_t host_peak_rss_kib(void);

enum { HOST_TEXT = 256 };

/* The cores this thread may run on as ranges, "0-3,8"; cut with "..." if long. Returns text. */
char *host_binding(char text[HOST_TEXT]);

/* The short host name. Returns text. */
char *host_name(char text[HOST_TEXT]);

/* The processor's model name, or "unknown". Returns text. */
char *host_processor(char text[HOST_TEXT]);

#endif
