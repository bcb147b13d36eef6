#include "engine/measure.h"

#include <errno.h>
#include <math.h>

#include "common/clock.h"
#include "common/failure.h"
#include "common/host.h"
#include "common/suspension.h"
#include "engine/measure_account.h"
#include "engine/start.h"
#include "engine/step_cost.h"

int measure_plain_pass(void *context, struct session *session, struct error *error) {
  (void)context;
  return session_run(session, STAGE_TIMED, error);
}

/* An error that the other processes do not know of would leave them waiting. */
static int fail(const struct session *session, const struct error *error) {
  if (error->code && session->comm->processes > 1) {
    failure_print(error, program_invocation_short_name);
    session->comm->abort(session->comm, error->code);
  }
  return error->code;
}

/* What is read just before a pass and just after it. */
struct readings {
  struct os_noise noise;
  struct energy_reading energy;
  int suspensions;
  int64_t cpu_ns, now_ns;
};

static void read_system(const struct comm *comm, struct readings *readings) {
  readings->energy.count = 0;
  if (comm->first_on_node)
    energy_read(&readings->energy);
  readings->noise = os_noise_now();
}

static double known(double value) {
  return value < 0 ? NAN : value;
}

static void take_spent(double figures[COLUMN_COUNT], const struct spent *spent) {
  figures[COLUMN_compute_s] = (double)spent->compute_ns * 1e-9;
  figures[COLUMN_comm_s] = (double)spent->exchange_ns * 1e-9;
  figures[COLUMN_wait_s] = (double)spent->blocked_ns * 1e-9;
  figures[COLUMN_longest_step_s] = (double)spent->longest_step_ns * 1e-9;
  figures[COLUMN_failures] = (double)spent->failures;
  figures[COLUMN_retries] = (double)spent->retries;
}

static void take_noise(double figures[COLUMN_COUNT], const struct os_noise *noise) {
  figures[COLUMN_voluntary_switches] = known((double)noise->voluntary_switches);
  figures[COLUMN_involuntary_switches] = known((double)noise->involuntary_switches);
  figures[COLUMN_faults_minor] = known((double)noise->minor_faults);
  figures[COLUMN_faults_major] = known((double)noise->major_faults);
  figures[COLUMN_migrations] = known((double)noise->migrations);
  figures[COLUMN_steal_s] = known(noise->steal_s);
  figures[COLUMN_throttled_s] = known(noise->throttled_s);
  figures[COLUMN_frequency_hz] = known(os_core_frequency_hz());
}

/* Runs the TIMED stage, from the common start on, and notes what this process did in it. */
static int run_timed(const struct measurement *m, struct account *account,
                     struct repetition *repetition, struct error *error) {
  struct session *session = m->session;
  struct comm *comm = session->comm;
  struct readings before, after;
  struct clock_offset clock_before, clock_after;
  session_spent(session); /* forget what SETUP and CHECK spent */
  read_system(comm, &before);
  comm->compare_clocks(comm, &clock_before);
  account->late = start_together(comm, m->start, &clock_before, error);
  if (fail(session, error))
    return error->code;
  repetition->start_wall_ns = clock_wall_ns();
  before.suspensions = suspension_count();
  before.cpu_ns = clock_process_cpu_ns();
  before.now_ns = clock_now_ns();
  m->pass(m->pass_context, session, error);
  after.now_ns = clock_now_ns();
  after.cpu_ns = clock_process_cpu_ns();
  after.suspensions = suspension_count();
  account->spent = session_spent(session);
  account->suspensions = after.suspensions - before.suspensions;
  if (error->code && account->suspensions > 0)
    error_prefix(error, "this process was suspended"); /* and a time limit has ended meanwhile */
  if (fail(session, error))
    return error->code;
  read_system(comm, &after);
  comm->compare_clocks(comm, &clock_after);
  account->figures[COLUMN_wall_s] = (double)(after.now_ns - before.now_ns) * 1e-9;
  account->figures[COLUMN_cpu_s] = (double)(after.cpu_ns - before.cpu_ns) * 1e-9;
  account->start_ns = start_common_ns(&clock_before, &clock_after, before.now_ns);
  account->end_ns = start_common_ns(&clock_before, &clock_after, after.now_ns);
  account->clock_error_ns =
      clock_before.error_ns > clock_after.error_ns ? clock_before.error_ns : clock_after.error_ns;
  const struct os_noise noise = os_noise_since(&before.noise, &after.noise);
  take_noise(account->figures, &noise);
  take_spent(account->figures, &account->spent);
  account->energy = energy_between(&before.energy, &after.energy);
  return 0;
}

/* What a launch's repetitions have in common. */
struct progress {
  int64_t passes;       /* since SETUP */
  double engine_step_s; /* see step_cost_s */
};

static int run_pass(const struct measurement *m, const struct progress *progress,
                    struct repetition *repetition, struct error *error) {
  struct session *session = m->session;
  struct comm *comm = session->comm;
  struct account account = {.problems = session->interpreter_count,
                            .workers = session->team->workers};
  struct gathered all;
  if (run_timed(m, &account, repetition, error))
    return error->code;
  if (session_run(session, STAGE_CHECK, error) == 0)
    session_check(session, error);
  if (fail(session, error))
    return error->code;
  account.judgement = session_judge(session, progress->passes);
  account.figures[COLUMN_engine_step_s] = progress->engine_step_s;
  account.figures[COLUMN_peak_rss_kib] = (double)host_peak_rss_kib();
  if (comm->gather(comm, &account, sizeof account, &all, error))
    return error->code;
  return account_sum(session, all.bytes, repetition, error);
}

/* One repetition that counts; those that a suspension disturbed go before it. All processes have
 * the same account, so that they agree on which to repeat. */
static int run_repetition(const struct measurement *m, int64_t number, struct progress *progress,
                          struct error *error) {
  for (int tries = 0; tries < SUSPENSIONS_MAX; tries++) {
    struct repetition repetition = {.warmup = number < m->warmup};
    repetition.index = repetition.warmup ? number : number - m->warmup;
    progress->passes++;
    if (run_pass(m, progress, &repetition, error))
      return error->code;
    m->report(m->report_context, &repetition,
              error); /* what fails there, fails on one process alone */
    if (fail(m->session, error) || !repetition.suspended)
      return error->code;
  }
  return error_set(error, EXIT_MACHINE,
                   "a repetition was suspended %d times in turn; none could be measured",
                   SUSPENSIONS_MAX);
}

int measure(const struct measurement *m, struct error *error) {
  struct progress progress = {.engine_step_s = NAN};
  if (session_run(m->session, STAGE_SETUP, error) == 0)
    session_check(m->session, error);
  if (fail(m->session, error))
    return error->code;
  if (m->locality)
    locality_find(m->locality, m->session->comm, m->session->team, error);
  if (fail(m->session, error))
    return error->code;
  if (m->pass == measure_plain_pass) /* another one has steps of its own */
    progress.engine_step_s = step_cost_s(m->session);
  for (int64_t i = 0; i < m->warmup + m->reps; i++)
    if (run_repetition(m, i, &progress, error))
      return error->code;
  return 0;
}
