#include "engine/measure.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "common/clock.h"
#include "common/failure.h"
#include "common/host.h"
#include "common/stats.h"
#include "common/suspension.h"

/* What each process reports of a pass. */
struct account {
  int64_t wall_ns;
  int suspensions;
  double figures[COLUMN_COUNT]; /* those that are combined by the column's rule */
  struct judgement judgement;
};

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

/* By the rule of each column: the sum over all processes, or what the slowest one has. */
static void combine_figures(const struct account *accounts, int count, int slowest,
                            double figures[COLUMN_COUNT]) {
  for (int column = 0; column < COLUMN_COUNT; column++)
    if (samples_facts[column].processes == PROCESSES_SLOWEST) {
      figures[column] = accounts[slowest].figures[column];
    } else if (samples_facts[column].processes == PROCESSES_SUM) {
      figures[column] = 0;
      for (int i = 0; i < count; i++)
        figures[column] += accounts[i].figures[column];
    }
}

static int sum_up(const struct session *session, const struct account *accounts,
                  struct repetition *repetition, struct error *error) {
  int count = session->comm->processes, slowest = 0;
  bool judged = false;
  double *walls_s = malloc((size_t)count * sizeof *walls_s), *figures = repetition->figures;
  if (!walls_s)
    return error_set(error, EXIT_MACHINE, "no memory for the times of %d processes", count);
  repetition->right = true;
  for (int i = 0; i < count; i++) {
    const struct account *a = &accounts[i];
    walls_s[i] = (double)a->wall_ns * 1e-9;
    repetition->suspended = repetition->suspended || a->suspensions > 0;
    if (a->wall_ns > accounts[slowest].wall_ns)
      slowest = i;
    if (a->judgement.count > 0 && (!judged || (repetition->right && !a->judgement.right)))
      repetition->verdict = a->judgement.verdict;
    judged = judged || a->judgement.count > 0;
    repetition->right = repetition->right && a->judgement.right;
  }
  repetition->right = repetition->right && judged; /* nobody to say so is not right */
  samples_clear(figures);
  combine_figures(accounts, count, slowest, figures);
  stats_sort(walls_s, (size_t)count);
  figures[COLUMN_rank_min_s] = walls_s[0];
  figures[COLUMN_rank_median_s] = stats_median(walls_s, (size_t)count);
  figures[COLUMN_rank_max_s] = walls_s[count - 1];
  free(walls_s);
  return 0;
}

static void take_spent(double figures[COLUMN_COUNT], const struct spent *spent) {
  figures[COLUMN_compute_s] = (double)spent->compute_ns * 1e-9;
  figures[COLUMN_comm_s] = (double)spent->exchange_ns * 1e-9;
  figures[COLUMN_wait_s] = (double)spent->blocked_ns * 1e-9;
  figures[COLUMN_longest_step_s] = (double)spent->longest_step_ns * 1e-9;
  figures[COLUMN_failures] = (double)spent->failures;
  figures[COLUMN_retries] = (double)spent->retries;
}

/* How often the system has taken a core from a thread of this process that could go on. */
static double involuntary_switches(void) {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_nivcsw : NAN;
}

static int run_pass(const struct measurement *m, int64_t passes, struct repetition *repetition,
                    struct error *error) {
  struct session *session = m->session;
  struct comm *comm = session->comm;
  struct account account = {0};
  struct gathered all;
  session_spent(session); /* forget what SETUP and CHECK spent */
  comm->barrier(comm);
  repetition->start_wall_ns = clock_wall_ns();
  int suspensions = suspension_count();
  double switches = involuntary_switches();
  int64_t cpu_ns = clock_process_cpu_ns(), start_ns = clock_now_ns();
  m->pass(m->pass_context, session, error);
  account.wall_ns = clock_now_ns() - start_ns;
  account.figures[COLUMN_wall_s] = (double)account.wall_ns * 1e-9;
  account.figures[COLUMN_cpu_s] = (double)(clock_process_cpu_ns() - cpu_ns) * 1e-9;
  account.figures[COLUMN_involuntary_switches] = involuntary_switches() - switches;
  account.suspensions = suspension_count() - suspensions;
  struct spent spent = session_spent(session);
  if (error->code && account.suspensions > 0)
    error_prefix(error, "this process was suspended"); /* and a time limit has ended meanwhile */
  if (!error->code && session_run(session, STAGE_CHECK, error) == 0)
    session_check(session, error);
  if (fail(session, error))
    return error->code;
  account.judgement = session_judge(session, passes);
  take_spent(account.figures, &spent);
  account.figures[COLUMN_peak_rss_kib] = (double)host_peak_rss_kib();
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
