/* Energy by RAPL (Running Average Power Limit; Intel's Software Developer's Manual, volume 3B,
 * 15.10; AMD's processors have it as well), as Linux shows it in /sys/class/powercap: counters of
 * microjoules that are updated about each millisecond and wrap around. Usually only root may read
 * them (CVE-2020-8694). */
#ifndef QUARTET_ENERGY_H
#define QUARTET_ENERGY_H

enum { ENERGY_ZONES = 64 };

/* Of this machine's packages (sockets), and of the memory beside them. */
struct energy_reading {
  int count;
  struct {
    char path[64];           /* the zone's folder, below /sys/class/powercap */
    int is_memory;           /* 1: DRAM; 0: a package */
    double now_uj, range_uj; /* the counter, and where it wraps around */
  } zone[ENERGY_ZONES];
};

/* Reads all zones that can be read; a count of 0 if there is none. */
void energy_read(struct energy_reading *reading);

/* Joules between two readings less than one wrap-around apart; negative where no zone of that kind
 * can be read. */
struct energy {
  double package_j, memory_j;
};
struct energy energy_between(const struct energy_reading *before,
                             const struct energy_reading *after);

#endif
