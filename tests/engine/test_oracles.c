/* The oracles catch what can go wrong: a kernel that does nothing, a dropped part, a stale or
 * missing halo, a NaN, an early or double arrival. Each fault is planted, and the same run without
 * it is right. */
#include <math.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/engine/probe.h"
#include "tests/engine/ways.h"

enum { PARTS = 3, PASSES = 3, MOST_PHASES = 8 };

/* What the faulty functions below stand in for. */
static struct {
  const struct kernel *kernel;
  struct comm *comm;
  int halo_calls;
} honest;

static void idle_body(void *state, int64_t begin, int64_t end, void *partial) {
  (void)state;
  (void)begin;
  (void)end;
  (void)partial;
}

static void idle_arrived(void *state, int64_t unit, const struct operation *operation,
                         void *partial) {
  (void)state;
  (void)unit;
  (void)operation;
  (void)partial;
}

static const struct phase *honest_phase(const char *name) {
  for (int i = 0; i < honest.kernel->phase_count; i++)
    if (strcmp(honest.kernel->phases[i].name, name) == 0)
      return &honest.kernel->phases[i];
  abort();
}

static void early_arrived(void *state, int64_t unit, const struct operation *operation,
                          void *partial) {
  struct operation early = *operation;
  early.elapsed_ns = unit == 1 ? 999 : early.elapsed_ns; /* asked for: 1000 */
  honest_phase("wait")->arrived(state, unit, &early, partial);
}

static void double_arrived(void *state, int64_t unit, const struct operation *operation,
                           void *partial) {
  honest_phase("wait")->arrived(state, unit == 1 ? 2 : unit, operation, partial);
}

/* Everything right, but one point of the grid becomes NaN. */
static void nan_body(void *state, int64_t begin, int64_t end, void *partial) {
  struct request request = {0};
  if (begin <= 8 && 8 < end) {
    honest_phase("star")->request(state, &request);
    double *own = request.as.halo.own;
    own[3] = NAN; /* some point of the part's first row */
  }
  honest_phase("star")->body(state, begin, end, partial);
}

/* A copy of a kernel in which one function of the phase `name` (NULL: all TIMED ones) is replaced.
 */
static struct kernel faulty(const struct kernel *kernel, struct phase phases[MOST_PHASES],
                            const char *name, void (*body)(void *, int64_t, int64_t, void *),
                            void (*arrived)(void *, int64_t, const struct operation *, void *)) {
  struct kernel copy = *kernel;
  CHECK(kernel->phase_count <= MOST_PHASES);
  memcpy(phases, kernel->phases, (size_t)kernel->phase_count * sizeof *phases);
  for (int i = 0; i < kernel->phase_count; i++) {
    if (name ? strcmp(phases[i].name, name) != 0 : phases[i].stage != STAGE_TIMED)
      continue;
    if (phases[i].body && body)
      phases[i].body = body;
    if (phases[i].ask && arrived)
      phases[i].arrived = arrived;
  }
  copy.phases = phases;
  honest.kernel = kernel;
  return copy;
}

/* As if there were a second process, which is well (comm_agree) but whose results do not arrive: of
 * the two nodes that 24 ranges leave, 16 and 8, the second is lost. */
static int lossy_gather(struct comm *comm, const void *bytes, size_t size, struct gathered *all,
                        struct error *error) {
  static struct error errors[2];
  (void)comm;
  if (size == sizeof errors[0]) {
    memcpy(&errors[0], bytes, size);
    *all = (struct gathered){errors, sizeof errors};
    return 0;
  }
  if (honest.comm->gather(honest.comm, bytes, size, all, error))
    return error->code;
  all->size /= 2;
  return 0;
}

static int no_halo(struct comm *comm, const struct halo_exchange *exchange, struct error *error) {
  (void)comm;
  (void)exchange;
  (void)error;
  return 0;
}

/* Halos arrive once and never again. */
static int stale_halo(struct comm *comm, const struct halo_exchange *exchange,
                      struct error *error) {
  return honest.halo_calls++ == 0 ? honest.comm->halo_finish(comm, exchange, error) : 0;
}

static struct subject subject_of(const struct kernel *kernel) {
  struct subject subject = {kernel, problem_of(kernel, 24), 1};
  if (kernel->bound == BOUND_WAIT)
    subject.problem.value[0] = 1000;
  return subject;
}

static bool is_right(const struct kernel *kernel, struct comm *comm, bool poison) {
  struct way way = {"faulty", comm, &team_serial, {.overlap = true, .poison = poison}, NULL, NULL};
  struct subject subject = subject_of(kernel);
  honest.halo_calls = 0;
  return way_is_right(&way, &subject, PASSES);
}

static void check_kernel(const struct kernel *kernel, struct comm *comm) {
  struct phase phases[MOST_PHASES];
  CHECK(is_right(kernel, comm, true), "%s: right without a fault", kernel->name);
  struct kernel idle = faulty(kernel, phases, NULL, idle_body, idle_arrived);
  CHECK(!is_right(&idle, comm, false), "%s: does nothing, and nobody notices", kernel->name);
  CHECK(!is_right(&idle, comm, true), "%s: does nothing, and nobody notices", kernel->name);
  for (int i = 0; i < kernel->phase_count; i++)
    if (kernel->phases[i].stage == STAGE_TIMED) {
      idle = faulty(kernel, phases, kernel->phases[i].name, idle_body, idle_arrived);
      CHECK(!is_right(&idle, comm, true), "%s: phase %s does nothing, and nobody notices",
            kernel->name, kernel->phases[i].name);
    }
  struct comm lossy = *comm;
  lossy.processes = 2; /* or nothing is gathered */
  lossy.gather = lossy_gather;
  CHECK(!is_right(kernel, &lossy, false), "%s: a third of the units is lost, and nobody notices",
        kernel->name);
}

static void check_halo(const struct kernel *kernel, struct comm *comm) {
  struct comm broken = *comm;
  honest.comm = comm;
  broken.halo_finish = no_halo;
  CHECK(!is_right(kernel, &broken, false), "%s: a halo that never came", kernel->name);
  CHECK(!is_right(kernel, &broken, true), "%s: a halo of NaN", kernel->name);
  broken.halo_finish = stale_halo;
  CHECK(!is_right(kernel, &broken, false), "%s: a stale halo", kernel->name);
}

static void check_wait(const struct kernel *kernel, struct comm *comm) {
  struct phase phases[MOST_PHASES];
  struct kernel early = faulty(kernel, phases, "wait", NULL, early_arrived);
  CHECK(!is_right(&early, comm, false), "an arrival before its time");
  struct kernel twice = faulty(kernel, phases, "wait", NULL, double_arrived);
  CHECK(!is_right(&twice, comm, false), "one request twice, another never");
}

static void check_stencil(const struct kernel *kernel, struct comm *comm) {
  struct phase phases[MOST_PHASES];
  struct kernel with_nan = faulty(kernel, phases, "star", nan_body, NULL);
  CHECK(!is_right(&with_nan, comm, false), "a NaN in the grid");
}

/* The mean alone, which is all that the Parallel Research Kernels look at, does not see a halo that
 * is one sweep old: this is why the stencil's oracle looks at the extremes too. */
static void check_why_extremes(const struct kernel *kernel, struct comm *comm) {
  struct comm broken = *comm;
  struct error error = {0};
  struct session session = {
      .kernel = kernel,
      .problem = problem_of(kernel, 24),
      .policy = {.grain = 1, .overlap = true},
      .comm = &broken,
      .team = &team_serial,
      .jobs = 1,
  };
  honest.comm = comm;
  honest.halo_calls = 0;
  broken.halo_finish = stale_halo;
  CHECK(session_open(&session, &error) == 0, "%s", error.message);
  session_run(&session, STAGE_SETUP, &error);
  for (int pass = 0; pass < 2; pass++) {
    session_run(&session, STAGE_TIMED, &error);
    session_run(&session, STAGE_CHECK, &error);
  }
  struct judgement judgement = session_judge(&session, 2);
  CHECK(fabs(atof(judgement.verdict.value) - 4) < 1e-8, "the mean is as if nothing were wrong: %s",
        judgement.verdict.value);
  CHECK(!judgement.right && judgement.verdict.error > 0.01, "the extremes tell: %g",
        judgement.verdict.error);
  session_close(&session);
}

static void check_verdicts(void) {
  CHECK(verdict_holds(&(struct verdict){.error = 0, .tolerance = 0}));
  CHECK(verdict_holds(&(struct verdict){.error = 1e-9, .tolerance = 1e-8}));
  CHECK(!verdict_holds(&(struct verdict){.error = 2e-8, .tolerance = 1e-8}));
  CHECK(!verdict_holds(&(struct verdict){.error = NAN, .tolerance = 1e-8}));
  CHECK(!verdict_holds(&(struct verdict){.error = INFINITY, .tolerance = 1e-8}));
}

static const struct kernel *find(const char *name) {
  for (const struct kernel *const *kernel = kernel_list; *kernel; kernel++)
    if (strcmp((*kernel)->name, name) == 0)
      return *kernel;
  abort();
}

int main(void) {
  struct comm comm;
  struct error error = {0};
  CHECK(comm_local_open(&comm, PARTS, &error) == 0);
  honest.comm = &comm;
  for (const struct kernel *const *kernel = kernel_list; *kernel; kernel++)
    check_kernel(*kernel, &comm);
  check_halo(find("stencil"), &comm);
  check_halo(&kernel_probe, &comm);
  check_wait(find("wait"), &comm);
  check_stencil(find("stencil"), &comm);
  check_why_extremes(find("stencil"), &comm);
  check_verdicts();
  comm.close(&comm);
  return test_result();
}
