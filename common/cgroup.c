#include "common/cgroup.h"

#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reads up to two numbers from the first line of folder/name; "max" and what is not there leave
 * infinity. Returns how many there were. */
static int read_numbers(const char *folder, const char *name, double values[2]) {
  char path[PATH_MAX], line[256] = "";
  values[0] = values[1] = INFINITY;
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
    return 0;
  FILE *file = fopen(path, "re");
  if (!file)
    return 0;
  const char *got = fgets(line, sizeof line, file);
  fclose(file);
  if (!got)
    return 0;
  int count = 0;
  char *rest = NULL;
  for (char *word = strtok_r(line, " \n", &rest); word && count < 2;
       word = strtok_r(NULL, " \n", &rest))
    values[count++] = strcmp(word, "max") == 0 ? INFINITY : strtod(word, NULL);
  return count;
}

/* The value of "KEY VALUE" in folder/name, or `value` if there is none. */
static double read_statistic(const char *folder, const char *name, const char *key, double value) {
  char path[PATH_MAX], line[256];
  if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
    return value;
  FILE *file = fopen(path, "re");
  if (!file)
    return value;
  size_t length = strlen(key);
  while (fgets(line, sizeof line, file))
    if (strncmp(line, key, length) == 0 && line[length] == ' ')
      value = strtod(line + length, NULL);
  fclose(file);
  return value;
}

typedef double folder_function(const char *folder);

static double cpu_v2(const char *folder) {
  double quota[2]; /* microseconds of each period */
  return read_numbers(folder, "cpu.max", quota) == 2 && quota[1] > 0 ? quota[0] / quota[1]
                                                                     : INFINITY;
}

static double cpu_v1(const char *folder) {
  double quota[2], period[2];
  read_numbers(folder, "cpu.cfs_quota_us", quota);
  read_numbers(folder, "cpu.cfs_period_us", period);
  /* -1 is no quota. */
  return quota[0] > 0 && period[0] > 0 && isfinite(period[0]) ? quota[0] / period[0] : INFINITY;
}

/* Above memory.high a group is slowed down as if it swapped, so it bounds as memory.max does. */
static double memory_v2(const char *folder) {
  double max[2], high[2], current[2];
  read_numbers(folder, "memory.max", max);
  read_numbers(folder, "memory.high", high);
  double limit = fmin(max[0], high[0]);
  if (isinf(limit) || read_numbers(folder, "memory.current", current) == 0)
    return limit;
  return fmax(0, limit - current[0] + read_statistic(folder, "memory.stat", "inactive_file", 0));
}

static double memory_v1(const char *folder) {
  double limit[2], usage[2];
  read_numbers(folder, "memory.limit_in_bytes", limit);
  /* No limit is the largest multiple of a page in 63 bits. */
  if (limit[0] >= 0x1p62 || read_numbers(folder, "memory.usage_in_bytes", usage) == 0)
    return limit[0] >= 0x1p62 ? INFINITY : limit[0];
  return fmax(0, limit[0] - usage[0] +
                     read_statistic(folder, "memory.stat", "total_inactive_file", 0));
}

/* Negative, so that the least of all levels is the longest time; infinity when unknown. */
static double throttled_v2(const char *folder) {
  return -read_statistic(folder, "cpu.stat", "throttled_usec", -INFINITY) * 1e-6;
}

static double throttled_v1(const char *folder) {
  return -read_statistic(folder, "cpu.stat", "throttled_time", -INFINITY) * 1e-9;
}

/* The least over the group's folder and all above it. A container may see the path that its group
 * has on the host; unknown folders are ignored, and the mount itself is then its group. */
static double least_upwards(const char *mount, const char *group, folder_function *read) {
  char folder[PATH_MAX];
  int mount_length = (int)strlen(mount);
  int length = snprintf(folder, sizeof folder, "%s%s", mount, group);
  if (length >= (int)sizeof folder)
    return INFINITY;
  double least = read(folder);
  while (length > mount_length) {
    while (length > mount_length && folder[--length] != '/')
      ;
    folder[length] = '\0';
    least = fmin(least, read(folder));
  }
  return least;
}

/* Whether a comma-separated list holds a word. */
static bool lists(const char *list, const char *word) {
  size_t length = strlen(word);
  for (const char *at = list; *at; at += strcspn(at, ","), at += *at == ',')
    if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == '\0'))
      return true;
  return false;
}

/* The folder below `mount` at which version 1 has that controller. Usually it has the controller's
 * name; where several controllers are mounted together, a container may have no such link. */
static bool find_v1(const char *mount, const char *controller, const char *controllers,
                    char folder[PATH_MAX]) {
  const char *const names[] = {controller, controllers};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (snprintf(folder, PATH_MAX, "%s/%s", mount, names[i]) < PATH_MAX &&
        access(folder, X_OK) == 0)
      return true;
  return false;
}

/* Each line of the list is "ID:CONTROLLERS:PATH"; version 2 has no controllers there, and its mount
 * is /sys/fs/cgroup/unified where both versions are in use. */
static double least_of_all(const char *list, const char *mount, const char *controller,
                           folder_function *read_v1, folder_function *read_v2) {
  char line[PATH_MAX], folder[PATH_MAX];
  double least = INFINITY;
  FILE *file = fopen(list, "re");
  if (!file)
    return least;
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group)
      continue;
    *controllers++ = '\0';
    *group++ = '\0';
    if (*controllers == '\0') {
      least = fmin(least, least_upwards(mount, group, read_v2));
      if (snprintf(folder, sizeof folder, "%s/unified", mount) < (int)sizeof folder)
        least = fmin(least, least_upwards(folder, group, read_v2));
    } else if (lists(controllers, controller) && find_v1(mount, controller, controllers, folder)) {
      least = fmin(least, least_upwards(folder, group, read_v1));
    }
  }
  fclose(file);
  return least;
}

double cgroup_cpu_quota(const char *list, const char *mount) {
  return least_of_all(list, mount, "cpu", cpu_v1, cpu_v2);
}

double cgroup_memory_left(const char *list, const char *mount) {
  return least_of_all(list, mount, "memory", memory_v1, memory_v2);
}

double cgroup_throttled_s(const char *list, const char *mount) {
  double least_s = least_of_all(list, mount, "cpu", throttled_v1, throttled_v2);
  return isinf(least_s) ? -1 : -least_s;
}
