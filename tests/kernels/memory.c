/* What a kernel allocates is what its work model says: the peak resident set of a process that runs
 * it, checked against work.memory; and what does not fit is refused before it is allocated. Each
 * run is a process of its own, since a peak does not go down. */
#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/host.h"
#include "engine/options.h"
#include "engine/session.h"
#include "tests/check.h"
#include "tests/engine/models.h"

/* Of the work model; and beside it, for partial results, stacks and page tables. */
static const double tolerance = 0.05, beside_bytes = 2e6;

static struct session session_of(const struct kernel *kernel, struct problem problem,
                                 struct comm *comm) {
  return (struct session){
      .kernel = kernel,
      .problem = problem,
      .policy = {.overlap = true},
      .comm = comm,
      .team = &team_serial,
      .jobs = 1,
  };
}

static double peak_bytes(void) {
  return 1024.0 * (double)host_peak_rss_kib();
}

/* In a process of its own. */
static void check_peak(const struct kernel *kernel, const struct kernel_case *c, int parts) {
  struct comm comm;
  struct error error = {0};
  CHECK(comm_local_open(&comm, parts, &error) == 0);
  struct session session =
      session_of(kernel, problem_of(kernel, c->large_size, c->large_settings), &comm);
  double before = peak_bytes();
  CHECK(session_open(&session, &error) == 0, "%s", error.message);
  double expected = session_work(&session).memory;
  session_run(&session, STAGE_SETUP, &error);
  session_run(&session, STAGE_TIMED, &error);
  session_run(&session, STAGE_CHECK, &error);
  CHECK(error.code == 0, "%s", error.message);
  double used = peak_bytes() - before;
  session_close(&session);
  CHECK(expected >= 64e6, "%s: a case of %.0f bytes is too small to be noticed", kernel->name,
        expected);
  CHECK(fabs(used - expected) <= tolerance * expected + beside_bytes,
        "%s, %d parts: the work model says %.1f MB, the peak is %.1f MB", kernel->name, parts,
        expected * 1e-6, used * 1e-6);
}

/* The largest problem that the kernel takes is refused if this machine cannot hold it. */
static void check_refused(const struct kernel *kernel, const struct kernel_case *c, int parts) {
  struct comm comm;
  struct error error = {0};
  CHECK(comm_local_open(&comm, parts, &error) == 0);
  struct session session =
      session_of(kernel, problem_of(kernel, kernel->size.max, c->large_settings), &comm);
  double expected = session_work(&session).memory, before = peak_bytes();
  if (expected < host_memory_available())
    return;
  CHECK(session_open(&session, &error) == EXIT_MACHINE, "%s: %.3g bytes are not refused",
        kernel->name, expected);
  CHECK(strstr(error.message, "available") != NULL, "%s: %s", kernel->name, error.message);
  CHECK(peak_bytes() - before < beside_bytes, "%s: allocates before it refuses", kernel->name);
}

static void in_child(void (*check)(const struct kernel *, const struct kernel_case *, int),
                     const struct kernel *kernel, const struct kernel_case *c, int parts) {
  int status;
  pid_t child = fork();
  if (child == 0) {
    checks_failed = 0;
    check(kernel, c, parts);
    exit(checks_failed > 0);
  }
  CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0, "%s, %d parts",
        kernel->name, parts);
}

int main(void) {
  for (int i = 0; kernel_list[i]; i++)
    for (int parts = 1; parts <= 3; parts += 2) {
      if (case_list[i]->large_size > 0)
        in_child(check_peak, kernel_list[i], case_list[i], parts);
      in_child(check_refused, kernel_list[i], case_list[i], parts);
    }
  return test_result();
}
