#include "engine/account.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/stats.h"

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

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b) {
  return a > b ? a : b;
}

/* Adds a count or a time to a sum; what is not known leaves it as it is. */
static void add_known(double *sum, double more) {
  if (more >= 0)
    *sum = (*sum < 0 ? 0 : *sum) + more;
}

static void count_known(int64_t *sum, int64_t more) {
  if (more >= 0)
    *sum = (*sum < 0 ? 0 : *sum) + more;
}

/* RAPL's counters move about each millisecond: below this, that is more than 2 % of the energy. */
static const double ENERGY_LEAST_S = 0.05;

/* What the system did meanwhile, to all processes. */
static void sum_noise(const struct account *accounts, int count, struct repetition *repetition) {
  struct os_noise *sum = &repetition->noise;
  *sum = (struct os_noise){-1, -1, -1, -1, -1, -1, -1};
  repetition->package_j = repetition->memory_j = repetition->frequency_hz = -1;
  for (int i = 0; i < count; i++) {
    const struct account *a = &accounts[i];
    count_known(&sum->voluntary_switches, a->noise.voluntary_switches);
    count_known(&sum->involuntary_switches, a->noise.involuntary_switches);
    count_known(&sum->minor_faults, a->noise.minor_faults);
    count_known(&sum->major_faults, a->noise.major_faults);
    count_known(&sum->migrations, a->noise.migrations);
    sum->steal_s = a->noise.steal_s > sum->steal_s ? a->noise.steal_s : sum->steal_s;
    sum->throttled_s =
        a->noise.throttled_s > sum->throttled_s ? a->noise.throttled_s : sum->throttled_s;
    if (a->frequency_hz > 0 &&
        (repetition->frequency_hz < 0 || a->frequency_hz < repetition->frequency_hz))
      repetition->frequency_hz = a->frequency_hz;
    double missing_s = (double)(a->spent.compute_ns - a->cpu_ns) * 1e-9;
    if (missing_s > repetition->missing_cpu_s)
      repetition->missing_cpu_s = missing_s;
    if (repetition->wall_s >= ENERGY_LEAST_S) {
      add_known(&repetition->package_j, a->energy.package_j);
      add_known(&repetition->memory_j, a->energy.memory_j);
    }
  }
}

/* From the earliest start to the latest end, on the common clock; where the slowest process spent
 * its own time. Returns EXIT_MACHINE without memory. */
static int sum_times(const struct account *accounts, int count, struct repetition *repetition,
                     struct error *error) {
  int slowest = 0;
  int64_t first_ns = accounts[0].start_ns, last_start_ns = first_ns, end_ns = accounts[0].end_ns;
  int64_t clock_error_ns = 0;
  double *walls_s = malloc((size_t)count * sizeof *walls_s);
  if (!walls_s)
    return error_set(error, EXIT_MACHINE, "no memory for the times of %d processes", count);
  for (int i = 0; i < count; i++) {
    const struct account *a = &accounts[i];
    walls_s[i] = (double)a->wall_ns * 1e-9;
    first_ns = least(first_ns, a->start_ns);
    last_start_ns = most(last_start_ns, a->start_ns);
    end_ns = most(end_ns, a->end_ns);
    clock_error_ns = most(clock_error_ns, a->clock_error_ns);
    repetition->late = repetition->late || a->late;
    if (a->wall_ns > accounts[slowest].wall_ns)
      slowest = i;
  }
  const struct spent *spent = &accounts[slowest].spent;
  repetition->compute_s = (double)spent->compute_ns * 1e-9;
  repetition->comm_s = (double)spent->exchange_ns * 1e-9;
  repetition->wait_s = (double)spent->blocked_ns * 1e-9;
  repetition->longest_step_s = (double)spent->longest_step_ns * 1e-9;
  repetition->clock_readings = spent->clock_readings;
  stats_sort(walls_s, (size_t)count);
  repetition->rank_min_s = walls_s[0];
  repetition->rank_median_s = stats_median(walls_s, (size_t)count);
  repetition->rank_max_s = walls_s[count - 1];
  repetition->wall_s = (double)(end_ns - first_ns) * 1e-9;
  repetition->start_skew_s = (double)(last_start_ns - first_ns) * 1e-9;
  repetition->clock_error_s = (double)clock_error_ns * 1e-9;
  free(walls_s);
  return 0;
}

/* What the oracle said on every process: the verdict of a wrong problem if there is one. */
static void sum_verdicts(const struct account *accounts, int count, struct repetition *repetition) {
  bool judged = false;
  repetition->right = true;
  for (int i = 0; i < count; i++) {
    const struct judgement *judgement = &accounts[i].judgement;
    if (judgement->count > 0 && (!judged || (repetition->right && !judgement->right)))
      repetition->verdict = judgement->verdict;
    judged = judged || judgement->count > 0;
    repetition->right = repetition->right && judgement->right;
  }
  repetition->right = repetition->right && judged; /* nobody to say so is not right */
}

int account_sum(const struct session *session, const struct account *accounts,
                struct repetition *repetition, struct error *error) {
  int count = session->comm->processes;
  if (sum_times(accounts, count, repetition, error))
    return error->code;
  for (int i = 0; i < count; i++) {
    const struct account *a = &accounts[i];
    repetition->cpu_s += (double)a->cpu_ns * 1e-9;
    repetition->failures += a->spent.failures;
    repetition->retries += a->spent.retries;
    repetition->suspended = repetition->suspended || a->suspensions > 0;
    repetition->peak_rss_kib += a->peak_rss_kib;
  }
  sum_noise(accounts, count, repetition);
  sum_verdicts(accounts, count, repetition);
  if (repetition->right)
    repetition->right =
        is_proved(accounts, count, &repetition->verdict) &&
        is_possible(session, accounts, count, repetition->wall_s, &repetition->verdict);
  return 0;
}
