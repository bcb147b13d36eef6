#include "common/os_noise.h"

#include <dirent.h>
#include <inttypes.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/host.h"

/* The number after "NAME" and blanks or a colon in that file; negative if there is none. */
static int64_t read_number(const char *path, const char *name) {
  char line[256];
  int64_t number = -1;
  size_t length = strlen(name);
  FILE *file = fopen(path, "re");
  while (file && number < 0 && fgets(line, sizeof line, file))
    if (strncmp(line, name, length) == 0)
      sscanf(line + length + strspn(line + length, " \t:"), "%" SCNd64, &number);
  if (file)
    fclose(file);
  return number;
}

/* Kernels without CONFIG_SCHED_DEBUG have no such file. */
static int64_t count_migrations(void) {
  char folder[PATH_MAX], path[PATH_MAX];
  int64_t sum = -1;
  snprintf(folder, sizeof folder, "%s/proc/self/task", host_root());
  DIR *threads = opendir(folder);
  for (const struct dirent *thread; threads && (thread = readdir(threads));) {
    if (thread->d_name[0] == '.' ||
        snprintf(path, sizeof path, "%s/%s/sched", folder, thread->d_name) >= (int)sizeof path)
      continue;
    int64_t migrations = read_number(path, "se.nr_migrations");
    if (migrations >= 0)
      sum = (sum < 0 ? 0 : sum) + migrations;
  }
  if (threads)
    closedir(threads);
  return sum;
}

/* The eighth number of the line "cpu", since Linux 2.6.11. */
static double read_steal_s(void) {
  char path[PATH_MAX];
  int64_t ticks;
  snprintf(path, sizeof path, "%s/proc/stat", host_root());
  FILE *file = fopen(path, "re");
  int got = file ? fscanf(file, "cpu %*d %*d %*d %*d %*d %*d %*d %" SCNd64, &ticks) : 0;
  if (file)
    fclose(file);
  return got == 1 ? (double)ticks / (double)sysconf(_SC_CLK_TCK) : -1;
}

struct os_noise os_noise_now(void) {
  struct rusage usage = {0};
  getrusage(RUSAGE_SELF, &usage);
  return (struct os_noise){
      .voluntary_switches = usage.ru_nvcsw,
      .involuntary_switches = usage.ru_nivcsw,
      .minor_faults = usage.ru_minflt,
      .major_faults = usage.ru_majflt,
      .migrations = count_migrations(),
      .steal_s = read_steal_s(),
      .throttled_s = host_throttled_s(),
  };
}

static int64_t count_between(int64_t before, int64_t after) {
  return before < 0 || after < before ? -1 : after - before;
}

static double time_between(double before_s, double after_s) {
  return before_s < 0 || after_s < before_s ? -1 : after_s - before_s;
}

struct os_noise os_noise_since(const struct os_noise *before, const struct os_noise *after) {
  return (struct os_noise){
      count_between(before->voluntary_switches, after->voluntary_switches),
      count_between(before->involuntary_switches, after->involuntary_switches),
      count_between(before->minor_faults, after->minor_faults),
      count_between(before->major_faults, after->major_faults),
      count_between(before->migrations, after->migrations),
      time_between(before->steal_s, after->steal_s),
      time_between(before->throttled_s, after->throttled_s),
  };
}

double os_core_frequency_hz(void) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq",
           host_root(), sched_getcpu());
  int64_t khz = read_number(path, "");
  return khz > 0 ? (double)khz * 1e3 : -1;
}
