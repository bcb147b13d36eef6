/* What the system did to this process while something was measured: counters that only rise. */
#ifndef QUARTET_OS_NOISE_H
#define QUARTET_OS_NOISE_H

#include <stdint.h>

/* Negative: unknown here. */
struct os_noise {
  int64_t voluntary_switches, involuntary_switches; /* of context, of all threads */
  int64_t minor_faults, major_faults;               /* of pages; major: read from a device */
  int64_t migrations; /* of threads to another core, by the scheduler's statistics */
  double steal_s;     /* of all cores of a virtual machine: taken by its host */
  double throttled_s; /* the control group had used up its CPU quota */
};

/* The counters now. Reads files of /proc and /sys, below a millisecond in all; not to be called
 * inside what is timed. */
struct os_noise os_noise_now(void);

/* What came between two readings. */
struct os_noise os_noise_since(const struct os_noise *before, const struct os_noise *after);

/* The clock of the core that this thread runs on, in Hz, as the system's frequency driver says (an
 * estimate of now, not a mean). Negative: unknown. */
double os_core_frequency_hz(void);

#endif
