/* Which repetitions are flagged as disturbed: each kind of evidence alone, and none where there is
 * none. Accounts of processes as they report them, summed up by the engine. */
#include "engine/suspect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/memory.h"
#include "engine/measure_account.h"
#include "tests/check.h"
#include "tests/engine/probe.h"
#include "tests/made_files.h"

enum { TIMED_NS = 10000000 };

/* A process with one worker that computed for 10 ms, undisturbed. */
static struct account quiet(void) {
  struct account account = {
      .end_ns = TIMED_NS,
      .problems = 1,
      .workers = 1,
      .spent = {.compute_ns = TIMED_NS, .clock_readings = 4},
      .energy = {3, 1},
  };
  samples_clear(account.figures);
  account.figures[COLUMN_wall_s] = account.figures[COLUMN_compute_s] = 0.01;
  account.figures[COLUMN_cpu_s] = 0.0099;
  account.figures[COLUMN_faults_major] = 0;
  return account;
}

/* What is the same in all repetitions of a launch, less what a test changes. */
static struct locality locality = {.remote_pages = NAN, .huge_pages = NAN};
static struct suspect_launch launch = {.reading_s = 2e-8, .step_s = 3e-8, .locality = &locality};

static void expect(const char *expected, const struct account *account) {
  struct comm comm = {.processes = 1};
  struct session session = {.comm = &comm};
  struct repetition repetition = {0};
  struct error error = {0};
  CHECK(account_sum(&session, account, &repetition, &error) == 0, "%s", error.message);
  char *text = suspect_text(suspect_find(&repetition, &launch));
  CHECK(strcmp(text, expected) == 0, "'%s', expected '%s'", text, expected);
  bool resolved = repetition.figures[COLUMN_wall_s] >= 0.05;
  CHECK(isnan(repetition.figures[COLUMN_package_j]) == !resolved);
  free(text);
}

/* A clock with large steps. A repetition of which it shows nothing has no rate, and is not wrong;
 * nor is a warm-up, which needs none. */
static void test_coarse_clock(void) {
  const struct kernel kernel = {.name = "probe", .work = kernel_probe.work};
  struct comm comm = {.processes = 1};
  struct session session = {.kernel = &kernel, .problem.n = 1000, .jobs = 1, .comm = &comm};
  struct repetition repetition = {.index = 2}, warmup = {.warmup = true};
  struct error error = {0};
  struct account account = quiet();
  expect("", &account);
  launch.step_s = 0.004;
  expect("timer", &account);
  launch.step_s = 3e-8;
  account.judgement = (struct judgement){.count = 1, .right = true};
  account.spent.stages = 1;
  account.end_ns = account.start_ns;
  CHECK(account_sum(&session, &account, &warmup, &error) == 0 && warmup.right);
  CHECK(account_sum(&session, &account, &repetition, &error) == EXIT_MACHINE);
  CHECK(strstr(error.message, "repetition 3 was shorter than a step of the clock") != NULL, "%s",
        error.message);
}

static void test_core_types_and_pages(void) {
  struct account account = quiet();
  locality.core_types_differ = true;
  expect("core_types", &account);
  locality.core_types_differ = false;
  locality.remote_pages = 0.05;
  expect("", &account);
  locality.remote_pages = 0.5;
  expect("remote_pages", &account);
  locality.remote_pages = NAN;
}

/* This process on made-up machines: with one node, and with two, of which this thread's is not that
 * of its memory. */
static void test_locality(void) {
  struct comm comm;
  struct locality found;
  struct error error = {0};
  char *memory = NULL, all_cpus[32];
  made_files_open();
  setenv("QUARTET_FSROOT", made_root, 1);
  CHECK(memory_allocate(&memory, 8 << 20, 1, "x", &error) == 0, "%s", error.message);
  memset(memory, 1, 8 << 20);
  CHECK(comm_local_open(&comm, 1, &error) == 0);
  CHECK(locality_find(&found, &comm, &team_serial, &error) == 0, "%s", error.message);
  CHECK(*found.core_types == '\0' && !found.core_types_differ && *found.page_nodes == '\0');
  CHECK(*found.thread_nodes == '\0' && isnan(found.remote_pages) && isnan(found.huge_pages));
  snprintf(all_cpus, sizeof all_cpus, "0-%d\n", CORES_CPUS - 1);
  write_file("sys/devices/cpu_atom/cpus", all_cpus);
  write_file("sys/devices/system/node/online", "0,7\n");
  write_file("sys/devices/system/node/node0/cpulist", "\n");
  write_file("sys/devices/system/node/node7/cpulist", all_cpus);
  char smaps[128];
  snprintf(smaps, sizeof smaps, "%p-%p rw-p 00000000 00:00 0\nAnonHugePages: 6144 kB\n",
           (void *)memory, (void *)(memory + (8 << 20)));
  write_file("proc/self/smaps", smaps);
  CHECK(locality_find(&found, &comm, &team_serial, &error) == 0, "%s", error.message);
  CHECK(strcmp(found.core_types, "atom") == 0 && !found.core_types_differ);
  CHECK(strcmp(found.thread_nodes, "7") == 0 && found.huge_pages == 0.75, "%g", found.huge_pages);
  if (*found.page_nodes != '\0') /* the system says where pages are; node 7 is made up */
    CHECK(found.remote_pages == 1, "%g on %s", found.remote_pages, found.page_nodes);
  comm.close(&comm);
  free(memory);
  unsetenv("QUARTET_FSROOT");
  made_files_close();
}

/* Three processes, each with another share of bytes. */
static void test_combined_locality(void) {
  struct locality found;
  struct own_locality all[] = {
      {.types = {"atom"},
       .thread_nodes = 3,
       .page_nodes = 1,
       .bytes = 1e8,
       .placed_bytes = 1e8,
       .remote_bytes = 5e7,
       .huge_bytes = 1e8},
      {.types = {"atom", "core"},
       .thread_nodes = 4,
       .page_nodes = 4,
       .bytes = 3e8,
       .placed_bytes = 3e8},
      {.thread_nodes = 1}, /* without a large block */
  };
  locality_combine(&found, all, 3);
  CHECK(strcmp(found.core_types, "atom+core") == 0 && found.core_types_differ);
  CHECK(strcmp(found.thread_nodes, "0+1+2") == 0 && strcmp(found.page_nodes, "0+2") == 0);
  CHECK(found.remote_pages == 0.125 && found.huge_pages == 0.25, "%g %g", found.remote_pages,
        found.huge_pages);
}

int main(void) {
  struct account account = quiet();
  expect("", &account);
  account.figures[COLUMN_cpu_s] = 0.004; /* it computed for 10 ms, but had a core for 4 */
  expect("descheduled", &account);
  account.workers = 64; /* they wait, and those that have waited are idle: nothing is missing */
  account.spent.blocked_ns = TIMED_NS / 2;
  expect("", &account);
  account = quiet();
  account.late = true;
  account.figures[COLUMN_steal_s] = 0.01;
  expect("late_start+steal", &account);
  account = quiet();
  account.figures[COLUMN_throttled_s] = 0.001;
  account.figures[COLUMN_faults_major] = 1;
  expect("throttled+major_faults", &account);
  account = quiet();
  account.spent.clock_readings = 40000; /* of 20 ns each: 0.8 ms of 10 */
  expect("timer", &account);
  account = quiet();
  account.end_ns = 6 * TIMED_NS; /* long enough for RAPL's counters */
  account.figures[COLUMN_wall_s] = 0.06;
  expect("", &account);
  test_coarse_clock();
  test_core_types_and_pages();
  test_locality();
  test_combined_locality();
  return test_result();
}
