/* The kernels whose vectors are as wide as the processor's (kernels/blocks/vector.h), compiled for
 * other widths, also ones that this processor lacks: their oracles must accept the results. */
#include "kernels/blocks/vector.h"

#include "engine/comm.h"
#include "engine/options.h"
#include "engine/session.h"
#include "tests/check.h"

extern const struct kernel kernel_dgemm, kernel_mandelbrot, kernel_nbody;

static void check(const struct kernel *kernel, int64_t n, struct comm *comm) {
  enum { PASSES = 3 };
  struct error error = {0};
  struct problem problem = {.n = n};
  options_default(kernel, &problem);
  struct session session = {
      .kernel = kernel,
      .problem = problem,
      .policy = {.overlap = true, .poison = true},
      .comm = comm,
      .team = &team_serial,
      .jobs = 1,
  };
  session_open(&session, &error);
  session_run(&session, STAGE_SETUP, &error);
  for (int pass = 0; pass < PASSES; pass++) {
    session_run(&session, STAGE_TIMED, &error);
    session_run(&session, STAGE_CHECK, &error);
  }
  CHECK(error.code == 0, "%s", error.message);
  struct judgement judgement = session_judge(&session, PASSES);
  CHECK(judgement.right, "%s n=%ld in %d parts, vectors of %d: got %s, expected %s, error %g",
        kernel->name, n, comm->parts, LANES, judgement.verdict.value, judgement.verdict.expected,
        judgement.verdict.error);
  session_close(&session);
}

int main(void) {
  static const int64_t sizes[] = {1, 2, 3, 7, 8, 9, 47, 48, 49, 100};
  for (int parts = 1; parts <= 3; parts++) {
    struct comm comm;
    struct error error = {0};
    CHECK(comm_local_open(&comm, parts, &error) == 0);
    for (int i = 0; i < (int)(sizeof sizes / sizeof *sizes); i++) {
      check(&kernel_dgemm, sizes[i], &comm);
      check(&kernel_mandelbrot, sizes[i], &comm);
      check(&kernel_nbody, sizes[i], &comm);
    }
    comm.close(&comm);
  }
  return test_result();
}
