/* The resources that a control group leaves to a process. The caller names the files to read, so
 * that tests can provide their own.
 *
 * `list` is /proc/self/cgroup, `mount` is /sys/fs/cgroup. A limit holds for all groups below it, so
 * every level up to the mount counts, the least is taken; version 1 and 2 both. */
#ifndef QUARTET_CGROUP_H
#define QUARTET_CGROUP_H

/* CPUs' worth of time: 1.5 is one and a half. Infinite without a quota. */
double cgroup_cpu_quota(const char *list, const char *mount);

/* Seconds, since the group was created, for which the group or one above it was throttled because
 * its quota was used up: the maximum over all levels. Negative when unknown. */
double cgroup_throttled_s(const char *list, const char *mount);

/* Bytes until the memory limit, where file cache that can be dropped counts as free. Infinite
 * without a limit. */
double cgroup_memory_left(const char *list, const char *mount);

#endif
