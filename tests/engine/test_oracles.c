/* The oracles catch what can go wrong: a kernel that does nothing, a phase that does nothing, a
 * dropped part, data from other parts that is stale, missing or NaN, and the faults that each
 * kernel's case names. Each fault is planted, and the same run without it is right. */
#include <malloc.h>
#include <math.h>
#include <stdlib.h>

#include "tests/check.h"
#include "tests/engine/models.h"
#include "tests/engine/probe.h"

enum { PARTS = 3, PASSES = 3, MOST_PHASES = 16 };

/* What the faulty functions below stand in for. */
static struct {
  struct comm *comm;
  int transfers;             /* of what is sent, so far */
  const struct phase *phase; /* whose rounds are run */
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

static void idle_rounds(void *state, struct rounds *rounds) {
  honest.phase->rounds(state, rounds);
  rounds->rounds = 0;
}

/* A copy of a kernel with a fault in its place (phase NULL: in all TIMED phases). */
static struct kernel faulty(const struct kernel *kernel, const struct fault *fault,
                            struct phase phases[MOST_PHASES]) {
  struct kernel copy = *kernel;
  bool found = false;
  CHECK(kernel->phase_count <= MOST_PHASES);
  memcpy(phases, kernel->phases, (size_t)kernel->phase_count * sizeof *phases);
  for (int i = 0; i < kernel->phase_count; i++) {
    struct phase *phase = &phases[i];
    if (fault->phase ? strcmp(phase->name, fault->phase) != 0 : phase->stage != STAGE_TIMED)
      continue;
    found = true;
    phase->body = phase->body && fault->body ? fault->body : phase->body;
    phase->arrived = phase->arrived && fault->arrived ? fault->arrived : phase->arrived;
    phase->ask = phase->ask && fault->ask ? fault->ask : phase->ask;
    phase->request = phase->request && fault->request ? fault->request : phase->request;
    honest.phase = &kernel->phases[i];
    phase->rounds = phase->rounds && fault->rounds ? fault->rounds : phase->rounds;
  }
  CHECK(found, "%s has no phase %s", kernel->name, fault->phase);
  copy.phases = phases;
  return copy;
}

/* As if there were a second process, which is well (comm_agree asks) ... */
static int double_gather(struct comm *comm, const void *bytes, size_t size, struct gathered *all,
                         struct error *error) {
  static char both[2 << 16]; /* zeros from the second: no error, and times long ago */
  (void)comm;
  (void)error;
  CHECK(2 * size <= sizeof both);
  memset(both, 0, 2 * size);
  memcpy(both, bytes, size);
  *all = (struct gathered){both, 2 * size};
  return 0;
}

/* ... but whose results do not arrive: of the nodes that the ranges leave, the second half is lost.
 */
static int lossy_join(struct comm *comm, struct joining *joining, struct error *error) {
  (void)comm;
  (void)error;
  joining->size /= 2;
  return 0;
}

/* How much each part was sent is known, as it must be; the data is not there. */
static void only_counts(const struct transfer *transfer) {
  for (int i = 0; transfer->kind == REQUEST_EXCHANGE && i < PARTS; i++)
    for (int j = 0; j < PARTS; j++)
      transfer->sides[i].request.as.exchange.receive_count[j] =
          transfer->sides[j].request.as.exchange.send_count[i];
}

static int no_finish(struct comm *comm, const struct transfer *transfer, struct error *error) {
  (void)comm;
  (void)error;
  only_counts(transfer);
  return 0;
}

/* The first pass's data arrives and none after it. */
static int stale_finish(struct comm *comm, const struct transfer *transfer, struct error *error) {
  if (honest.transfers++ < 1)
    return honest.comm->finish(comm, transfer, error);
  return no_finish(comm, transfer, error);
}

struct oracle_trial {
  const struct kernel *kernel;
  const struct kernel_case *kernel_case;
  struct comm *comm;
};

static bool is_right(const struct oracle_trial *trial, const struct kernel *kernel,
                     struct comm *comm, bool poison) {
  struct execution execution = {"faulty", comm, &team_serial, {.overlap = true, .poison = poison},
                                NULL,     NULL};
  struct subject subject = {
      .kernel = kernel,
      .problem =
          problem_of(kernel, trial->kernel_case->fault_size, trial->kernel_case->fault_settings),
      .grain = 1,
  };
  honest.transfers = 0;
  return execution_is_right(&execution, &subject, PASSES);
}

static void check_fault(const struct oracle_trial *trial, const struct fault *fault, bool poison) {
  struct phase phases[MOST_PHASES];
  struct kernel kernel = faulty(trial->kernel, fault, phases);
  CHECK(!is_right(trial, &kernel, trial->comm, poison), "%s: the oracle does not see %s (in %s)",
        kernel.name, fault->what, fault->phase ? fault->phase : "all phases");
}

static void check_idle(const struct oracle_trial *trial) {
  struct fault idle = {
      "that nothing is done", NULL, idle_body, idle_arrived, NULL, NULL, idle_rounds};
  check_fault(trial, &idle, false);
  check_fault(trial, &idle, true);
  for (int i = 0; i < trial->kernel->phase_count; i++) {
    idle.phase = trial->kernel->phases[i].name;
    if (trial->kernel->phases[i].stage == STAGE_TIMED)
      check_fault(trial, &idle, true);
  }
}

/* Counts what is sent; a barrier moves nothing that could be lost. */
static int count_finish(struct comm *comm, const struct transfer *transfer, struct error *error) {
  honest.transfers += transfer->kind != REQUEST_BARRIER;
  return honest.comm->finish(comm, transfer, error);
}

static bool sends(const struct oracle_trial *trial) {
  struct comm watched = *trial->comm;
  watched.finish = count_finish;
  is_right(trial, trial->kernel, &watched, false);
  return honest.transfers > 0;
}

static void check_transfer(const struct oracle_trial *trial) {
  struct comm broken = *trial->comm;
  if (!sends(trial))
    return;
  broken.finish = no_finish;
  CHECK(!is_right(trial, trial->kernel, &broken, false), "%s: data that never came",
        trial->kernel->name);
  CHECK(!is_right(trial, trial->kernel, &broken, true), "%s: NaN instead of data",
        trial->kernel->name);
  broken.finish = stale_finish;
  CHECK(!is_right(trial, trial->kernel, &broken, false), "%s: stale data", trial->kernel->name);
}

/* All requested operations arrive, except those of one kind. */
static enum request_kind lost_kind;

static int finish_but_one_kind(struct comm *comm, const struct transfer *transfer,
                               struct error *error) {
  if (transfer->kind == lost_kind)
    return no_finish(comm, transfer, error);
  return honest.comm->finish(comm, transfer, error);
}

/* The test kernel that makes every kind of request sees each kind that is lost. */
static void check_moves(struct comm *comm) {
  struct oracle_trial trial = {&kernel_moves, &case_moves, comm};
  struct comm broken = *comm;
  broken.finish = finish_but_one_kind;
  for (lost_kind = REQUEST_NONE; lost_kind <= REQUEST_BARRIER; lost_kind++) {
    bool moves = lost_kind >= REQUEST_SHIFT && lost_kind <= REQUEST_EXCHANGE;
    CHECK(is_right(&trial, &kernel_moves, &broken, true) != moves, "request of kind %d",
          (int)lost_kind);
  }
}

/* The total of the first pass, in place of every later one. */
static struct {
  const struct phase *phase;
  _Alignas(16) char total[256]; /* as aligned as what the engine passes */
  int calls;
} stale;

static int stale_then(void *state, const void *total) {
  CHECK(stale.phase->partial_bytes <= sizeof stale.total);
  if (stale.calls++ < PARTS)
    memcpy(stale.total, total, stale.phase->partial_bytes);
  return stale.phase->then(state, stale.total);
}

/* Of kernels whose result is what one phase adds up. */
static void check_stale_total(const struct oracle_trial *trial) {
  struct phase phases[MOST_PHASES];
  struct fault none = {0};
  struct kernel kernel = faulty(trial->kernel, &none, phases);
  int timed = 0;
  for (int i = 0; i < kernel.phase_count; i++)
    if (phases[i].stage == STAGE_TIMED && timed++ == 0)
      stale.phase = &trial->kernel->phases[i];
  if (timed != 1 || stale.phase->partial_bytes == 0)
    return;
  stale.calls = 0;
  phases[stale.phase - trial->kernel->phases].then = stale_then;
  CHECK(!is_right(trial, &kernel, trial->comm, false),
        "%s: the oracle does not see the total of the first pass in a later one", kernel.name);
}

static void check_loss(const struct oracle_trial *trial) {
  struct comm lossy = *trial->comm;
  lossy.processes = 2; /* or nothing is joined */
  lossy.gather = double_gather;
  lossy.join = lossy_join;
  CHECK(!is_right(trial, trial->kernel, &lossy, false), "%s: half of the partial results are lost",
        trial->kernel->name);
}

static void check_kernel(const struct oracle_trial *trial) {
  case_set_honest(trial->kernel);
  CHECK(is_right(trial, trial->kernel, trial->comm, true), "%s: right without a fault",
        trial->kernel->name);
  check_idle(trial);
  check_transfer(trial);
  check_stale_total(trial);
  if (!trial->kernel_case->nothing_lost_by_partials)
    check_loss(trial);
  for (const struct fault *fault = trial->kernel_case->faults; fault && fault->what; fault++)
    check_fault(trial, fault, false);
}

static void check_verdicts(void) {
  CHECK(verdict_holds(&(struct verdict){.error = 0, .tolerance = 0}));
  CHECK(verdict_holds(&(struct verdict){.error = 1e-9, .tolerance = 1e-8}));
  CHECK(!verdict_holds(&(struct verdict){.error = 2e-8, .tolerance = 1e-8}));
  CHECK(!verdict_holds(&(struct verdict){.error = NAN, .tolerance = 1e-8}));
  CHECK(!verdict_holds(&(struct verdict){.error = INFINITY, .tolerance = 1e-8}));
}

int main(void) {
  struct comm comm;
  struct error error = {0};
#ifdef M_PERTURB
  /* or the memory of an earlier run, with all that came then, would stand in for what does not come
   * now */
  mallopt(M_PERTURB, 0x5a);
#endif
  CHECK(comm_local_open(&comm, PARTS, &error) == 0);
  honest.comm = &comm;
  for (int i = 0; kernel_list[i]; i++)
    if (subject_can_run(kernel_list[i]))
      check_kernel(&(struct oracle_trial){kernel_list[i], case_list[i], &comm});
  check_kernel(&(struct oracle_trial){&kernel_probe, &case_probe, &comm});
  check_moves(&comm);
  check_verdicts();
  comm.close(&comm);
  return test_result();
}
