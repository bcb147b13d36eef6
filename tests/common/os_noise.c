/* The system's counters: those of a made-up machine, and this process's own. */
#include "common/os_noise.h"

#include <math.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/made_files.h"

static void test_made_up(void) {
  made_files_open();
  setenv("QUARTET_FSROOT", made_root, 1);
  struct os_noise before = os_noise_now();
  CHECK(before.migrations < 0 && before.steal_s < 0 && before.throttled_s < 0);
  CHECK(os_core_frequency_hz() < 0);
  write_file("proc/self/task/1/sched", "x (1)\n---\nse.nr_migrations   :   3\n");
  write_file("proc/self/task/2/sched", "y (2)\nse.nr_migrations   :   4\n");
  write_file("proc/stat", "cpu  1 2 3 4 5 6 7 800 0 0\ncpu0 1 2 3 4 5 6 7 8 0 0\n");
  write_file("proc/self/cgroup", "0::/g\n");
  write_file("sys/fs/cgroup/g/cpu.stat", "throttled_usec 1000000\n");
  before = os_noise_now();
  write_file("proc/self/task/2/sched", "y (2)\nse.nr_migrations   :   9\n");
  write_file("proc/stat", "cpu  1 2 3 4 5 6 7 850 0 0\n");
  write_file("sys/fs/cgroup/g/cpu.stat", "throttled_usec 1250000\n");
  struct os_noise after = os_noise_now(), noise = os_noise_since(&before, &after);
  CHECK(noise.migrations == 5 && noise.throttled_s == 0.25);
  CHECK(fabs(noise.steal_s - 50.0 / (double)sysconf(_SC_CLK_TCK)) < 1e-9, "%g", noise.steal_s);
  cpu_set_t here;
  CPU_ZERO(&here);
  CPU_SET(sched_getcpu(), &here);
  CHECK(sched_setaffinity(0, sizeof here, &here) == 0);
  char path[PATH_MAX];
  snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%d/cpufreq/scaling_cur_freq",
           sched_getcpu());
  write_file(path, "2500000\n");
  CHECK(os_core_frequency_hz() == 2.5e9);
  unsetenv("QUARTET_FSROOT");
  made_files_close();
}

/* 64 new pages are at least a fault each without huge pages; a sleep is a voluntary switch. */
static void test_own(void) {
  enum { PAGES = 64 };
  size_t bytes = (size_t)PAGES * (size_t)sysconf(_SC_PAGESIZE);
  struct os_noise before = os_noise_now();
  char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  CHECK(pages != MAP_FAILED && madvise(pages, bytes, MADV_NOHUGEPAGE) == 0);
  memset(pages, 1, bytes);
  usleep(1000);
  struct os_noise after = os_noise_now(), noise = os_noise_since(&before, &after);
  munmap(pages, bytes);
  CHECK(noise.minor_faults >= PAGES, "%ld", (long)noise.minor_faults);
  CHECK(noise.voluntary_switches >= 1 && noise.involuntary_switches >= 0);
}

int main(void) {
  test_made_up();
  test_own();
  return test_result();
}
