/* Facts of the machine and of this process. */
#ifndef QUARTET_HOST_H
#define QUARTET_HOST_H

#include <stdint.h>

/* The folder below which facts of the machine are read from /proc and /sys: what QUARTET_FSROOT
 * names,
 * "" (the real ones) if it is not set. For tests, which have files of their own there. */
const char *host_root(void);

/* Cores that this process may keep busy: those of its affinity mask, or fewer where a cgroup's CPU
 * quota (rounded up) allows fewer. At least 1. */
int host_cores(void);

/* Cores in this process's affinity mask, whatever a quota allows. At least 1. */
int host_affinity_cores(void);

/* The CPU quota of this process's cgroup or of one above it, whichever is smaller, in CPUs: 1.5 is
 * 1.5 s of CPU time in each second. Infinite without a quota. */
double host_cpu_quota(void);

/* Seconds for which a used-up CPU quota has stopped this process's cgroup so far. Negative when
 * unknown. */
double host_throttled_s(void);

/* Cores that this process may keep busy by its CPU quota alone: the quota rounded up, or all cores
 * that are online. At least 1. */
int host_quota(void);

/* How many cores were busy, with whatever, in the next `window_ms` milliseconds, during which this
 * thread sleeps; 0.5 is half of one. Negative when unknown. */
double host_busy_cores(int window_ms);

/* Bytes that can still be allocated without swapping or being killed: the least of MemAvailable and
 * what the cgroup (v1 or v2) leaves. Negative when unknown. */
double host_memory_available(void);

/* The peak resident set of this process in KiB (VmHWM; unlike ru_maxrss it does not inherit the
 * parent's), 0 when unknown. */
int64_t host_peak_rss_kib(void);

/* The folder of this executable, with all links resolved: the other programs of Quartet lie there,
 * too. "." where the system does not say. The text lasts. */
const char *host_program_folder(void);

enum { HOST_TEXT = 256 };

/* The cores this thread may run on as ranges, "0-3,8"; cut with "..." if long. Returns text. */
char *host_binding(char text[HOST_TEXT]);

/* The short host name. Returns text. */
char *host_name(char text[HOST_TEXT]);

/* The processor's model name, or "unknown". Returns text. */
char *host_processor(char text[HOST_TEXT]);

#endif
