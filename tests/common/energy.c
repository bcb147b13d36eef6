/* RAPL's counters, of a made-up machine: two packages, one with DRAM. */
#include "common/energy.h"

#include <math.h>

#include "tests/check.h"
#include "tests/made_files.h"

static void make_zone(const char *zone, const char *name, const char *energy_uj) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "sys/class/powercap/%s/name", zone);
  write_file(path, name);
  snprintf(path, sizeof path, "sys/class/powercap/%s/energy_uj", zone);
  write_file(path, energy_uj);
  snprintf(path, sizeof path, "sys/class/powercap/%s/max_energy_range_uj", zone);
  write_file(path, "1000000000\n");
}

int main(void) {
  struct energy_reading before, after;
  made_files_open();
  setenv("QUARTET_FSROOT", made_root, 1);
  energy_read(&before);
  struct energy energy = energy_between(&before, &before);
  CHECK(before.count == 0 && energy.package_j < 0 && energy.memory_j < 0);

  make_zone("intel-rapl:0", "package-0\n", "100000000\n");
  make_zone("intel-rapl:1", "package-1\n", "999000000\n");
  make_zone("intel-rapl:0:0", "core\n", "70000000\n"); /* part of its package */
  make_zone("intel-rapl:0:1", "dram\n", "20000000\n");
  make_zone("intel-rapl-mmio:0", "package-0\n", "100000000\n"); /* the first one again */
  energy_read(&before);
  CHECK(before.count == 3, "%d", before.count);
  make_zone("intel-rapl:0", "package-0\n", "103500000\n");
  make_zone("intel-rapl:1", "package-1\n", "500000\n"); /* wrapped around */
  make_zone("intel-rapl:0:0", "core\n", "90000000\n");
  make_zone("intel-rapl:0:1", "dram\n", "20250000\n");
  energy_read(&after);
  energy = energy_between(&before, &after);
  CHECK(fabs(energy.package_j - 5) < 1e-9 && fabs(energy.memory_j - 0.25) < 1e-9, "%g %g",
        energy.package_j, energy.memory_j);
  unsetenv("QUARTET_FSROOT");
  made_files_close();
  return test_result();
}
