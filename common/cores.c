#include "common/cores.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/host.h"

enum { LINE = 4096 }; /* a list of every second one of 1024 CPUs has 4000 characters */

/* Reads the first line of a file of /sys/devices. */
__attribute__((format(printf, 2, 3))) static bool read_line(char line[LINE], const char *name,
                                                            ...) {
  char path[PATH_MAX];
  va_list arguments;
  int length = snprintf(path, sizeof path, "%s/sys/devices/", host_root());
  if (length >= (int)sizeof path)
    return false;
  va_start(arguments, name);
  length += vsnprintf(path + length, sizeof path - (size_t)length, name, arguments);
  va_end(arguments);
  FILE *file = length < (int)sizeof path ? fopen(path, "re") : NULL;
  if (!file)
    return false;
  bool read = fgets(line, LINE, file) != NULL;
  fclose(file);
  return read;
}

static bool read_topology(int cpu, const char *name, char line[LINE]) {
  return read_line(line, "system/cpu/cpu%d/topology/%s", cpu, name);
}

/* Takes the next range from a list of numbers as Linux writes it, "0,64" or "0-1"; *at moves on.
 * false: there is none. */
static bool next_range(char **at, long *first, long *last) {
  char *end;
  *at += **at == ',';
  *first = *last = strtol(*at, &end, 10);
  if (end == *at)
    return false;
  *at = end;
  if (*end == '-')
    *last = strtol(end + 1, at, 10);
  return true;
}

static bool list_has(char *list, int number) {
  for (long first, last; next_range(&list, &first, &last);)
    if (first <= number && number <= last)
      return true;
  return false;
}

int cores_first_thread(int cpu, const cpu_set_t *allowed) {
  char list[LINE], *at = list;
  if (!read_topology(cpu, "thread_siblings_list", list))
    return cpu;
  for (long first, last; next_range(&at, &first, &last);)
    for (long sibling = first; sibling <= last && sibling < cpu; sibling++)
      if (CPU_ISSET((size_t)sibling, allowed))
        return (int)sibling;
  return cpu;
}

/* The capacity of a CPU; 0: unknown. */
static long capacity_of(int cpu) {
  char line[LINE];
  return read_line(line, "system/cpu/cpu%d/cpu_capacity", cpu) ? strtol(line, NULL, 10) : 0;
}

/* Whether the CPUs that are online have different capacities. */
static bool capacities_differ(void) {
  char list[LINE], *at = list;
  long capacity = 0;
  if (!read_line(list, "system/cpu/online"))
    return false;
  for (long first, last; next_range(&at, &first, &last);)
    for (long cpu = first; cpu <= last && cpu < CORES_CPUS; cpu++) {
      long own = capacity_of((int)cpu);
      if (own <= 0 || (capacity > 0 && own != capacity))
        return own > 0;
      capacity = own;
    }
  return false;
}

static void find_type(int cpu, bool by_capacity, char text[CORES_TYPE_TEXT]) {
  /* The performance counters of each type: a folder only where there are several. */
  static const char *const names[] = {"core", "atom", "lowpower"};
  char line[LINE];
  *text = '\0';
  for (size_t i = 0; i < sizeof names / sizeof *names && *text == '\0'; i++)
    if (read_line(line, "cpu_%s/cpus", names[i]) && list_has(line, cpu))
      strcpy(text, names[i]);
  if (*text == '\0' && by_capacity)
    snprintf(text, CORES_TYPE_TEXT, "capacity %ld", capacity_of(cpu));
}

void cores_types(const int *cpus, int count, char types[][CORES_TYPE_TEXT]) {
  const bool by_capacity = capacities_differ();
  for (int i = 0; i < count; i++)
    find_type(cpus[i], by_capacity, types[i]);
}

int cores_node(int cpu) {
  char online[LINE], cpus[LINE], *at = online;
  int count = 0, found = CORES_NO_NODE;
  if (!read_line(online, "system/node/online"))
    return CORES_NO_NODE;
  for (long first, last; next_range(&at, &first, &last);)
    for (long node = first; node <= last && node < CORES_NODES; node++, count++)
      if (read_line(cpus, "system/node/node%ld/cpulist", node) && list_has(cpus, cpu))
        found = (int)node;
  return count > 1 ? found : CORES_NO_NODE;
}

/* Its first member; -1: it is empty. */
static int first_of(const cpu_set_t *set) {
  for (int cpu = 0; cpu < CORES_CPUS; cpu++)
    if (CPU_ISSET((size_t)cpu, set))
      return cpu;
  return -1;
}

/* The NUMA node of the first member, and all hardware threads that are in it. */
static int find_node(const cpu_set_t *set, cpu_set_t *members) {
  char line[LINE], *at = line;
  int first_cpu = first_of(set), node = first_cpu < 0 ? CORES_NO_NODE : cores_node(first_cpu);
  CPU_ZERO(members);
  if (node != CORES_NO_NODE && read_line(line, "system/node/node%d/cpulist", node))
    for (long first, last; next_range(&at, &first, &last);)
      for (long cpu = first; cpu <= last && cpu < CORES_CPUS; cpu++)
        CPU_SET((size_t)cpu, members);
  return node;
}

void cores_widen_to_node(const cpu_set_t *allowed, cpu_set_t *set) {
  cpu_set_t members;
  if (find_node(set, &members) == CORES_NO_NODE)
    *set = *allowed;
  else
    CPU_AND(set, allowed, &members);
}

bool cores_are_in_one_node(const cpu_set_t *set) {
  cpu_set_t members, both;
  if (find_node(set, &members) == CORES_NO_NODE)
    return false;
  CPU_AND(&both, set, &members);
  return CPU_EQUAL(&both, set);
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
    char package[LINE];
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
