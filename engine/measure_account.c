#include "engine/measure_account.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/number.h"
#include "common/stats.h"

/* Whether every process ran the TIMED stage of all its problems, and all processes together
 * executed the planned units. Otherwise the verdict states how many were executed. */
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

/* Whether the rate is physically possible, if there is one (check_clock). */
static bool is_possible(const struct session *session, const struct account *accounts, int count,
                        double wall_s, struct verdict *verdict) {
  const struct work work = session_work(session);
  double most = work.operations > work.bytes ? work.operations : work.bytes, workers = 0;
  for (int i = 0; i < count; i++)
    workers += (double)accounts[i].workers;
  if (most <= CEILING_PER_WORKER * workers * wall_s || wall_s <= 0)
    return true;
  *verdict = (struct verdict){.error = 1};
  snprintf(verdict->value, sizeof verdict->value, "%.3g/s, physically impossible", most / wall_s);
  snprintf(verdict->expected, sizeof verdict->expected, "<= %.3g/s", CEILING_PER_WORKER * workers);
  return false;
}

/* A timed repetition that is shorter than a step of the clock has no rate, which is an error. Not
 * so for a warm-up, and for a repetition without work, which need no rate. */
static int check_clock(const struct session *session, const struct repetition *repetition,
                       struct error *error) {
  const struct work work = session_work(session);
  char text[NUMBER_TEXT];
  if (repetition->warmup || repetition->figures[COLUMN_wall_s] > 0 ||
      (work.operations <= 0 && work.bytes <= 0))
    return 0;
  return error_set(
      error, EXIT_MACHINE,
      "%s: repetition %" PRId64 " was shorter than a step of the clock (%s), so that it "
      "has no time and no rate; use a larger --size",
      session->kernel->name, repetition->index + 1, seconds_format(clock_step_s(), text));
}

static int64_t least(int64_t a, int64_t b) {
  return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b) {
  return a > b ? a : b;
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

/* RAPL's counters move about each millisecond: in less than this, that is more than 2 % of the
 * energy. */
static const double ENERGY_LEAST_S = 0.05;

/* Adds what is known: NaN until then. */
static void add_energy(double *sum_j, double more_j) {
  if (more_j >= 0)
    *sum_j = (isnan(*sum_j) ? 0 : *sum_j) + more_j;
}

/* What has rules of its own: of the machine's disturbances the longest of any process; the slowest
 * core's clock; the energy of all machines. fmax and fmin leave out NaN, what is not known. */
static void sum_evidence(const struct account *accounts, int count, struct repetition *repetition) {
  double *figures = repetition->figures;
  for (int i = 0; i < count; i++) {
    const struct account *a = &accounts[i];
    figures[COLUMN_steal_s] = fmax(figures[COLUMN_steal_s], a->figures[COLUMN_steal_s]);
    figures[COLUMN_throttled_s] = fmax(figures[COLUMN_throttled_s], a->figures[COLUMN_throttled_s]);
    figures[COLUMN_frequency_hz] =
        fmin(figures[COLUMN_frequency_hz], a->figures[COLUMN_frequency_hz]);
    /* Several workers that wait may all be idle at once: then less CPU time is no evidence. */
    if (a->workers == 1 || a->spent.blocked_ns == 0)
      repetition->missing_cpu_s =
          fmax(repetition->missing_cpu_s, a->figures[COLUMN_compute_s] - a->figures[COLUMN_cpu_s]);
    if (figures[COLUMN_wall_s] >= ENERGY_LEAST_S) {
      add_energy(&figures[COLUMN_package_j], a->energy.package_j);
      add_energy(&figures[COLUMN_memory_j], a->energy.memory_j);
    }
  }
}

/* Wall time from the earliest start to the latest end, on the common clock; the processes' own
 * times; where the slowest process spent its own. Returns EXIT_MACHINE without memory. */
static int sum_times(const struct account *accounts, int count, struct repetition *repetition,
                     struct error *error) {
  int slowest = 0;
  int64_t first_ns = accounts[0].start_ns, last_start_ns = first_ns, end_ns = accounts[0].end_ns;
  int64_t clock_error_ns = 0;
  double *walls_s = malloc((size_t)count * sizeof *walls_s), *figures = repetition->figures;
  if (!walls_s)
    return error_set(error, EXIT_MACHINE, "no memory for the times of %d processes", count);
  for (int i = 0; i < count; i++) {
    const struct account *a = &accounts[i];
    walls_s[i] = a->figures[COLUMN_wall_s];
    first_ns = least(first_ns, a->start_ns);
    last_start_ns = most(last_start_ns, a->start_ns);
    end_ns = most(end_ns, a->end_ns);
    clock_error_ns = most(clock_error_ns, a->clock_error_ns);
    repetition->late = repetition->late || a->late;
    if (walls_s[i] > accounts[slowest].figures[COLUMN_wall_s])
      slowest = i;
  }
  samples_clear(figures);
  combine_figures(accounts, count, slowest, figures);
  repetition->clock_readings = (double)accounts[slowest].spent.clock_readings;
  stats_sort(walls_s, (size_t)count);
  figures[COLUMN_rank_min_s] = walls_s[0];
  figures[COLUMN_rank_median_s] = stats_median(walls_s, (size_t)count);
  figures[COLUMN_rank_max_s] = walls_s[count - 1];
  figures[COLUMN_wall_s] = (double)(end_ns - first_ns) * 1e-9;
  figures[COLUMN_start_skew_s] = (double)(last_start_ns - first_ns) * 1e-9;
  figures[COLUMN_clock_error_s] = (double)clock_error_ns * 1e-9;
  free(walls_s);
  return 0;
}

/* What the oracle said on every process: the verdict of a wrong problem if there is one. */
static void sum_verdicts(const struct account *accounts, int count, struct repetition *repetition) {
  bool judged = false;
  repetition->right = true;
  for (int i = 0; i < count; i++) {
    const struct judgement *judgement = &accounts[i].judgement;
    repetition->suspended = repetition->suspended || accounts[i].suspensions > 0;
    if (judgement->count > 0 && (!judged || (repetition->right && !judgement->right)))
      repetition->verdict = judgement->verdict;
    judged = judged || judgement->count > 0;
    repetition->right = repetition->right && judgement->right;
  }
  repetition->right = repetition->right && judged; /* without a verdict it is not right */
}

int account_sum(const struct session *session, const struct account *accounts,
                struct repetition *repetition, struct error *error) {
  int count = session->comm->processes;
  if (sum_times(accounts, count, repetition, error))
    return error->code;
  sum_evidence(accounts, count, repetition);
  sum_verdicts(accounts, count, repetition);
  if (repetition->right)
    repetition->right = is_proved(accounts, count, &repetition->verdict) &&
                        is_possible(session, accounts, count, repetition->figures[COLUMN_wall_s],
                                    &repetition->verdict);
  return repetition->right ? check_clock(session, repetition, error) : 0;
}
