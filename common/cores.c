#include "common/cores.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/host.h"

/* Reads a line of /sys/devices/system/cpu/cpuCPU/topology/NAME. */
static bool read_topology(int cpu, const char *name, char line[256]) {
  char path[PATH_MAX];
  if (snprintf(path, sizeof path, "%s/sys/devices/system/cpu/cpu%d/topology/%s", host_root(), cpu,
               name) >= (int)sizeof path)
    return false;
  FILE *file = fopen(path, "re");
  if (!file)
    return false;
  bool read = fgets(line, 256, file) != NULL;
  fclose(file);
  return read;
}

int cores_first_thread(int cpu, const cpu_set_t *allowed) {
  char list[256];
  if (!read_topology(cpu, "thread_siblings_list", list))
    return cpu;
  /* "0,64" or "0-1" */
  for (char *at = list; *at != '\0' && *at != '\n';) {
    long first = strtol(at, &at, 10), last = first;
    if (*at == '-')
      last = strtol(at + 1, &at, 10);
    for (long sibling = first; sibling <= last && sibling < cpu; sibling++)
      if (CPU_ISSET((size_t)sibling, allowed))
        return (int)sibling;
    if (*at != ',')
      break;
    at++;
  }
  return cpu;
}

struct unit {
  int package, first; /* its first hardware thread */
};

static int compare_units(const void *left, const void *right) {
  const struct unit *a = left, *b = right;
  if (a->package != b->package)
    return a->package < b->package ? -1 : 1;
  return (a->first > b->first) - (a->first < b->first);
}

/* Returns how many there are. */
static int list_units(const cpu_set_t *allowed, enum cores_unit kind,
                      struct unit units[CORES_CPUS]) {
  int count = 0;
  for (int cpu = 0; cpu < CORES_CPUS; cpu++) {
    char package[256];
    if (!CPU_ISSET((size_t)cpu, allowed) ||
        (kind == CORES_WHOLE && cores_first_thread(cpu, allowed) != cpu))
      continue;
    bool known = read_topology(cpu, "physical_package_id", package);
    units[count++] = (struct unit){known ? (int)strtol(package, NULL, 10) : 0, cpu};
  }
  qsort(units, (size_t)count, sizeof *units, compare_units);
  return count;
}

bool cores_share(const cpu_set_t *allowed, enum cores_unit unit, int first, int count,
                 cpu_set_t *share) {
  struct unit units[CORES_CPUS];
  int have = list_units(allowed, unit, units);
  CPU_ZERO(share);
  if (first < 0 || count < 1 || first > have || count > have - first)
    return false;
  for (int i = first; i < first + count; i++)
    CPU_SET((size_t)units[i].first, share);
  for (int cpu = 0; cpu < CORES_CPUS && unit == CORES_WHOLE; cpu++)
    if (CPU_ISSET((size_t)cpu, allowed) &&
        CPU_ISSET((size_t)cores_first_thread(cpu, allowed), share))
      CPU_SET((size_t)cpu, share);
  return true;
}

int cores_count(const cpu_set_t *allowed, enum cores_unit unit) {
  struct unit units[CORES_CPUS];
  return list_units(allowed, unit, units);
}

/* The number of the unit on which this thread runs. */
static int find_here(const cpu_set_t *allowed, enum cores_unit unit, const struct unit *units,
                     int count) {
  int cpu = sched_getcpu(), here = 0;
  if (cpu < 0 || cpu >= CORES_CPUS || !CPU_ISSET((size_t)cpu, allowed))
    return 0;
  int first = unit == CORES_WHOLE ? cores_first_thread(cpu, allowed) : cpu;
  while (here < count && units[here].first != first)
    here++;
  return here < count ? here : 0;
}

bool cores_split(const cpu_set_t *allowed, enum cores_unit unit, int first, int count,
                 cpu_set_t *shares) {
  struct unit units[CORES_CPUS];
  int have = list_units(allowed, unit, units), part[CORES_CPUS];
  if (first == CORES_FROM_HERE)
    first = find_here(allowed, unit, units, have);
  if (first < 0 || first >= have || count < 1 || count > have)
    return false;
  for (int cpu = 0; cpu < CORES_CPUS; cpu++)
    part[cpu] = -1; /* of the unit that begins there: whose it is */
  for (int i = 0; i < count; i++) {
    int cpu = units[(first + i) % have].first;
    CPU_ZERO(&shares[i]);
    CPU_SET((size_t)cpu, &shares[i]);
    part[cpu] = i;
  }
  for (int cpu = 0; cpu < CORES_CPUS && unit == CORES_WHOLE; cpu++) {
    int owner = CPU_ISSET((size_t)cpu, allowed) ? part[cores_first_thread(cpu, allowed)] : -1;
    if (owner >= 0)
      CPU_SET((size_t)cpu, &shares[owner]);
  }
  return true;
}

bool cores_are_narrowed(const cpu_set_t *allowed) {
  cpu_set_t all, widest;
  memset(&all, 0xff, sizeof all);
  bool narrowed = sched_setaffinity(0, sizeof all, &all) == 0 &&
                  sched_getaffinity(0, sizeof widest, &widest) == 0 &&
                  CPU_COUNT(&widest) > CPU_COUNT(allowed);
  sched_setaffinity(0, sizeof *allowed, allowed);
  return narrowed;
}
