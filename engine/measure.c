#include "engine/measure.h"

#include <errno.h>
#include <stdlib.h>

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/host.h"
#include "common/stats.h"
#include "common/suspension.h"

/* What each process reports of a pass. */
struct account {
  int64_t wall_ns, cpu_ns, peak_rss_kib;
  int suspensions;
  int64_t problems; /* that this process holds */
  int64_t workers;
  struct spent spent;
  struct judgement judgement;
};

int measure_plain_pass(void *context, struct session *session, struct error *error) {
  (void)context;
  return session_run(session, STAGE_TIMED, error);
}

/* An error that the other processes do not know of would leave them waiting. */
static int fail(const struct session *session, const struct error *error) {
  if (error->code && session->comm->processes > 1) {
    error_print(error, program_invocation_short_name);
    session->comm->abort(session->comm, error->code);
  }
  return error->code;
}

/* Whether every process ran the TIMED stage of all its problems, and all processes together executed
 * the units that they planned. The verdict of one that did not says how many were. */
static bool is_proved(const struct account *accounts, int count, struct verdict *verdict) {
  struct tally planned = {0}, executed = {0};
  int64_t stages = 0, problems = 0;
  bool all = true;
  for (int i = 0; i < count; i++) {
    const struct account *a = &accounts[i];
    all = all && a->spent.stages == a->problems;
    stages += a->spent.stages;
    problems += a->problems;
    tally_sum(&planned, &a->spent.planned);
    tally_sum(&executed, &a->spent.executed);
  }
  if (all && tally_equal(&planned, &executed))
    return true;
  *verdict = (struct verdict){.error = 1};
  if (!all) {
    snprintf(verdict->value, sizeof verdict->value, "%" PRId64 " problems computed", stages);
    snprintf(verdict->expected, sizeof verdict->expected, "%" PRId64 " problems", problems);
  } else {
    snprintf(verdict->value, sizeof verdict->value, "%" PRIu64 " units executed%s", executed.units,
             executed.units == planned.units ? ", not those planned" : "");
    snprintf(verdict->expected, sizeof verdict->expected, "%" PRIu64 " units", planned.units);
  }
  return false;
}

/* More than any worker can do: two 512-bit fused multiply-adds of the narrowest elements that a
 * kernel counts, at 8 GHz, are 1.0e12 operations/s; two loads and a store of 64 bytes 1.5e12
 * bytes/s. A higher rate means that work was not done. */
static const double CEILING_PER_WORKER = 2e12;

/* Whether the rate is physically possible. */
static bool is_possible(const struct session *session, const struct account *accounts, int count,
                        double wall_s, struct verdict *verdict) {
  const struct work work = session_work(session);
  double most = work.operations > work.bytes ? work.operations : work.bytes, workers = 0;
  for (int i = 0; i < count; i++)
    workers += (double)accounts[i].workers;
  if (most <= CEILING_PER_WORKER * workers * wall_s)
    return true;
  *verdict = (struct verdict){.error = 1};
  snprintf(verdict->value, sizeof verdict->value, "%.3g/s, physically impossible", most / wall_s);
  snprintf(verdict->expected, sizeof verdict->expected, "<= %.3g/s", CEILING_PER_WORKER * workers);
  return false;
}

static int sum_up(const struct session *session, const struct account *accounts,
                  struct repetition *repetition, struct error *error) {
  int count = session->comm->processes, slowest = 0;
  bool judged = false;
  double *walls_s = malloc((size_t)count * sizeof *walls_s);
  if (!walls_s)
    return error_set(error, EXIT_MACHINE, "no memory for the times of %d processes", count);
  repetition->right = true;
  for (int i = 0; i < count; i++) {
    const struct account *a = &accounts[i];
    walls_s[i] = (double)a->wall_ns * 1e-9;
    repetition->cpu_s += (double)a->cpu_ns * 1e-9;
    repetition->failures += a->spent.failures;
    repetition->retries += a->spent.retries;
    repetition->suspended = repetition->suspended || a->suspensions > 0;
    repetition->peak_rss_kib += a->peak_rss_kib;
    if (a->wall_ns > accounts[slowest].wall_ns)
      slowest = i;
    if (a->judgement.count > 0 && (!judged || (repetition->right && !a->judgement.right)))
      repetition->verdict = a->judgement.verdict;
    judged = judged || a->judgement.count > 0;
    repetition->right = repetition->right && a->judgement.right;
  }
  repetition->right = repetition->right && judged; /* nobody to say so is not right */
  repetition->compute_s = (double)accounts[slowest].spent.compute_ns * 1e-9;
  repetition->comm_s = (double)accounts[slowest].spent.exchange_ns * 1e-9;
  repetition->wait_s = (double)accounts[slowest].spent.blocked_ns * 1e-9;
  repetition->longest_step_s = (double)accounts[slowest].spent.longest_step_ns * 1e-9;
  stats_sort(walls_s, (size_t)count);
  repetition->rank_min_s = walls_s[0];
  repetition->rank_median_s = stats_median(walls_s, (size_t)count);
  repetition->wall_s = walls_s[count - 1];
  free(walls_s);
  if (repetition->right)
    repetition->right =
        is_proved(accounts, count, &repetition->verdict) &&
        is_possible(session, accounts, count, repetition->wall_s, &repetition->verdict);
  return 0;
}

static int run_pass(const struct measurement *m, int64_t passes, struct repetition *repetition,
                    struct error *error) {
  struct session *session = m->session;
  struct comm *comm = session->comm;
  struct account account = {.problems = session->interpreter_count,
                            .workers = session->team->workers};
  struct gathered all;
  session_spent(session); /* forget what SETUP and CHECK spent */
  comm->barrier(comm);
  repetition->start_wall_ns = clock_wall_ns();
  int suspensions = suspension_count();
  int64_t cpu_ns = clock_process_cpu_ns(), start_ns = clock_now_ns();
  m->pass(m->pass_context, session, error);
  account.wall_ns = clock_now_ns() - start_ns;
  account.cpu_ns = clock_process_cpu_ns() - cpu_ns;
  account.suspensions = suspension_count() - suspensions;
  account.spent = session_spent(session);
  if (error->code && account.suspensions > 0)
    error_prefix(error, "this process was suspended"); /* and a time limit has ended meanwhile */
  if (!error->code && session_run(session, STAGE_CHECK, error) == 0)
    session_check(session, error);
  if (fail(session, error))
    return error->code;
  account.judgement = session_judge(session, passes);
  account.peak_rss_kib = host_peak_rss_kib();
  if (comm->gather(comm, &account, sizeof account, &all, error))
    return error->code;
  return sum_up(session, all.bytes, repetition, error);
}

/* One repetition that counts; those that a suspension disturbed go before it. All processes have
 * the same account, so that they agree on which to repeat. `passes` counts all since SETUP. */
static int run_repetition(const struct measurement *m, int64_t number, int64_t *passes,
                          struct error *error) {
  for (int tries = 0; tries < SUSPENSIONS_MAX; tries++) {
    struct repetition repetition = {.warmup = number < m->warmup};
    repetition.index = repetition.warmup ? number : number - m->warmup;
    if (run_pass(m, ++*passes, &repetition, error))
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
  int64_t passes = 0;
  if (session_run(m->session, STAGE_SETUP, error) == 0)
    session_check(m->session, error);
  if (fail(m->session, error))
    return error->code;
  for (int64_t i = 0; i < m->warmup + m->reps; i++)
    if (run_repetition(m, i, &passes, error))
      return error->code;
  return 0;
}
