/* Cores by their hardware threads and packages, of machines that this one is not. */
#include "common/cores.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/made_files.h"

static void write_fact(int cpu, const char *name, const char *text) {
  char path[PATH_MAX];
  snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%d/topology/%s", cpu, name);
  write_file(path, text);
}

/* Two packages, the cores of which are numbered in turn, of two cores with two hardware threads:
 * core 0 is 0 and 4, in package 0; core 1 is 1 and 5, in package 1; and so on. */
static void make_machine(void) {
  for (int cpu = 0; cpu < 8; cpu++) {
    char siblings[16];
    snprintf(siblings, sizeof siblings, "%d,%d\n", cpu % 4, cpu % 4 + 4);
    write_fact(cpu, "thread_siblings_list", siblings);
    write_fact(cpu, "physical_package_id", cpu % 2 == 0 ? "0\n" : "1\n");
  }
}

static cpu_set_t mask_of(unsigned bits) {
  cpu_set_t mask;
  CPU_ZERO(&mask);
  for (size_t cpu = 0; cpu < 32; cpu++)
    if (bits >> cpu & 1)
      CPU_SET(cpu, &mask);
  return mask;
}

/* `expected` 0: there are too few. */
static void expect(unsigned allowed_bits, enum cores_unit unit, int first, int count,
                   unsigned expected) {
  cpu_set_t allowed = mask_of(allowed_bits), share, right = mask_of(expected);
  bool enough = cores_share(&allowed, unit, first, count, &share);
  CHECK(enough == (expected != 0) && CPU_EQUAL(&share, &right), "0x%x: %d from %d on: %d, %d CPUs",
        allowed_bits, count, first, (int)enough, CPU_COUNT(&share));
}

/* One unit each: `expected` are the bits of each set in turn. */
static void expect_split(unsigned allowed_bits, enum cores_unit unit, int first, int count,
                         const unsigned *expected) {
  cpu_set_t allowed = mask_of(allowed_bits), shares[8];
  bool enough = cores_split(&allowed, unit, first, count, shares);
  CHECK(enough == (expected != NULL), "0x%x: %d from %d on", allowed_bits, count, first);
  for (int i = 0; enough && expected && i < count; i++) {
    cpu_set_t right = mask_of(expected[i]);
    CHECK(CPU_EQUAL(&shares[i], &right), "0x%x: %d from %d on: set %d", allowed_bits, count, first,
          i);
  }
}

static void test_split(void) {
  cpu_set_t all = mask_of(0xff), odd = mask_of(0x8e);
  CHECK(cores_count(&all, CORES_WHOLE) == 4 && cores_count(&all, CORES_HARDWARE_THREAD) == 8);
  CHECK(cores_count(&odd, CORES_WHOLE) == 3 && cores_count(&odd, CORES_HARDWARE_THREAD) == 4);
  expect_split(0xff, CORES_WHOLE, 0, 4, (unsigned[]){0x11, 0x44, 0x22, 0x88});
  expect_split(0xff, CORES_WHOLE, 3, 2, (unsigned[]){0x88, 0x11}); /* the first after the last */
  expect_split(0xff, CORES_WHOLE, 0, 5, NULL);
  expect_split(0x3f, CORES_WHOLE, 1, 2, (unsigned[]){0x04, 0x22}); /* only what is allowed */
  expect_split(0x11, CORES_HARDWARE_THREAD, 0, 2, (unsigned[]){0x01, 0x10});
  expect_split(0x11, CORES_HARDWARE_THREAD, 2, 1, NULL);
}

static void test_split_from_here(void) {
  cpu_set_t allowed, shares[1];
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    for (int i = 0; i < 3; i++) {
      CHECK(cores_split(&allowed, CORES_HARDWARE_THREAD, CORES_FROM_HERE, 1, shares));
      CHECK(CPU_COUNT(&shares[0]) == 1);
    }
}

static void test_cores(void) {
  expect(0xff, CORES_WHOLE, 0, 1, 0x11);
  expect(0xff, CORES_WHOLE, 1, 1, 0x44); /* the package's other core */
  expect(0xff, CORES_WHOLE, 2, 2, 0xaa);
  expect(0xff, CORES_WHOLE, 0, 4, 0xff);
  expect(0xff, CORES_WHOLE, 3, 2, 0);
  expect(0xff, CORES_WHOLE, INT_MAX, INT_MAX, 0);
}

/* What is not in the mask belongs to no worker, be it a core or one hardware thread of it. */
static void test_narrow_mask(void) {
  expect(0x02, CORES_WHOLE, 0, 1, 0x02);
  expect(0x02, CORES_WHOLE, 1, 1, 0);
  expect(0xf8, CORES_WHOLE, 0, 1, 0x10);
  expect(0xf8, CORES_WHOLE, 1, 1, 0x40);
  expect(0xf8, CORES_WHOLE, 2, 1, 0x88); /* 3 comes before 5 */
  expect(0xf8, CORES_WHOLE, 3, 1, 0x20);
}

static void test_hardware_threads(void) {
  expect(0xff, CORES_HARDWARE_THREAD, 0, 2, 0x05);
  expect(0x22, CORES_HARDWARE_THREAD, 1, 1, 0x20);
  expect(0x22, CORES_HARDWARE_THREAD, 2, 1, 0);
}

/* This machine's mask is as before, whatever was asked; a mask of one of several CPUs is narrow,
 * where this system binds. */
static void test_narrowed(void) {
  cpu_set_t mask, one, now;
  CHECK(sched_getaffinity(0, sizeof mask, &mask) == 0);
  cores_are_narrowed(&mask);
  CHECK(sched_getaffinity(0, sizeof now, &now) == 0 && CPU_EQUAL(&mask, &now));
  size_t last = 0;
  for (size_t cpu = 0; cpu < CORES_CPUS; cpu++)
    if (CPU_ISSET(cpu, &mask))
      last = cpu;
  CPU_ZERO(&one);
  CPU_SET(last, &one);
  if (CPU_COUNT(&mask) < 2 || sched_setaffinity(0, sizeof one, &one) != 0 ||
      sched_getaffinity(0, sizeof now, &now) != 0 || !CPU_EQUAL(&one, &now))
    return;
  CHECK(cores_are_narrowed(&one));
  CHECK(sched_getaffinity(0, sizeof now, &now) == 0 && CPU_EQUAL(&one, &now));
  sched_setaffinity(0, sizeof mask, &mask);
}

static void expect_types(const char *first, const char *second) {
  char types[2][CORES_TYPE_TEXT];
  cores_types((const int[]){1, 6}, 2, types);
  CHECK(strcmp(types[0], first) == 0 && strcmp(types[1], second) == 0, "'%s' and '%s'", types[0],
        types[1]);
}

/* Machines whose cores differ; last, one whose cores do not, as far as it says. */
static void test_types(void) {
  char path[PATH_MAX];
  expect_types("", "");
  write_file("sys/devices/system/cpu/online", "0-7\n");
  for (int cpu = 0; cpu < 8; cpu++) {
    snprintf(path, sizeof path, "sys/devices/system/cpu/cpu%d/cpu_capacity", cpu);
    write_file(path, "1024\n");
  }
  expect_types("", ""); /* all alike */
  write_file("sys/devices/system/cpu/cpu1/cpu_capacity", "446\n");
  expect_types("capacity 446", "capacity 1024");
  write_file("sys/devices/cpu_core/cpus", "0-3,5\n");
  write_file("sys/devices/cpu_atom/cpus", "4,6-7\n");
  expect_types("core", "atom");
}

static void test_nodes(void) {
  CHECK(cores_node(1) == CORES_NO_NODE);
  write_file("sys/devices/system/node/online", "0\n");
  write_file("sys/devices/system/node/node0/cpulist", "0-3\n");
  CHECK(cores_node(1) == CORES_NO_NODE); /* the only one */
  write_file("sys/devices/system/node/online", "0,2\n");
  write_file("sys/devices/system/node/node2/cpulist", "4,6-7\n");
  CHECK(cores_node(1) == 0 && cores_node(4) == 2 && cores_node(6) == 2);
  CHECK(cores_node(5) == CORES_NO_NODE);
}

int main(void) {
  made_files_open();
  make_machine();
  setenv("QUARTET_FSROOT", made_root, 1);
  test_cores();
  test_split();
  test_split_from_here();
  test_narrow_mask();
  test_hardware_threads();
  test_types();
  test_nodes();
  unsetenv("QUARTET_FSROOT");
  test_narrowed();
  made_files_close();
  return test_result();
}
