#include "common/energy.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "common/host.h"

/* The first word of root/sys/class/powercap/ZONE/NAME; false if there is none that can be read. */
static int read_word(const char *zone, const char *name, char word[64]) {
  char path[PATH_MAX];
  int got = 0;
  if (snprintf(path, sizeof path, "%s/sys/class/powercap/%s/%s", host_root(), zone, name) >=
      (int)sizeof path)
    return 0;
  FILE *file = fopen(path, "re");
  if (file) {
    got = fscanf(file, "%63s", word) == 1;
    fclose(file);
  }
  return got;
}

static int read_microjoules(const char *zone, const char *name, double *value) {
  char word[64];
  return read_word(zone, name, word) && sscanf(word, "%lf", value) == 1;
}

/* A zone that counts: intel-rapl:0 is a package, intel-rapl:0:1 may be its DRAM. The same zones
 * appear once more as intel-rapl-mmio, and cores and graphics are part of their package. */
static void add_zone(struct energy_reading *reading, const char *zone) {
  char name[64];
  double now_uj, range_uj;
  if (strncmp(zone, "intel-rapl:", 11) != 0 || strlen(zone) >= sizeof reading->zone[0].path ||
      reading->count == ENERGY_ZONES || !read_word(zone, "name", name))
    return;
  int is_memory = strcmp(name, "dram") == 0;
  if ((!is_memory && strncmp(name, "package-", 8) != 0) ||
      !read_microjoules(zone, "energy_uj", &now_uj) ||
      !read_microjoules(zone, "max_energy_range_uj", &range_uj))
    return;
  int place = reading->count++;
  memcpy(reading->zone[place].path, zone, strlen(zone) + 1); /* it fits, by the check above */
  reading->zone[place].is_memory = is_memory;
  reading->zone[place].now_uj = now_uj;
  reading->zone[place].range_uj = range_uj;
}

void energy_read(struct energy_reading *reading) {
  char path[PATH_MAX];
  reading->count = 0;
  if (snprintf(path, sizeof path, "%s/sys/class/powercap", host_root()) >= (int)sizeof path)
    return;
  DIR *zones = opendir(path);
  for (const struct dirent *zone; zones && (zone = readdir(zones));)
    add_zone(reading, zone->d_name);
  if (zones)
    closedir(zones);
}

struct energy energy_between(const struct energy_reading *before,
                             const struct energy_reading *after) {
  struct energy energy = {-1, -1};
  for (int i = 0; i < after->count; i++)
    for (int k = 0; k < before->count; k++) {
      if (strcmp(after->zone[i].path, before->zone[k].path) != 0)
        continue;
      double used_uj = after->zone[i].now_uj - before->zone[k].now_uj;
      if (used_uj < 0)
        used_uj += after->zone[i].range_uj;
      double *sum_j = after->zone[i].is_memory ? &energy.memory_j : &energy.package_j;
      *sum_j = (*sum_j < 0 ? 0 : *sum_j) + used_uj * 1e-6;
    }
  return energy;
}
