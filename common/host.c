#include "common/host.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/cgroup.h"

/* The two paths that common/cgroup.h takes. */
struct cgroup_paths {
  char list[PATH_MAX], mount[PATH_MAX];
};

const char *host_root(void) {
  const char *root = getenv("QUARTET_FSROOT");
  return root ? root : "";
}

/* A root that is too long for a path gives paths at which there is nothing. */
static void find_cgroup(struct cgroup_paths *paths) {
  if (snprintf(paths->list, PATH_MAX, "%s/proc/self/cgroup", host_root()) >= PATH_MAX ||
      snprintf(paths->mount, PATH_MAX, "%s/sys/fs/cgroup", host_root()) >= PATH_MAX)
    paths->list[0] = paths->mount[0] = '\0';
}

/* This thread's affinity mask, to be freed with CPU_FREE; NULL if it is unknown. Linux refuses a
 * mask with fewer bits than it has itself, so we ask with larger ones. */
static cpu_set_t *affinity(int *cpus) {
  for (*cpus = 1024; *cpus <= 1 << 20; *cpus *= 2) {
    cpu_set_t *mask = CPU_ALLOC((size_t)*cpus);
    if (!mask)
      return NULL;
    if (sched_getaffinity(0, CPU_ALLOC_SIZE((size_t)*cpus), mask) == 0)
      return mask;
    CPU_FREE(mask);
    if (errno != EINVAL)
      return NULL;
  }
  return NULL;
}

double host_cpu_quota(void) {
  struct cgroup_paths paths;
  find_cgroup(&paths);
  return cgroup_cpu_quota(paths.list, paths.mount);
}

double host_throttled_s(void) {
  struct cgroup_paths paths;
  find_cgroup(&paths);
  return cgroup_throttled_s(paths.list, paths.mount);
}

int host_quota(void) {
  double online = (double)sysconf(_SC_NPROCESSORS_ONLN);
  double cores = fmin(online, ceil(host_cpu_quota()));
  return cores < 1 ? 1 : (int)cores;
}

int host_affinity_cores(void) {
  int cpus;
  cpu_set_t *mask = affinity(&cpus);
  int cores =
      mask ? CPU_COUNT_S(CPU_ALLOC_SIZE((size_t)cpus), mask) : (int)sysconf(_SC_NPROCESSORS_ONLN);
  if (mask)
    CPU_FREE(mask);
  return cores < 1 ? 1 : cores;
}

int host_cores(void) {
  int quota = host_quota(), cores = host_affinity_cores();
  return cores < quota ? cores : quota;
}

/* Ticks of all cores since the machine's start, in all and without work to do; false when unknown.
 */
static bool read_ticks(double *all, double *idle) {
  double user, nice, system, waiting, interrupts, soft;
  FILE *file = fopen("/proc/stat", "re");
  if (!file)
    return false;
  int got = fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf", &user, &nice, &system, idle, &waiting,
                   &interrupts, &soft);
  fclose(file);
  *idle += waiting;
  *all = user + nice + system + *idle + interrupts + soft;
  return got == 7;
}

double host_busy_cores(int window_ms) {
  double all[2], idle[2];
  struct timespec window = {window_ms / 1000, window_ms % 1000 * 1000000L};
  if (!read_ticks(&all[0], &idle[0]))
    return -1;
  nanosleep(&window, NULL);
  if (!read_ticks(&all[1], &idle[1]) || all[1] <= all[0])
    return -1;
  double share = 1 - (idle[1] - idle[0]) / (all[1] - all[0]);
  return share * (double)sysconf(_SC_NPROCESSORS_ONLN);
}

/* The value of "KEY: VALUE" in a file of /proc, without the blanks around it; "" if there is none.
 */
static char *read_fact(const char *path, const char *key, char text[HOST_TEXT]) {
  char *line = NULL;
  size_t capacity = 0, length = strlen(key);
  text[0] = '\0';
  FILE *file = fopen(path, "re");
  if (!file)
    return text;
  while (!text[0] && getline(&line, &capacity, file) > 0) {
    const char *at = line + length;
    if (strncmp(line, key, length) != 0 || at[strspn(at, " \t")] != ':')
      continue;
    at += strspn(at, " \t") + 1;
    at += strspn(at, " \t");
    snprintf(text, HOST_TEXT, "%.*s", (int)strcspn(at, "\n"), at);
  }
  free(line);
  fclose(file);
  return text;
}

double host_memory_available(void) {
  char text[HOST_TEXT];
  struct cgroup_paths paths;
  find_cgroup(&paths);
  double left = cgroup_memory_left(paths.list, paths.mount);
  if (*read_fact("/proc/meminfo", "MemAvailable", text))
    left = fmin(left, strtod(text, NULL) * 1024);
  return isinf(left) ? -1 : left;
}

int64_t host_peak_rss_kib(void) {
  char text[HOST_TEXT];
  return strtoll(read_fact("/proc/self/status", "VmHWM", text), NULL, 10);
}

char *host_binding(char text[HOST_TEXT]) {
  int cpus, used = 0;
  text[0] = '\0';
  cpu_set_t *mask = affinity(&cpus);
  if (!mask)
    return text;
  size_t bytes = CPU_ALLOC_SIZE((size_t)cpus);
  for (int first = 0; first < cpus; first++) {
    if (!CPU_ISSET_S((size_t)first, bytes, mask))
      continue;
    int last = first;
    while (last + 1 < cpus && CPU_ISSET_S((size_t)last + 1, bytes, mask))
      last++;
    char range[32];
    int length = last > first ? snprintf(range, sizeof range, "%d-%d", first, last)
                              : snprintf(range, sizeof range, "%d", first);
    if (used + length + (int)sizeof ",..." > HOST_TEXT) {
      strcpy(text + used, "...");
      break;
    }
    used += sprintf(text + used, "%s%s", used ? "," : "", range);
    first = last;
  }
  CPU_FREE(mask);
  return text;
}

char *host_name(char text[HOST_TEXT]) {
  char name[HOST_TEXT] = "unknown";
  if (gethostname(name, sizeof name - 1) != 0)
    strcpy(name, "unknown");
  name[strcspn(name, ".")] = '\0';
  return strcpy(text, name);
}

char *host_processor(char text[HOST_TEXT]) {
  /* x86 and others; POWER; some Arm kernels. */
  static const char *const keys[] = {"model name", "cpu", "Model", "Hardware"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    if (*read_fact("/proc/cpuinfo", keys[i], text))
      return text;
  return strcpy(text, "unknown");
}

const char *host_program_folder(void) {
  static char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0)
    return ".";
  path[length] = '\0';
  char *slash = strrchr(path, '/');
  *(slash == path ? slash + 1 : slash) = '\0';
  return path;
}
