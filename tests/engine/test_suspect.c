/* Which repetitions are flagged as disturbed: each kind of evidence alone, and none where there is
 * none. Accounts of processes as they report them, summed up by the engine. */
#include "engine/suspect.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/measure_account.h"
#include "tests/check.h"

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

static void expect(const char *expected, const struct account *account) {
  struct comm comm = {.processes = 1};
  struct session session = {.comm = &comm};
  struct repetition repetition = {0};
  struct error error = {0};
  CHECK(account_sum(&session, account, &repetition, &error) == 0, "%s", error.message);
  char *text = suspect_text(suspect_find(&repetition, 2e-8));
  CHECK(strcmp(text, expected) == 0, "'%s', expected '%s'", text, expected);
  bool resolved = repetition.figures[COLUMN_wall_s] >= 0.05;
  CHECK(isnan(repetition.figures[COLUMN_package_j]) == !resolved);
  free(text);
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
  return test_result();
}
