#include "analysis/statistics/comparison.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "analysis/statistics/cliffs_delta.h"
#include "analysis/statistics/hodges_lehmann.h"
#include "analysis/statistics/holm.h"
#include "analysis/statistics/power.h"
#include "analysis/statistics/rank_tests.h"
#include "common/grow.h"
#include "common/stats.h"

static const double SIGNIFICANCE = 0.05, LEVEL = 0.95, POWER = 0.8;
const double equivalence_level = 0.997;
enum { LAUNCHES_LIMIT = 1000000 };

const char *const verdict_names[VERDICTS] = {"faster", "slower", "same", "cannot-tell"};

/* Logarithms of times. */
struct logs {
  double *a, *b;       /* of all launches, sorted */
  double *differences; /* log(time of b / time of a) of each round that both have, sorted */
  size_t pairs;
};

/* Whether log() of all of them is a number. */
static bool has_times(const struct population *population) {
  for (size_t i = 0; i < population->count; i++)
    if (!(population->times_s[i] > 0 && isfinite(population->times_s[i])))
      return false;
  return population->count > 0;
}

static double *sorted_logs(const struct population *population) {
  double *logs = grow_zeroed(population->count, sizeof *logs);
  for (size_t i = 0; i < population->count; i++)
    logs[i] = log(population->times_s[i]);
  stats_sort(logs, population->count);
  return logs;
}

/* Rounds increase in both, so that one pass finds those in common. */
static void pair_rounds(struct logs *logs, const struct population *a, const struct population *b) {
  logs->differences = grow_zeroed(a->count, sizeof *logs->differences);
  if (a->rounds == NULL || b->rounds == NULL)
    return;
  for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
    if (a->rounds[i] == b->rounds[j]) {
      logs->differences[logs->pairs++] = log(b->times_s[j]) - log(a->times_s[i]);
      i++;
      j++;
    } else if (a->rounds[i] < b->rounds[j]) {
      i++;
    } else {
      j++;
    }
  }
  stats_sort(logs->differences, logs->pairs);
}

static struct logs logs_of(const struct population *a, const struct population *b) {
  struct logs logs = {sorted_logs(a), sorted_logs(b), NULL, 0};
  pair_rounds(&logs, a, b);
  return logs;
}

static void logs_free(struct logs *logs) {
  free(logs->a);
  free(logs->b);
  free(logs->differences);
}

static bool signed_rank_has_room(size_t pairs, size_t family) {
  return signed_rank_smallest_p(pairs) * fmax(1, (double)family) <= SIGNIFICANCE / SIGNED_RANK_ROOM;
}

static enum rank_test test_for(enum design design, size_t pairs, size_t family) {
  if (design == DESIGN_BATCH || design == DESIGN_DIFFERENT)
    return TEST_NONE;
  return design == DESIGN_ROUNDS && signed_rank_has_room(pairs, family) ? TEST_SIGNED_RANK
                                                                        : TEST_MANN_WHITNEY;
}

static struct shift_interval interval_of(const struct comparison *c, const struct logs *logs,
                                         double level) {
  if (c->test == TEST_SIGNED_RANK)
    return signed_rank_interval(logs->differences, c->pairs, level);
  return rank_sum_interval(logs->a, c->launches_a, logs->b, c->launches_b, level);
}

static struct rank_design rank_design_of(const struct comparison *c) {
  if (c->test == TEST_SIGNED_RANK)
    return (struct rank_design){true, c->pairs, c->pairs};
  return (struct rank_design){false, c->launches_a, c->launches_b};
}

static double squares(const double *values, size_t count) {
  double mean = 0, sum = 0;
  for (size_t i = 0; i < count; i++)
    mean += values[i] / (double)count;
  for (size_t i = 0; i < count; i++)
    sum += (values[i] - mean) * (values[i] - mean);
  return sum;
}

/* Of a difference of means, for launches that are too few for an interval. */
static double standard_error_of_means(const struct comparison *c, const struct logs *logs) {
  double a = (double)c->launches_a, b = (double)c->launches_b;
  double sum = squares(logs->a, c->launches_a) + squares(logs->b, c->launches_b);
  return a + b > 2 ? sqrt(sum / (a + b - 2) * (1 / a + 1 / b)) : (double)NAN;
}

/* The fields that only a test sets. */
static void test_and_intervals(struct comparison *c, const struct logs *logs) {
  if (c->test == TEST_SIGNED_RANK)
    c->p = signed_rank_test(logs->differences, c->pairs);
  else
    c->p = mann_whitney_test(logs->a, c->launches_a, logs->b, c->launches_b);
  struct shift_interval usual = interval_of(c, logs, LEVEL);
  struct shift_interval wide = interval_of(c, logs, equivalence_level);
  c->low = exp(usual.low);
  c->high = exp(usual.high);
  c->level = usual.level;
  c->wide_low = exp(wide.low);
  c->wide_high = exp(wide.high);
  c->wide_level = wide.level;
  struct rank_design design = rank_design_of(c);
  c->standard_error = isnan(usual.level)
                          ? standard_error_of_means(c, logs)
                          : power_standard_error(&design, usual.low, usual.high, usual.level);
}

struct comparison comparison_unknown(enum design design) {
  return (struct comparison){.design = design,
                             .test = TEST_NONE,
                             .p = NAN,
                             .p_adjusted = NAN,
                             .ratio = NAN,
                             .low = NAN,
                             .high = NAN,
                             .level = NAN,
                             .wide_low = NAN,
                             .wide_high = NAN,
                             .wide_level = NAN,
                             .standard_error = NAN,
                             .cliffs_delta = NAN,
                             .verdict = VERDICT_CANNOT_TELL,
                             .undecided = UNDECIDED_NO_DATA,
                             .detectable = NAN};
}

struct comparison comparison_make(const struct population *a, const struct population *b,
                                  enum design design, size_t family) {
  struct comparison c = comparison_unknown(design);
  c.launches_a = a->count;
  c.launches_b = b->count;
  if (!has_times(a) || !has_times(b))
    return c;
  struct logs logs = logs_of(a, b);
  c.pairs = logs.pairs;
  c.test = test_for(design, c.pairs, family);
  c.cliffs_delta = cliffs_delta(logs.a, a->count, logs.b, b->count);
  if (c.test == TEST_SIGNED_RANK)
    c.ratio = exp(signed_rank_shift(logs.differences, c.pairs));
  else
    c.ratio = exp(rank_sum_shift(logs.a, a->count, logs.b, b->count));
  if (c.test != TEST_NONE)
    test_and_intervals(&c, &logs);
  logs_free(&logs);
  return c;
}

/* The smallest p value that the comparison's sizes allow. */
static double smallest_p(const struct comparison *c) {
  if (c->test == TEST_SIGNED_RANK)
    return signed_rank_smallest_p(c->pairs);
  return mann_whitney_smallest_p(c->launches_a, c->launches_b);
}

/* Many equal times, of a coarse clock, can leave the ratio at 1 though the test finds a difference.
 */
static bool is_faster(const struct comparison *c) {
  return c->ratio > 1 || (c->ratio == 1 && c->cliffs_delta > 0);
}

static void decide(struct comparison *c, size_t family, double margin) {
  c->verdict = VERDICT_CANNOT_TELL;
  c->undecided = UNDECIDED_NOT;
  if (isnan(c->ratio))
    c->undecided = UNDECIDED_NO_DATA;
  else if (c->design == DESIGN_BATCH)
    c->undecided = UNDECIDED_BATCH;
  else if (c->test == TEST_NONE)
    c->undecided = UNDECIDED_DIFFERENT;
  else if (c->wide_low >= 1 / (1 + margin) && c->wide_high <= 1 + margin)
    c->verdict = VERDICT_SAME;
  else if (c->p_adjusted <= SIGNIFICANCE)
    c->verdict = is_faster(c) ? VERDICT_FASTER : VERDICT_SLOWER;
  else if (smallest_p(c) * (double)family > SIGNIFICANCE)
    c->undecided = UNDECIDED_FEW_LAUNCHES;
  else
    c->undecided = UNDECIDED_NOISE;
}

/* A comparison planned with other numbers of launches. */
struct test_plan {
  enum design design;
  size_t family;
  double shift, margin;  /* of logarithms */
  double standard_error; /* for one launch of each */
};

/* The probability of the right verdict. */
static double power_with(const struct test_plan *plan, size_t launches) {
  bool paired = test_for(plan->design, launches, plan->family) == TEST_SIGNED_RANK;
  struct rank_design design = {paired, launches, launches};
  double error = plan->standard_error / sqrt((double)launches);
  double power =
      power_of_difference(&design, error, plan->shift, SIGNIFICANCE / (double)plan->family);
  if (fabs(plan->shift) < plan->margin)
    power = fmax(
        power, power_of_equivalence(&design, error, plan->shift, plan->margin, equivalence_level));
  return power;
}

/* The fewest of each with which Mann and Whitney's test can reach significance. */
static size_t fewest_launches(size_t family) {
  size_t launches = 1;
  while (mann_whitney_smallest_p(launches, launches) * (double)family > SIGNIFICANCE)
    launches++;
  return launches;
}

/* Power grows with launches but for small steps back of the discrete levels. */
static size_t launches_for(const struct test_plan *plan, size_t fewest) {
  size_t low = fewest - 1, high = fewest; /* low: not enough; high: enough when the loop ends */
  while (high < LAUNCHES_LIMIT && !(power_with(plan, high) >= POWER)) {
    low = high;
    high *= 2;
  }
  if (high >= LAUNCHES_LIMIT)
    return 0;
  while (high - low > 1) {
    size_t middle = low + (high - low) / 2;
    if (power_with(plan, middle) >= POWER)
      high = middle;
    else
      low = middle;
  }
  return high;
}

static size_t launches_needed(const struct comparison *c, size_t family, double margin) {
  size_t fewest = fewest_launches(family);
  if (isnan(c->standard_error))
    return fewest > c->launches_a || fewest > c->launches_b ? fewest : 0;
  double a = (double)c->launches_a, b = (double)c->launches_b;
  double launches = c->test == TEST_SIGNED_RANK ? (double)c->pairs : 2 / (1 / a + 1 / b);
  struct test_plan plan = {c->design, family, log(c->ratio), log1p(margin),
                           c->standard_error * sqrt(launches)};
  size_t needed = launches_for(&plan, fewest);
  /* A true difference as large as the observed one would be shown by as many launches as there are
   * in half of all runs; this run is of the other half. */
  size_t most = c->launches_a > c->launches_b ? c->launches_a : c->launches_b;
  if (needed > 0 && c->verdict == VERDICT_CANNOT_TELL && needed <= most)
    needed = most + 1;
  return needed;
}

void comparisons_decide(struct comparison *comparisons, size_t count, double margin) {
  double *p = grow_zeroed(count, sizeof *p);
  for (size_t i = 0; i < count; i++)
    p[i] = comparisons[i].p;
  size_t family = holm_adjust(p, count, p);
  for (size_t i = 0; i < count; i++) {
    struct comparison *c = &comparisons[i];
    c->p_adjusted = p[i];
    decide(c, family, margin);
    if (c->test == TEST_NONE)
      continue;
    struct rank_design design = rank_design_of(c);
    c->detectable = expm1(
        power_smallest_shift(&design, c->standard_error, SIGNIFICANCE / (double)family, POWER));
    c->launches_needed = launches_needed(c, family, margin);
  }
  free(p);
}

static void reverse_interval(double *low, double *high) {
  double turned = 1 / *high;
  *high = 1 / *low;
  *low = turned;
}

struct comparison comparison_reversed(const struct comparison *comparison) {
  struct comparison c = *comparison;
  c.launches_a = comparison->launches_b;
  c.launches_b = comparison->launches_a;
  c.ratio = 1 / c.ratio;
  c.cliffs_delta = -c.cliffs_delta;
  reverse_interval(&c.low, &c.high);
  reverse_interval(&c.wide_low, &c.wide_high);
  if (c.verdict == VERDICT_FASTER || c.verdict == VERDICT_SLOWER)
    c.verdict = c.verdict == VERDICT_FASTER ? VERDICT_SLOWER : VERDICT_FASTER;
  return c;
}
