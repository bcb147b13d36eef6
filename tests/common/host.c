/* Facts of the machine, against what other means say; control groups, against made-up ones. */
#include "common/host.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include "common/cgroup.h"
#include "tests/check.h"
#include "tests/made_files.h"

static double quota(const char *list) {
  return cgroup_cpu_quota(write_file("list", list), made_root);
}

static double left(const char *list) {
  return cgroup_memory_left(write_file("list", list), made_root);
}

static void test_cgroup_v2(void) {
  write_file("a/cpu.max", "max 100000\n");
  write_file("a/b/cpu.max", "150000 100000\n");
  write_file("a/b/c/cpu.max", "400000 100000\n");
  CHECK(isinf(quota("0::/\n")));
  CHECK(isinf(quota("0::/a\n")));
  CHECK(quota("0::/a/b\n") == 1.5);
  CHECK(quota("0::/a/b/c\n") == 1.5); /* the group above has less */
  CHECK(quota("0::/a/b/none/such\n") == 1.5);
  write_file("z/cpu.max", "100000 0\n");
  CHECK(isinf(quota("0::/z\n")));
  write_file("a/memory.max", "max\n");
  write_file("a/b/memory.max", "1000000\n");
  write_file("a/b/memory.current", "700000\n");
  CHECK(isinf(left("0::/a\n")));
  CHECK(left("0::/a/b\n") == 300000, "%g", left("0::/a/b\n"));
  write_file("a/b/memory.stat",
             "anon 500000\ninactive_file 150000\ninactive_file_2 7\nactive_file 9\n");
  CHECK(left("0::/a/b\n") == 450000, "%g", left("0::/a/b\n"));
  write_file("a/b/memory.high", "800000\n");
  CHECK(left("0::/a/b\n") == 250000, "%g", left("0::/a/b\n"));
  write_file("a/b/memory.current", "2000000\n");
  CHECK(left("0::/a/b\n") == 0, "%g", left("0::/a/b\n"));
}

static void test_cgroup_v1(void) {
  static const char list[] =
      "5:cpu,cpuacct:/job\n4:cpuset:/other\n3:memory:/job\n1:name=systemd:/\n";
  write_file("cpu/cpu.cfs_quota_us", "-1\n");
  write_file("cpu/cpu.cfs_period_us", "100000\n");
  write_file("memory/memory.limit_in_bytes", "9223372036854771712\n");
  write_file("memory/memory.usage_in_bytes", "5000\n");
  CHECK(isinf(quota(list)) && isinf(left(list)));
  write_file("cpu/job/cpu.cfs_quota_us", "250000\n");
  write_file("cpu/job/cpu.cfs_period_us", "100000\n");
  write_file("memory/job/memory.limit_in_bytes", "8000\n");
  write_file("memory/job/memory.usage_in_bytes", "6000\n");
  write_file("memory/job/memory.stat", "inactive_file 1\ntotal_inactive_file 500\n");
  CHECK(quota(list) == 2.5, "%g", quota(list));
  CHECK(left(list) == 2500, "%g", left(list));
  /* In a container the host's path may be missing: its group is the mount itself. */
  write_file("cpu/cpu.cfs_quota_us", "50000\n");
  CHECK(quota("5:cpu,cpuacct:/docker/0123\n") == 0.5);
  CHECK(isinf(quota("5:cpuacct,cpuset:/job\n")));
}

/* Controllers that are mounted together need no folder or link with the name of one alone. */
static void test_cgroup_v1_joint(void) {
  write_file("joint/cpuacct,cpu/job/cpu.cfs_quota_us", "30000\n");
  write_file("joint/cpuacct,cpu/job/cpu.cfs_period_us", "20000\n");
  char mount[PATH_MAX];
  snprintf(mount, sizeof mount, "%s/joint", made_root);
  double cpus = cgroup_cpu_quota(write_file("list", "5:cpuacct,cpu:/job/step\n"), mount);
  CHECK(cpus == 1.5, "%g", cpus);
}

/* The quota of the process itself, from files of a root of our own; the affinity mask does not
 * depend on it. */
static void test_own_quota(void) {
  int online = (int)sysconf(_SC_NPROCESSORS_ONLN), cores = host_affinity_cores();
  CHECK(cores >= 1 && cores <= online, "%d of %d", cores, online);
  setenv("QUARTET_FSROOT", made_root, 1);
  write_file("proc/self/cgroup", "0::/outer/own\n");
  write_file("sys/fs/cgroup/outer/cpu.max", "50000 100000\n");
  write_file("sys/fs/cgroup/outer/own/cpu.max", "max 100000\n");
  CHECK(host_cpu_quota() == 0.5, "%g", host_cpu_quota());
  CHECK(host_quota() == 1 && host_cores() == 1 && host_affinity_cores() == cores);
  write_file("sys/fs/cgroup/outer/cpu.max", "max 100000\n");
  CHECK(isinf(host_cpu_quota()) && host_quota() == online && host_cores() == cores);
  unsetenv("QUARTET_FSROOT");
}

/* The group and the one above it have counters: the longer time. Before Linux 4.x there is none. */
static void test_throttled(void) {
  const char *list = "0::/t/u\n";
  CHECK(cgroup_throttled_s(write_file("list", list), made_root) < 0);
  write_file("t/cpu.stat", "usage_usec 5\nnr_throttled 3\nthrottled_usec 2500000\n");
  CHECK(cgroup_throttled_s(write_file("list", list), made_root) == 2.5);
  write_file("t/u/cpu.stat", "throttled_usec 4000000\n");
  CHECK(cgroup_throttled_s(write_file("list", list), made_root) == 4);
  write_file("v1/cpu/g/cpu.stat", "nr_periods 9\nthrottled_time 1500000000\n");
  char mount[PATH_MAX];
  snprintf(mount, sizeof mount, "%s/v1", made_root);
  CHECK(cgroup_throttled_s(write_file("list", "1:cpu:/g\n"), mount) == 1.5);
}

static void test_cgroup_absent(void) {
  CHECK(isinf(cgroup_cpu_quota("/none/such", made_root)));
  CHECK(isinf(cgroup_memory_left("/none/such", made_root)));
  CHECK(isinf(quota("")) && isinf(quota("garbage\n::\n")));
}

static void test_cores(void) {
  cpu_set_t mask, one;
  CHECK(sched_getaffinity(0, sizeof mask, &mask) == 0);
  int count = CPU_COUNT(&mask), cores = host_cores();
  CHECK(cores >= 1 && cores <= count, "%d of %d", cores, count);
  char text[HOST_TEXT], expected[HOST_TEXT];
  int first = 0;
  while (!CPU_ISSET(first, &mask))
    first++;
  CPU_ZERO(&one);
  CPU_SET(first, &one);
  CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
  snprintf(expected, sizeof expected, "%d", first);
  CHECK(host_cores() == 1, "%d", host_cores());
  CHECK(strcmp(host_binding(text), expected) == 0, "%s, not %s", text, expected);
  CHECK(sched_setaffinity(0, sizeof mask, &mask) == 0);
  if (count > 1 && CPU_ISSET(first + 1, &mask)) {
    snprintf(expected, sizeof expected, "%d-", first);
    CHECK(strncmp(host_binding(text), expected, strlen(expected)) == 0, "%s", text);
  }
}

/* A share of the cores that are online, whatever else runs; this thread does nothing meanwhile. */
static void test_busy(void) {
  double busy = host_busy_cores(50), online = (double)sysconf(_SC_NPROCESSORS_ONLN);
  CHECK(busy >= 0 && busy <= online, "%g of %g", busy, online);
}

static void test_memory(void) {
  double physical = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE);
  double available = host_memory_available();
  CHECK(available > 0 && available < physical, "%g of %g", available, physical);
  enum { TOUCHED_KIB = 65536 };
  int64_t before_kib = host_peak_rss_kib();
  CHECK(before_kib > 0, "%lld", (long long)before_kib);
  char *block = malloc((size_t)TOUCHED_KIB << 10);
  volatile char *touched = block;
  for (size_t i = 0; i < (size_t)TOUCHED_KIB << 10; i += 1024)
    touched[i] = 1;
  int64_t grown_kib = host_peak_rss_kib() - before_kib;
  CHECK(grown_kib > TOUCHED_KIB / 2, "%lld KiB", (long long)grown_kib);
  free(block);
}

static void test_names(void) {
  char text[HOST_TEXT];
  CHECK(*host_name(text) && !strchr(text, '.'), "%s", text);
  CHECK(*host_processor(text), "%s", text);
}

int main(void) {
  made_files_open();
  test_cgroup_v2();
  test_cgroup_v1();
  test_cgroup_v1_joint();
  test_own_quota();
  test_throttled();
  test_cgroup_absent();
  test_cores();
  test_busy();
  test_memory();
  test_names();
  made_files_close();
  return test_result();
}
